"""`acquis`: which commands are there?"""

from __future__ import annotations

from typing import Final

import click

from adapters.verify.terminal import write_whatever_comes
from webapi.cli.misuse import InOneLanguage
from webapi.cli.output import log_to_stderr

COMMANDS: Final = {
    "serve": "running.serve",
    "project": "running.project",
    "migrate": "running.migrate",
    "rebuild": "comparing.rebuild",
    "doctor": "looking_after.doctor",
    "openapi": "looking_after.openapi",
    "check-log": "comparing.check_log",
    "demo": "demo.demo",
    "certification": "certification.group",
    "law": "law.group",
    "checkpoint-key": "checkpoint_key.checkpoint_key",
    "doubt": "doubt.doubt",
    "master-key": "master_key.master_key",
    "person": "person.person",
    "mail": "mail.mail",
    "work": "working.work",
    "token": "token.token",
    "service": "service.service",
    "organisation": "organisation.organisation",
    "sitting": "sitting.sitting",
    "erase": "erasing.erase",
    "erasures": "erasing.erasures",
    "hold": "erasing.hold",
    "evidence": "evidence.evidence",
    "export": "exporting.export",
    "verify": "verifying.verify",
    "status": "questions.status",
    "history": "questions.history",
    "why": "questions.why",
    "journey": "journey.journey",
    "whatif": "supposing.whatif",
    "assessment": "assessing.assessment",
    "review": "reviewing.review",
    "fraud": "suspecting.fraud",
    "deadlines": "deadlines.deadlines",
    "session": "conducting.session",
    "papers": "papers.papers",
    "report": "report.report",
    "backup": "safety.backup",
    "restore": "safety.restore",
}
"""Each command's module and name."""


@click.group(cls=InOneLanguage, where=COMMANDS)
@click.version_option(package_name="acquis")
def acquis() -> None:
    """Acquis records how a person earns a certification, and shows where each candidate stands, and why."""
    log_to_stderr()
    write_whatever_comes()


def main() -> None:
    """Run the command line; exit codes 0 done, 1 refused or found wrong, 2 misuse."""
    acquis()


if __name__ == "__main__":
    main()
