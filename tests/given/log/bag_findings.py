"""Findings of a verification, and an auditor's older checkpoint."""

from __future__ import annotations

from pathlib import Path

from adapters.verify.report import VerificationReport
from tests.given.log.packing import Packing
from tests.given.log.random_logs import leaf
from tests.given.log.second_opinion import mth


def kinds(report: VerificationReport) -> set[str]:
    return {each.kind for each in report.findings}


def older(demonstration: Packing, folder: Path, size: int | None = None) -> Path:
    """Write a checkpoint that an auditor received long ago; return its path."""
    size = size or demonstration.older[0]
    root = mth([leaf(row.line) for row in demonstration.rows[:size]])
    path = folder / "older.note"
    path.write_bytes(demonstration.signer.note(size, root, origin=demonstration.signer.name))
    return path
