"""Reader of a rulebook's marks: the scale, the points, the assessors, and the combination of marks."""

from __future__ import annotations

from adapters.framework_file.document import Spot, distinct
from domain.framework.scale import AgreementRule, Mark, Marking, Points
from domain.people.facts import Tie

TWO = 2
"""The number of assessors whose disagreement may call for a third one."""


def read_scale(spot: Spot, stated: Spot) -> tuple[tuple[Mark, ...], Points | None]:
    """Read the marks with their codes and, if marks are also given in points, the points."""
    rows = [item.fields("code label_fr label_en acquired", "value") for item in spot.items(least=1)]
    marks = tuple(
        Mark(
            code=row["code"].text(),
            label_fr=row["label_fr"].text(),
            label_en=row["label_en"].text(),
            acquired=row["acquired"].flag(),
            value=None if row["value"].empty else row["value"].points(),
        )
        for row in rows
    )
    distinct(
        [(row["code"], mark.code) for row, mark in zip(rows, marks, strict=True)],
        "This mark's code is already taken",
        "Ce code d'appréciation est déjà pris",
    )
    if rows and all(row["acquired"].sound for row in rows) and len({mark.acquired for mark in marks}) == 1:
        en = "A scale needs a mark that means acquired and a mark that means not acquired."
        spot.wrong(en, "Une échelle comporte une appréciation qui vaut acquis et une qui vaut non acquis.")
    points = _points(stated)
    for row, mark in zip(rows, marks, strict=True):
        if mark.value is not None and row["value"].sound:
            _check_value(row["value"], mark, points)
    return marks, points


def _points(spot: Spot) -> Points | None:
    if spot.empty:
        return None
    at = spot.fields("least most step acquired_from source")
    points = Points(
        least=at["least"].points(),
        most=at["most"].points(),
        step=at["step"].points(),
        acquired_from=at["acquired_from"].points(),
        source=at["source"].text(),
    )
    if not all(each.sound for each in at.values()):
        return None
    if points.most <= points.least:
        at["most"].wrong("The most points lie above the least.", "Le maximum est au-dessus du minimum.")
    elif not points.step or (points.most - points.least) % points.step:
        en = "Whole steps lead from the least points to the most."
        at["step"].wrong(en, "Un nombre entier de pas mène du minimum au maximum.")
    elif not points.least < points.acquired_from <= points.most:
        en = "Acquired begins above the least points, and not beyond the most."
        at["acquired_from"].wrong(en, "Acquis commence au-dessus du minimum, et pas au-delà du maximum.")
    else:
        return points
    return None


def _check_value(spot: Spot, mark: Mark, points: Points | None) -> None:
    value = mark.value or 0
    if points is None or not points.least <= value <= points.most:
        en = "A mark's value lies within the points that this rulebook states."
        spot.wrong(en, "La valeur d'une appréciation est comprise dans le barème que donne ce règlement.")
    elif mark.acquired != (value >= points.acquired_from):
        en = "This mark's value and whether it means acquired contradict each other."
        spot.wrong(en, "La valeur de cette appréciation et le fait qu'elle vaille acquis se contredisent.")


def read_markings(spot: Spot, scale: tuple[Mark, ...], points: Points | None) -> tuple[Marking, ...]:
    """Read how many assessors mark, and how their marks are combined."""
    worth = points is not None and all(mark.value is not None for mark in scale)
    return tuple(_marking(item, worth=worth) for item in spot.items())


def _marking(spot: Spot, *, worth: bool) -> Marking:
    at = spot.fields("assessors agreement source", "most_apart framework modality competences")
    agreement, assessors = at["agreement"].choice(AgreementRule), at["assessors"].whole(1)
    marking = Marking(
        assessors=assessors,
        agreement=agreement,
        most_apart=None if at["most_apart"].empty else at["most_apart"].points(),
        framework=at["framework"].text_or_none(),
        modality=at["modality"].text_or_none(),
        competences=tuple(item.whole(1) for item in at["competences"].items()),
        source=at["source"].text(),
    )
    if not (at["agreement"].sound and at["assessors"].sound):
        return marking
    if agreement is AgreementRule.MAJORITY and not assessors % 2:
        en = "A majority is of an odd number of assessors."
        at["assessors"].wrong(en, "Une majorité se compte sur un nombre impair d'évaluateurs.")
    if agreement is AgreementRule.THIRD_READER and assessors != TWO:
        at["assessors"].wrong("A third reader comes after two.", "Un troisième lecteur vient après deux autres.")
    if marking.most_apart is not None and agreement is not AgreementRule.THIRD_READER:
        en = "How far marks may lie apart is said where a third reader is called."
        at["most_apart"].wrong(en, "L'écart admis se donne là où un troisième lecteur est appelé.")
    elif (agreement is AgreementRule.MEAN or marking.most_apart is not None) and not worth:
        en = "This needs points, and a value for each mark of the scale."
        at["agreement"].wrong(en, "Ceci demande un barème en points, et une valeur pour chaque appréciation.")
    return marking


def read_ties(spot: Spot) -> tuple[Tie, ...]:
    """Read the ties with a candidate that keep an assessor from marking."""
    ties = [(item, item.choice(Tie)) for item in spot.items()]
    return tuple(distinct(ties, "This tie is already named", "Ce lien est déjà nommé").at)
