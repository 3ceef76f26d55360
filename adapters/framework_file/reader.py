"""Reader of a certification file (fichier de certification → Definition).

`read` takes the text and returns a `Definition`, or raises `FileFaults` with every fault found; it stores nothing.
This folder's README describes the format.
"""

from __future__ import annotations

import re

from adapters.framework_file.compositions import balances, quotas, share_or_number
from adapters.framework_file.document import NamedValues, Spot, distinct, document
from adapters.framework_file.faults import Faults
from adapters.framework_file.trees import tree
from domain.framework.assessable import amiss
from domain.framework.block_rule import BlockRule, Rule, all_of, any_of
from domain.framework.definition import (
    Block,
    Coded,
    Competence,
    Definition,
    Modality,
    Option,
    RegistrationDates,
    Route,
    RouteRow,
    Section,
    SheetReading,
)
from domain.framework.jury_rule import JuryRule

FORMAT = "certification/1"

_REQUIRED = (
    "format code version title certifier registration validity_of_acquired composition blocks competences modalities"
    " routes juries"
)
_OPTIONAL = (
    "title_in_order signatory levels nsf formacodes conventions rome new_caledonia french_polynesia"
    " certification_places preparation_places readings sections required_blocks title_rule options"
)
# A code is part of the name of the framework's stream, and therefore has capitals and digits only.
_CODE = re.compile(r"[A-Z0-9]{2,20}")


def read(text: str) -> Definition:
    """Return the certification that this file describes; raises FileFaults with all of its faults."""
    faults = Faults()
    top = document(text, FORMAT, faults)
    at = top.fields(_REQUIRED, _OPTIONAL)
    competences, known = _competences(at["competences"])
    blocks, block_numbers = _blocks(at["blocks"], known)
    juries, jury_ids = _juries(at["juries"])
    options = _options(at["options"], block_numbers)
    required_blocks, title_rule = _title(top, at, block_numbers, options)
    definition = Definition(
        code=_code(at["code"]),
        version=at["version"].whole(1),
        title=at["title"].text(),
        title_in_order=at["title_in_order"].text_or_none(),
        certifier=at["certifier"].text(),
        signatory=at["signatory"].text_or_none(),
        levels=_coded(at["levels"]),
        nsf=_coded(at["nsf"]),
        formacodes=_coded(at["formacodes"]),
        conventions=_coded(at["conventions"]),
        rome=_coded(at["rome"]),
        registration=_registration(at["registration"]),
        validity_of_acquired=at["validity_of_acquired"].text(),
        new_caledonia=at["new_caledonia"].flag_or_none(),
        french_polynesia=at["french_polynesia"].flag_or_none(),
        certification_places=_texts(at["certification_places"]),
        preparation_places=_texts(at["preparation_places"]),
        composition=at["composition"].text(),
        required_blocks=required_blocks,
        blocks=blocks,
        competences=competences,
        modalities=modalities(at["modalities"], known),
        routes=_routes(at["routes"], jury_ids),
        juries=juries,
        readings=_readings(at["readings"]),
        sections=_sections(at["sections"]),
        title_rule=title_rule,
        options=options,
    )
    faults.raise_if_any()
    _say_of_options(at["options"], definition)
    say_amiss(at["modalities"], definition, definition.modalities, tuple(row.route for row in definition.routes))
    faults.raise_if_any()
    return definition


def _code(spot: Spot) -> str:
    code = spot.text()
    if spot.sound and not _CODE.fullmatch(code):
        en = "A code is made of 2 to 20 capital letters and digits, such as RNCP31936."
        spot.wrong(en, "Un code est fait de 2 à 20 capitales et chiffres, par exemple RNCP31936.")
    return code


def _texts(spot: Spot) -> tuple[str, ...]:
    return tuple(item.text() for item in spot.items())


def _coded(spot: Spot) -> tuple[Coded, ...]:
    rows = [item.fields("nomenclature code", "label") for item in spot.items()]
    return tuple(
        Coded(nomenclature=row["nomenclature"].text(), code=row["code"].text(), label=row["label"].text_or_none())
        for row in rows
    )


def _registration(spot: Spot) -> RegistrationDates:
    at = spot.fields("decided_on published_on effect_from ends_on text", "years_stated last_issuance_on")
    registration = RegistrationDates(
        decided_on=at["decided_on"].day(),
        published_on=at["published_on"].day(),
        effect_from=at["effect_from"].day(),
        ends_on=at["ends_on"].day(),
        years_stated=at["years_stated"].whole_or_none(1),
        text=at["text"].text(),
        last_issuance_on=at["last_issuance_on"].day_or_none(),
    )
    # The effect may begin before the order, and so is compared with the end only.
    days = [("decided_on", "published_on"), ("published_on", "ends_on"), ("effect_from", "ends_on")]
    if registration.last_issuance_on:
        days.append(("published_on", "last_issuance_on"))
    for early, late in days:
        if at[early].sound and at[late].sound and getattr(registration, early) > getattr(registration, late):
            en = f"This day comes before {early} (line {at[early].line}), which it must not."
            at[late].wrong(en, f"Ce jour précède {early} (ligne {at[early].line}), ce qui ne se peut pas.")
    return registration


def _competences(spot: Spot) -> tuple[tuple[Competence, ...], NamedValues[int]]:
    rows = [item.fields("number text") for item in spot.items(least=1)]
    competences = tuple(Competence(number=row["number"].whole(1), text=row["text"].text()) for row in rows)
    known = distinct(
        [(row["number"], competence.number) for row, competence in zip(rows, competences, strict=True)],
        "This competence number is already taken",
        "Ce numéro de compétence est déjà pris",
    )
    return competences, known


def _mentions(spot: Spot, known: NamedValues[int]) -> NamedValues[int]:
    """Read the competence numbers of a list; each must be known and may appear once."""
    named = distinct(
        [(item, item.whole(1)) for item in spot.items(least=1)],
        "This competence is already named",
        "Cette compétence est déjà nommée",
    )
    for number, item in named.at.items():
        if known.complete and number not in known.at:
            item.wrong(
                f"There is no competence {number} in this file.", f"Ce fichier n'a pas de compétence {number}."
            )
    return named


def _blocks(spot: Spot, known: NamedValues[int]) -> tuple[tuple[Block, ...], NamedValues[int]]:
    keys = "number heading_number title heading_title competences rule"
    rows = [item.fields(keys, "code code_inferred") for item in spot.items(least=1)]
    members = [_mentions(row["competences"], known) for row in rows]
    blocks = tuple(_block(row, named, known) for row, named in zip(rows, members, strict=True))
    _each_in_one_block(members, known)
    pairs = list(zip(rows, blocks, strict=True))
    distinct(
        [(row["heading_number"], block.heading_number) for row, block in pairs],
        "This heading number is already taken",
        "Ce numéro d'intitulé est déjà pris",
    )
    distinct(
        [(row["code"], block.code) for row, block in pairs if block.code],
        "This block code is already taken",
        "Ce code de bloc est déjà pris",
    )
    numbers = distinct(
        [(row["number"], block.number) for row, block in pairs],
        "This block number is already taken",
        "Ce numéro de bloc est déjà pris",
    )
    return blocks, numbers


def _each_in_one_block(members: list[NamedValues[int]], known: NamedValues[int]) -> None:
    first: dict[int, Spot] = {}
    for named in members:
        for number, item in named.at.items():
            if number in first:
                en = f"Competence {number} is already in the block that names it on line {first[number].line}."
                fr = f"La compétence {number} est déjà dans le bloc qui la nomme à la ligne {first[number].line}."
                item.wrong(en, fr)
            first.setdefault(number, item)
    if not all(named.complete for named in members):
        return
    for number, item in known.at.items():
        if number not in first:
            item.wrong(f"Competence {number} is in no block.", f"La compétence {number} n'est dans aucun bloc.")


def _block(at: dict[str, Spot], members: NamedValues[int], known: NamedValues[int]) -> Block:
    inferred = not at["code_inferred"].empty and at["code_inferred"].flag()
    if inferred and at["code"].empty:
        en = "A code is marked inferred, but no code is given."
        at["code_inferred"].wrong(en, "Un code est dit déduit, mais aucun code n'est donné.")
    return Block(
        number=at["number"].whole(1),
        heading_number=at["heading_number"].whole(1),
        code=None if at["code"].empty else _code(at["code"]),
        code_inferred=inferred,
        title=at["title"].text(),
        heading_title=at["heading_title"].text(),
        competences=tuple(members.at),
        rule=_rule(at["rule"], members, known),
    )


def _rule(spot: Spot, members: NamedValues[int], known: NamedValues[int]) -> BlockRule:
    at = spot.fields("text", "required mandatory tree")
    if not at["tree"].empty:
        return _tree(at, members, known)
    spot.require("required", at)
    required = at["required"].whole(1)
    mandatory = distinct(
        [(item, item.whole(1)) for item in at["mandatory"].items()],
        "This competence is already mandatory",
        "Cette compétence est déjà obligatoire",
    )
    if members.complete:
        _can_be_met(at["required"], required, mandatory, members)
    if at["required"].sound and len(mandatory.at) > required:
        count = len(mandatory.at)
        en = f"{count} competences are mandatory, more than the number required, among which they count."
        fr = f"{count} compétences sont obligatoires, plus que le nombre exigé, dans lequel elles comptent."
        at["required"].wrong(en, fr)
    return BlockRule(required=required, mandatory=tuple(mandatory.at), text=at["text"].text())


def _tree(at: dict[str, Spot], members: NamedValues[int], known: NamedValues[int]) -> BlockRule:
    """Read a block's rule written as a tree, which implies the threshold and the mandatory competences."""
    for key in ("required", "mandatory"):
        if not at[key].empty:
            at[key].wrong("A rule with a tree has no such key.", "Une règle avec tree n'a pas cette clé.")

    def amiss(number: int) -> tuple[str, str] | None:
        if known.complete and number not in known.at:
            return f"There is no competence {number} in this file.", f"Ce fichier n'a pas de compétence {number}."
        if members.complete and number not in members.at:
            en = f"Competence {number} is not in this block."
            return en, f"La compétence {number} n'est pas dans ce bloc."
        return None

    return BlockRule.of_tree(tree(at["tree"], amiss), at["text"].text())


def _can_be_met(spot: Spot, required: int, mandatory: NamedValues[int], members: NamedValues[int]) -> None:
    if spot.sound and required > len(members.at):
        en = f"This rule can never be met: the block has {len(members.at)} competences."
        spot.wrong(en, f"Cette règle ne peut jamais être remplie : le bloc compte {len(members.at)} compétences.")
    for number, item in mandatory.at.items():
        if number not in members.at:
            en = f"This rule can never be met: competence {number} is not in this block."
            fr = f"Cette règle ne peut jamais être remplie : la compétence {number} n'est pas dans ce bloc."
            item.wrong(en, fr)


def _title(
    top: Spot, at: dict[str, Spot], known: NamedValues[int], options: tuple[Option, ...]
) -> tuple[tuple[int, ...], Rule | None]:
    """Read the title's rule: required blocks plus those of an option, or a tree and its blocks."""
    if at["title_rule"].empty:
        top.require("required_blocks", at)
        required = _blocks_named(at["required_blocks"], known)
        return required, all_of(*required, any_of(*(all_of(*each.blocks) for each in options))) if options else None
    if not at["required_blocks"].empty:
        en = "A title with a title_rule has no such key."
        at["required_blocks"].wrong(en, "Un titre avec title_rule n'a pas cette clé.")

    def amiss(number: int) -> tuple[str, str] | None:
        if known.complete and number not in known.at:
            return f"There is no block {number} in this file.", f"Ce fichier n'a pas de bloc {number}."
        return None

    rule = tree(at["title_rule"], amiss, marked=False)
    return rule.indispensable, rule


def _options(spot: Spot, known: NamedValues[int]) -> tuple[Option, ...]:
    """Read the options of the title, each with its own set of blocks."""
    rows = [item.fields("code title blocks") for item in spot.items()]
    found = tuple(
        Option(code=row["code"].text(), title=row["title"].text(), blocks=_blocks_named(row["blocks"], known))
        for row in rows
    )
    for key in ("code", "title"):
        named = [(row[key], getattr(option, key)) for row, option in zip(rows, found, strict=True)]
        distinct(named, "Another option is called so", "Une autre option s'appelle ainsi")
    blocks = [(row["blocks"], frozenset(each.blocks)) for row, each in zip(rows, found, strict=True)]
    distinct(blocks, "Another option has these blocks", "Une autre option a ces blocs")
    return found


def _say_of_options(spot: Spot, definition: Definition) -> None:
    """Report options with which the title cannot be obtained, and a title that can be obtained without an option."""
    for item, option in zip(spot.items(), definition.options, strict=True):
        if definition.whole.only(definition.within(option.code)) is None:
            en = "The title cannot be won with this option: its rule asks for blocks of another one."
            item.wrong(en, "Le titre ne peut être obtenu avec cette option : sa règle exige des blocs d'une autre.")
    common = definition.by_number.keys() - {block for each in definition.options for block in each.blocks}
    if definition.options and definition.whole.only(common) is not None:
        en = "The title is won without any option: its rule asks for none of their blocks."
        spot.wrong(en, "Le titre s'obtient sans aucune option : sa règle n'exige aucun de leurs blocs.")


def _blocks_named(spot: Spot, known: NamedValues[int]) -> tuple[int, ...]:
    named = distinct(
        [(item, item.whole(1)) for item in spot.items(least=1)],
        "This block is already named",
        "Ce bloc est déjà nommé",
    )
    for number, item in named.at.items():
        if known.complete and number not in known.at:
            item.wrong(f"There is no block {number} in this file.", f"Ce fichier n'a pas de bloc {number}.")
    return tuple(named.at)


def say_amiss(
    spot: Spot, definition: Definition, found: tuple[Modality, ...], routes: tuple[Route, ...], own: int = 0
) -> None:
    """Report modalities that assess a competence twice without saying so, and blocks that a route cannot reach.

    The first `own` modalities are not in this file's list.
    """
    items = spot.items()
    for each in amiss(definition, found, routes):
        at = spot if each.place is None or each.place < own else items[each.place - own]
        at.wrong(each.en, each.fr)


def modalities(spot: Spot, known: NamedValues[int]) -> tuple[Modality, ...]:
    """Read the modalities of a list, each with a distinct id, for known competences."""
    keys = "id competences routes kind text"
    optional = "individual duration computer_provided place deliverable set_by given examined_by alongside"
    rows = [item.fields(keys, optional) for item in spot.items()]
    found = tuple(_modality(row, known) for row in rows)
    distinct(
        [(row["id"], modality.id) for row, modality in zip(rows, found, strict=True)],
        "This modality's id is already taken",
        "Cet identifiant de modalité est déjà pris",
    )
    return found


def _modality(at: dict[str, Spot], known: NamedValues[int]) -> Modality:
    routes = distinct(
        [(item, item.choice(Route)) for item in at["routes"].items(least=1)],
        "This route is already named",
        "Cette voie est déjà nommée",
    )
    return Modality(
        id=at["id"].text(),
        competences=tuple(_mentions(at["competences"], known).at),
        routes=tuple(routes.at),
        kind=at["kind"].text(),
        individual=at["individual"].flag_or_none(),
        duration=at["duration"].whole_or_none(1),
        computer_provided=at["computer_provided"].flag_or_none(),
        place=at["place"].text_or_none(),
        deliverable=at["deliverable"].text_or_none(),
        set_by=at["set_by"].text_or_none(),
        given=at["given"].text_or_none(),
        examined_by=at["examined_by"].text_or_none(),
        text=at["text"].text(),
        alongside=_texts(at["alongside"]),
    )


def _routes(spot: Spot, juries: NamedValues[str]) -> tuple[RouteRow, ...]:
    rows = [item.fields("route label open", "jury planned_from note") for item in spot.items(least=1)]
    found = tuple(_route(row, juries) for row in rows)
    distinct(
        [(row["route"], route.route) for row, route in zip(rows, found, strict=True)],
        "This route has already its row",
        "Cette voie a déjà sa ligne",
    )
    return found


def _route(at: dict[str, Spot], juries: NamedValues[str]) -> RouteRow:
    row = RouteRow(
        route=at["route"].choice(Route),
        label=at["label"].text(),
        open=at["open"].flag(),
        jury=at["jury"].text_or_none(),
        planned_from=at["planned_from"].whole_or_none(1900),
        note=at["note"].text_or_none(),
    )
    if row.open and at["jury"].empty:
        en = "An open route needs a jury: give the key jury."
        at["open"].wrong(en, "Une voie ouverte exige un jury : donnez la clé jury.")
    if at["open"].sound and not row.open and row.jury is not None:
        at["jury"].wrong("A closed route has no jury.", "Une voie fermée n'a pas de jury.")
    if at["jury"].sound and row.jury is not None and juries.complete and row.jury not in juries.at:
        en = "No jury of this file has this id."
        at["jury"].wrong(en, "Aucun jury de ce fichier ne porte cet identifiant.")
    return row


def _juries(spot: Spot) -> tuple[tuple[JuryRule, ...], NamedValues[str]]:
    keys = "size minimum externals employers employees quotas chair quorum balances"
    rows = [item.fields("id text", keys) for item in spot.items(least=1)]
    found = tuple(_jury(row) for row in rows)
    ids = distinct(
        [(row["id"], jury.id) for row, jury in zip(rows, found, strict=True)],
        "This jury's id is already taken",
        "Cet identifiant de jury est déjà pris",
    )
    return found, ids


def _jury(at: dict[str, Spot]) -> JuryRule:
    jury = JuryRule(
        id=at["id"].text(),
        size=at["size"].whole_or_none(1),
        minimum=at["minimum"].whole_or_none(1) or 1,
        externals=at["externals"].whole_or_none() or 0,
        employers=at["employers"].whole_or_none() or 0,
        employees=at["employees"].whole_or_none() or 0,
        quotas=quotas(at["quotas"]),
        chair=at["chair"].flag_or_none() is not False,
        quorum=None if at["quorum"].empty else share_or_number(at["quorum"]),
        balances=balances(at["balances"]),
        text=at["text"].text(),
    )
    counted = [at[key] for key in ("size", "minimum", "externals", "employers", "employees", "quorum")]
    if all(spot.sound or spot.empty for spot in counted) and (fault := jury.impossible()) is not None:
        _blame(at, *fault)
    return jury


def _blame(at: dict[str, Spot], field: str, en: str, fr: str) -> None:
    """Report a rule that no panel can meet, at its entry or key in the file."""
    name, _, place = field.partition("[")
    if place:
        row = at[name].items()[int(place.rstrip("]"))]
        spot = row.fields("scope difference")["difference"] if name == "balances" else row
        if spot.sound:
            spot.wrong(en, fr)
        return
    told = next(at[key] for key in (name, "size", "minimum", "externals", "quotas", "id") if not at[key].empty)
    told.wrong(en, fr)


def _readings(spot: Spot) -> tuple[SheetReading, ...]:
    rows = [item.fields("id question reading") for item in spot.items()]
    readings = tuple(_reading(row) for row in rows)
    distinct(
        [(row["id"], reading.id) for row, reading in zip(rows, readings, strict=True)],
        "This reading's id is already taken",
        "Cet identifiant de lecture est déjà pris",
    )
    return readings


def _reading(at: dict[str, Spot]) -> SheetReading:
    question = at["question"].fields("en fr")
    reading = at["reading"].fields("en fr")
    return SheetReading(
        id=at["id"].text(),
        question_en=question["en"].text(),
        question_fr=question["fr"].text(),
        reading_en=reading["en"].text(),
        reading_fr=reading["fr"].text(),
    )


def _sections(spot: Spot) -> tuple[Section, ...]:
    rows = [item.fields("heading", "text") for item in spot.items()]
    return tuple(Section(heading=row["heading"].text(), text=row["text"].text_or_none()) for row in rows)
