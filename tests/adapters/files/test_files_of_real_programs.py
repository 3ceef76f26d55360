"""Files saved by real programs: the inspection admits them. They vary more than our own specimens."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.files.inspection import first_look
from adapters.files.inspection.found import DOCX, ODP, ODS, ODT, PDF, PPTX, XLSX
from adapters.files.inspection.kinds import check

MADE = Path(__file__).with_name("made_elsewhere")
FILES = {
    "dossier.odt": (ODT, None),
    "dossier.docx": (DOCX, None),
    "dossier.pdf": (PDF, 1),
    "dossier-printed.pdf": (PDF, 1),
    "tableau.ods": (ODS, None),
    "tableau.xlsx": (XLSX, None),
    "diapos.odp": (ODP, 2),
    "diapos.pptx": (PPTX, 2),
}


@pytest.mark.parametrize("name", FILES)
def test_inspection_recognises_files_saved_by_real_programs(name: str) -> None:
    with (MADE / name).open("rb") as file:
        found = check(file, first_look(file.read(4096), name))
    assert (found.media_type, found.pages) == FILES[name]


def test_table_lists_every_file_saved_by_a_real_program() -> None:
    assert {file.name for file in MADE.iterdir()} - {"README.md"} == FILES.keys()
