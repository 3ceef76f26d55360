"""`acquis`: the table of commands."""

from __future__ import annotations

from typing import Final

import click

from adapters.verify.terminal import write_whatever_comes
from webapi.cli.terminal.output import log_to_stderr
from webapi.cli.terminal.usage_errors import InOneLanguage

COMMANDS: Final = {
    "init": "init.init",
    "serve": "serve.serve",
    "project": "serve.project",
    "migrate": "serve.migrate",
    "rebuild": "consistency.rebuild",
    "doctor": "doctor.doctor",
    "openapi": "doctor.openapi",
    "check-log": "consistency.check_log",
    "demo": "demo.demo",
    "certification": "certification.group",
    "law": "law.group",
    "checkpoint-key": "checkpoint_key.checkpoint_key",
    "clock": "clock.clock",
    "doubt": "doubt.doubt",
    "witness": "witness.witness_command",
    "master-key": "master_key.master_key",
    "person": "person.person",
    "mail": "mail.mail",
    "work": "work.work",
    "metrics": "metrics.metrics",
    "token": "token.token",
    "service": "service.service",
    "organisation": "organisation.organisation",
    "sitting": "sitting.sitting",
    "erase": "erasure.erase",
    "erasures": "erasure.erasures",
    "hold": "erasure.hold",
    "evidence": "evidence.evidence",
    "export": "audit_export.export",
    "verify": "verify.verify",
    "status": "standing.status",
    "history": "standing.history",
    "why": "standing.why",
    "journey": "journey.journey",
    "whatif": "what_if.whatif",
    "assessment": "assessment.assessment",
    "review": "review.review",
    "fraud": "fraud.fraud",
    "deadlines": "deadlines.deadlines",
    "session": "session.session",
    "enrol": "enrol.enrol",
    "papers": "papers.papers",
    "attestations": "attestations.attestations",
    "declaration": "declaration.group",
    "report": "report.report",
    "feed": "feed.feed",
    "backup": "backup.backup",
    "restore": "backup.restore",
    "recovered": "backup.recovered",
    "restore-check": "backup.restore_check",
}
"""The module and name of each command."""


@click.group("acquis", cls=InOneLanguage, where=COMMANDS)
@click.version_option(package_name="acquis")
def program() -> None:
    """Acquis records how a person earns a certification, and shows each candidate's standing and its reasons."""
    log_to_stderr()
    write_whatever_comes()


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 refused or found wrong, 2 usage error."""
    program()


if __name__ == "__main__":
    main()
