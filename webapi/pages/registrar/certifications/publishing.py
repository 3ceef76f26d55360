"""How is a certification or a rulebook published from a file: read, each fault at its line, looked at, confirmed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.framework_file import Fault, FileFaults, read, read_rulebook
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.ports import Log, Role
from domain.refusal import Refused
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from webapi.accounts.authentication import acquis, actor, allowed, without_command
from webapi.edge.intent import Intent
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, Filled, form_of, intent, sent_form
from webapi.pages.registrar.certifications import house_rules, sheets
from webapi.problems import STATUS, note_refusal
from webapi.words import phrase

bp = Desk("publishing", __name__, url_prefix="/registrar/certifications/publish")
bp.done["publish"] = phrase("Version publiée : elle ne change plus.")

LONGEST: Final = 900_000
"""Characters of a file: a form holds a mebibyte."""
RULEBOOK: Final = "rulebook/1"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file that was read: what it says, or its faults; what it changes, and what forbids it."""

    text: str
    content: Definition | Rules | None = None
    faults: tuple[Fault, ...] = ()
    before: Definition | Rules | None = None
    forbids: Refused | None = None

    @property
    def rules(self) -> bool:
        """Whether it is a rulebook."""
        return is_rulebook(self.text)

    @property
    def lines(self) -> list[str]:
        """The file, line by line."""
        return self.text.splitlines()


def is_rulebook(text: str) -> bool:
    """Whether a file says that it is a rulebook; any other is read as a certification."""
    return any(line.partition(":")[2].strip() == RULEBOOK for line in text.splitlines() if line.startswith("format:"))


@bp.get("")
@allowed(Role.REGISTRAR)
def ask() -> ResponseReturnValue:
    """Ask for a file."""
    return _shown(form_of("publish"), None)


@bp.post("")
@allowed(Role.REGISTRAR)
@without_command
def check() -> ResponseReturnValue:
    """Read a file, and show its faults at their lines, or what it says and what it would change."""
    sent = sent_form("check")
    file = request.files.get("file")
    text = file.read().decode("utf-8", "replace") if file and file.filename else sent.value("text")
    if not text.strip() or len(text) > LONGEST:
        return _shown(sent, None), UNFIT
    draft = drafted(text)
    return _shown(sent, draft), UNFIT if draft.faults else 200


@bp.post("/confirmation")
@allowed(Role.REGISTRAR)
def publish() -> ResponseReturnValue:
    """Publish what was read and looked at."""
    sent = sent_form("publish")
    text = sent.value("text").replace("\r\n", "\n")
    draft = drafted(text) if text.strip() else None
    if draft is None or draft.content is None:
        return _shown(sent, draft), UNFIT
    command = _command(draft.content)
    try:
        recorded = acquis().execute(command, acquis().request(intent(sent, command, signs=False)))
    except Refused as refused:
        note_refusal(STATUS[refused.kind], refused.slug())
        sent.refusal = refused
        return _shown(sent, draft), STATUS[refused.kind]
    return arrived(_place(draft.content), recorded, "publishing.publish")


def _command(content: Definition | Rules) -> PublishFramework | PublishRulebook:
    return PublishRulebook(rules=content) if isinstance(content, Rules) else PublishFramework(definition=content)


def _place(content: Definition | Rules) -> str:
    if isinstance(content, Rules):
        return url_for("house_rules.show", rulebook=Rulebook.id_of(content.certifier, content.version))
    return url_for("sheets.show", certification=Framework.id_of(content.code, content.version))


def drafted(text: str) -> Draft:
    """What a file says, or its faults."""
    try:
        content: Definition | Rules = read_rulebook(text) if is_rulebook(text) else read(text)
    except FileFaults as found:
        return Draft(text=text, faults=found.faults)
    with acquis().store.attempt(acquis().request(Intent(actor=actor())), frozenset()) as log:
        return Draft(
            text=text,
            content=content,
            before=_before(log, content),
            forbids=refusal(log, _command(content)),
        )


def _before(log: Log, content: Definition | Rules) -> Definition | Rules | None:
    """The version before, where it is published."""
    if isinstance(content, Rules):
        rulebook = log.find(Rulebook, Rulebook.id_of(content.certifier, content.version - 1))
        return rulebook.content if rulebook.version else None
    framework = log.find(Framework, Framework.id_of(content.code, content.version - 1))
    return framework.definition


def _changes(before: Definition | Rules, after: Definition | Rules) -> dict[str, Any]:
    """What differs from the version before: of a sheet block by block, of a rulebook value by value."""
    if isinstance(after, Rules):
        old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
        return {"values": house_rules.differences(old, new)}
    if isinstance(before, Definition):
        return {"blocks": sheets.differences(before, after), "facts": sheets.facts(before, after)}
    return {}


def _shown(sent: Filled, draft: Draft | None) -> str:
    changes = _changes(draft.before, draft.content) if draft and draft.content and draft.before else {}
    return render_template(
        "registrar/publish.html",
        sent=sent,
        draft=draft,
        changes=changes,
        needs=sheets.needs,
        said=house_rules.SAID,
        values=house_rules.VALUES,
    )
