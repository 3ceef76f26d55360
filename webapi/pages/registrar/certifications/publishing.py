"""Publication from a file: a framework, a rulebook, law or opened routes, checked, reviewed and confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.framework_file import (
    LAWS,
    DocumentFault,
    FileFaults,
    RouteOpening,
    read,
    read_law,
    read_openings,
    read_rulebook,
    shipped,
)
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.ports import Command, FrameworkId, Log, Role
from domain.refusal import Refused
from domain.rulebook.law import Law
from domain.rulebook.rule_set import RuleSet
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import allowed, reading, without_command
from webapi.current import acquis
from webapi.juries.dry_run import refusal
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, FilledForm, form_of, intent, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.registrar.certifications import house_rules, law, sheets
from webapi.problems import STATUS, note_refusal
from webapi.words import phrase

bp = Desk("publishing", __name__, url_prefix="/registrar/certifications/publish")
bp.done["sheet"] = bp.done["rulebook"] = phrase("Version publiée : elle ne change plus.")
bp.done["law"] = phrase("Textes publiés.")
bp.done["openings"] = phrase("Voie ouverte.")

LONGEST: Final = 900_000
"""The most characters of a file; a form holds a mebibyte."""


Content = Definition | Rules | tuple[RuleSet, ...] | tuple[RouteOpening, ...]
"""The content of a file: a framework, a rulebook, texts of law, or routes to open for a published certification."""


class PublicationKind(StrEnum):
    """The kind of a file, as its line `format` names it."""

    SHEET = "sheet"
    RULEBOOK = "rulebook"
    LAW = "law"
    OPENINGS = "openings"


FORMATS: Final = {
    "rulebook/1": PublicationKind.RULEBOOK,
    "law/1": PublicationKind.LAW,
    "openings/1": PublicationKind.OPENINGS,
}
NO_SHEET: Final = DocumentFault(
    line=1,
    column=1,
    path="",
    en="Choose the certification whose routes this file opens.",
    fr="Choisissez la certification dont ce fichier ouvre les voies.",
)


@dataclass(frozen=True, kw_only=True)
class PublicationDraft:
    """A file that was read: its content or faults, the earlier version, the commands, and what forbids them.

    `framework_id` is the certification whose routes it opens.
    """

    text: str
    framework_id: FrameworkId | None = None
    content: Content | None = None
    faults: tuple[DocumentFault, ...] = ()
    before: Definition | Rules | None = None
    commands: tuple[Command, ...] = ()
    forbids: Refused | None = None

    @property
    def kind(self) -> PublicationKind:
        """Return the kind of the file."""
        return kind_of(self.text)

    @property
    def lines(self) -> list[str]:
        """Return the lines of the file."""
        return self.text.splitlines()


def kind_of(text: str) -> PublicationKind:
    """Return the kind of a file; one without a known `format` is read as a framework."""
    said = (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("format:"))
    return next((FORMATS[each] for each in said if each in FORMATS), PublicationKind.SHEET)


@bp.get("")
@allowed(Role.REGISTRAR)
def ask() -> ResponseReturnValue:
    """Show the form for a file."""
    sent = next((each for each in map(form_of, ("check", "publish")) if each.sent), FilledForm(name="publish"))
    text = sent.value("text")
    return _shown(sent, drafted(text, _certification(sent)) if text.strip() and sent.name == "publish" else None)


@bp.post("")
@allowed(Role.REGISTRAR)
@without_command
@stands_on("publishing.ask", "check")
def check() -> ResponseReturnValue:
    """Read a file; show its faults at their lines, or its content and the changes."""
    sent = sent_form("check")
    file = request.files.get("file")
    text = file.read().decode("utf-8", "replace") if file and file.filename else sent.value("text")
    if sent.value("shipped") in LAWS:
        text = shipped(sent.value("shipped"))
    if not text.strip() or len(text) > LONGEST:
        return _shown(sent, None), UNFIT
    draft = drafted(text, _certification(sent))
    return _shown(sent, draft), UNFIT if draft.faults else 200


@bp.post("/confirmation")
@allowed(Role.REGISTRAR)
@stands_on("publishing.ask", "publish")
def publish() -> ResponseReturnValue:
    """Publish the file that was checked."""
    sent = sent_form("publish")
    text = sent.value("text").replace("\r\n", "\n")
    draft = drafted(text, _certification(sent)) if text.strip() else None
    if draft is None or draft.content is None:
        return _shown(sent, draft), UNFIT
    recorded = None
    try:
        for command in draft.commands:
            recorded = acquis().execute(command, acquis().request(intent(sent, command, signs=False)))
    except Refused as refused:
        note_refusal(STATUS[refused.kind], refused.slug())
        sent.refusal = refused
        return _shown(sent, drafted(text, draft.framework_id)), STATUS[refused.kind]
    return arrived(_place(draft), recorded, f"{bp.name}.{draft.kind}")


def _certification(sent: FilledForm) -> FrameworkId | None:
    """Return the certification that the form names."""
    try:
        return FrameworkId(UUID(sent.value("certification")))
    except ValueError:
        return None


def _place(draft: PublicationDraft) -> str:
    content = draft.content
    if isinstance(content, Rules):
        return url_for("house_rules.show", rulebook=Rulebook.id_of(content.certifier, content.version))
    if isinstance(content, Definition):
        return url_for("sheets.show", certification=Framework.id_of(content.code, content.version))
    return (
        url_for("sheets.show", certification=draft.framework_id)
        if draft.framework_id
        else url_for("law_read.show_law")
    )


def drafted(text: str, framework_id: FrameworkId | None = None) -> PublicationDraft:
    """Return the draft of a file, with its content or its faults."""
    log = reading()
    kind = kind_of(text)
    opens = (
        log.find(Framework, framework_id).definition if kind is PublicationKind.OPENINGS and framework_id else None
    )
    if kind is PublicationKind.OPENINGS and opens is None:
        return PublicationDraft(text=text, faults=(NO_SHEET,))
    try:
        content = _read(text, kind, opens)
    except FileFaults as found:
        return PublicationDraft(text=text, framework_id=framework_id, faults=found.faults)
    commands = tuple(_commands(log, content, framework_id))
    return PublicationDraft(
        text=text,
        framework_id=framework_id if kind is PublicationKind.OPENINGS else None,
        content=content,
        before=_before(log, content),
        commands=commands,
        forbids=next((why for each in commands if (why := refusal(log, each))), None),
    )


def _read(text: str, kind: PublicationKind, opens: Definition | None) -> Content:
    match kind:
        case PublicationKind.SHEET:
            return read(text)
        case PublicationKind.RULEBOOK:
            return read_rulebook(text)
        case PublicationKind.LAW:
            return read_law(text)
        case PublicationKind.OPENINGS:
            return read_openings(text, opens)


def _commands(log: Log, content: Content, framework_id: FrameworkId | None) -> Iterator[Command]:
    """Yield the commands that record the file, without those for texts of law that are published already."""
    if isinstance(content, Rules):
        yield PublishRulebook(rules=content)
        return
    if isinstance(content, Definition):
        yield PublishFramework(definition=content)
        return
    known = log.find(Law, Law.the()).sets
    for each in content:
        if isinstance(each, RuleSet):
            if each.id not in known or replace(known[each.id], last=each.last) != each:
                yield PublishRuleSet(rule_set=each)
        elif framework_id:
            yield OpenRoute(framework=framework_id, **vars(each))


def _before(log: Log, content: Content) -> Definition | Rules | None:
    """Return the version before, if it is published."""
    if isinstance(content, Rules):
        rulebook = log.find(Rulebook, Rulebook.id_of(content.certifier, content.version - 1))
        return rulebook.content if rulebook.version else None
    if isinstance(content, Definition):
        return log.find(Framework, Framework.id_of(content.code, content.version - 1)).definition
    return None


def _changes(before: Definition | Rules, after: Content) -> dict[str, Any]:
    """Return the differences from the version before: by block for a framework, by value for a rulebook."""
    if isinstance(after, Rules):
        old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
        return {"values": house_rules.differences(old, new)}
    if isinstance(before, Definition) and isinstance(after, Definition):
        return {"blocks": sheets.differences(before, after), "facts": sheets.facts(before, after)}
    return {}


def _shown(sent: FilledForm, draft: PublicationDraft | None) -> str:
    changes = _changes(draft.before, draft.content) if draft and draft.content and draft.before else {}
    return render_template(
        "registrar/publish.html",
        sent=sent,
        draft=draft,
        changes=changes,
        needs=sheets.needs,
        said=house_rules.SAID,
        values=house_rules.VALUES,
        published=certifications(acquis().database, limit=None),
        asked=str(draft.framework_id)
        if draft and draft.framework_id
        else sent.value("certification", request.args.get("certification")),
        provides=law.PROVIDES,
    )
