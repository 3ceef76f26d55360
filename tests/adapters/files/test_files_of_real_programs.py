"""Is what people's own programs save let in? Their files say more than specimens of ours do."""

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
def test_what_a_real_program_saved_is_known_for_what_it_is(name: str) -> None:
    with (MADE / name).open("rb") as file:
        found = check(file, first_look(file.read(4096), name))
    assert (found.media_type, found.pages) == FILES[name]


def test_each_of_these_files_is_asked_about() -> None:
    assert {file.name for file in MADE.iterdir()} - {"README.md"} == FILES.keys()
