"""What a candidate applies for: blocks or the whole certification, and its option."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.candidacy.candidacy import Opening
from domain.candidacy.candidacy_life import BeingDecided, JuryProgress
from domain.candidacy.facts import BlocksSought
from domain.framework.definition import Definition, Option
from domain.refusal import Refused, Violation


class NoSuchBlock(Refused):
    """A candidate seeks blocks of the framework, and goes back on none that they already sought."""

    fr = "Un candidat demande des blocs du référentiel, et ne revient sur aucun de ceux qu'il demandait déjà."
    kind = "invalid"


class OneOption(Refused):
    """Where the sheet has options a title has one: the candidate chooses it, and seeks no block of another."""

    fr = "Où la fiche a des options, un titre en a une : le candidat la choisit et ne demande aucun bloc d'une autre."
    kind = "invalid"
    source = "{sheet}, options"
    source_fr = "{sheet}, options"

    def __init__(self, of: Definition) -> None:
        """List the options of the sheet, in its words, each with its blocks."""
        choices = tuple(_choice(option, of.code) for option in of.options)
        super().__init__(*(option.code for option in of.options), violations=choices, sheet=of.code)


def _choice(option: Option, sheet: str) -> Violation:
    blocks = ", ".join(map(str, option.blocks))
    return Violation(
        "option",
        f"Option {option.code}: {option.title}, blocks {blocks}.",
        f"Option {option.code} : {option.title}, blocs {blocks}.",
        OneOption.reference("en", sheet),
        OneOption.reference("fr", sheet),
    )


def sought(blocks: Iterable[int], option: str | None, of: Definition) -> tuple[tuple[int, ...], str | None]:
    """Return the blocks sought, sorted (empty for the whole certification), and the option, which they may imply.

    The whole certification requires an option if the sheet has some; blocks that go with several options imply none.
    Raises NoSuchBlock, OneOption.
    """
    wanted = tuple(sorted(set(blocks)))
    if strangers := [number for number in wanted if number not in of.by_number]:
        raise NoSuchBlock(*strangers)
    asked = [each.code for each in of.options if option in {None, each.code}]
    fitting = [code for code in asked if of.within(code) >= set(wanted)]
    if (of.options or option is not None) and (not fitting or (not wanted and len(fitting) > 1)):
        raise OneOption(of)
    return wanted, fitting[0] if len(fitting) == 1 else None


def seek(
    now: Opening, asked: tuple[tuple[int, ...], str | None], of: Definition, juries: JuryProgress, today: date
) -> BlocksSought:
    """Apply for more blocks than now, or for the whole certification, while no jury is deciding.

    Or for another option, while no jury is to decide: the blocks of the former option are then left. If no option is
    given, the present one stays as long as the blocks go with it.
    """
    blocks, option = asked
    juries.check_goes_on()
    stays = option is None and now.option is not None and of.within(now.option) >= set(blocks)
    wanted, chosen = sought(blocks, now.option if stays else option, of)
    changes = now.option not in {None, chosen}
    if changes and juries.waits:
        raise BeingDecided
    kept = set(now.blocks) & of.within(chosen) if changes else set(now.blocks)
    unchanged = (wanted, chosen) == (now.blocks, now.option)
    if unchanged or (wanted and not (now.blocks and kept <= set(wanted))):
        raise NoSuchBlock(*now.blocks)
    return BlocksSought(blocks=wanted, sought_on=today, option=chosen)
