"""`acquis`: which commands are there?"""

from __future__ import annotations

import click

from adapters.verify.report import write_whatever_comes
from webapi.cli import (
    account,
    assessing,
    certification,
    checkpoint_key,
    conducting,
    deadlines,
    demo,
    erasing,
    evidence,
    exporting,
    journey,
    law,
    looking_after,
    mail,
    master_key,
    organisation,
    papers,
    person,
    questions,
    registering,
    report,
    reviewing,
    running,
    safety,
    service,
    sitting,
    succession,
    supposing,
    suspecting,
    token,
    verifying,
)
from webapi.cli.output import log_to_stderr


@click.group()
@click.version_option(package_name="acquis")
def acquis() -> None:
    """Acquis records how a person earns a certification, and shows where each candidate stands, and why."""
    log_to_stderr()
    write_whatever_comes()


for command in (
    running.serve,
    running.project,
    running.migrate,
    looking_after.rebuild,
    looking_after.doctor,
    looking_after.openapi,
    looking_after.check_log,
    demo.demo,
    certification.group,
    law.group,
    checkpoint_key.checkpoint_key,
    master_key.master_key,
    person.person,
    mail.mail,
    token.token,
    service.service,
    organisation.organisation,
    sitting.sitting,
    erasing.erase,
    erasing.erasures,
    erasing.hold,
    evidence.evidence,
    exporting.export,
    verifying.verify,
    questions.status,
    questions.history,
    questions.why,
    journey.journey,
    supposing.whatif,
    assessing.assessment,
    reviewing.review,
    suspecting.fraud,
    deadlines.deadlines,
    conducting.session,
    papers.papers,
    report.report,
    safety.backup,
    safety.restore,
):
    acquis.add_command(command)
for command in (
    succession.correspondence,
    succession.withdraw_correspondence,
    succession.equivalence,
    succession.retire,
    registering.suspend,
    registering.resume,
    registering.end,
):
    certification.group.add_command(command)


for command in (account.invite_person, account.sessions, account.sign_out, account.reset_second_factor):
    person.person.add_command(command)


def main() -> None:
    """Run the command line; exit codes 0 done, 1 refused or found wrong, 2 misuse."""
    acquis()


if __name__ == "__main__":
    main()
