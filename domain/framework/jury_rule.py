"""The composition that a framework requires of a jury, and its check on a panel."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from domain.fact import Term
from domain.refusal import Missing, Violation


class Side(Term):
    """The side that an outside member represents (collège)."""

    EMPLOYERS = "employers", "employeurs", "employers"
    EMPLOYEES = "employees", "salariés", "employees"


class Sex(Term):
    """Sex as declared: by a juror for the balance of a panel, by a candidate for statistics.

    `UNSTATED` is never refused: it makes the balance of a panel unverifiable.
    """

    F = "f", "femme", "woman"
    M = "m", "homme", "man"
    UNSTATED = "unstated", "non déclaré", "not stated"


class BalanceScope(StrEnum):
    """The members whom a balance rule counts."""

    EXTERNALS = "externals"
    PANEL = "panel"


class Quality(Term):
    """A quality that a member of a panel counts for (qualité)."""

    EXTERNAL = "external", "vient de l'extérieur", "comes from outside"
    EMPLOYERS = "employers", "représente les employeurs", "represents employers"
    EMPLOYEES = "employees", "représente les salariés", "represents employees"
    PROFESSION = "profession", "exerce le métier", "practises the profession"
    QUALIFIED = "qualified", "est qualifiée au titre de la certification", "is qualified in the certification"


@dataclass(frozen=True, kw_only=True)
class PanelShare:
    """A fraction of a panel: `parts` out of `of`."""

    parts: int
    of: int

    def least(self, size: int) -> int:
        """Return the smallest number of members that makes up this fraction of a panel of this size."""
        return -(-self.parts * size // self.of)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A minimum number of members with a quality, and a minimum share of the panel.

    `years` are the full years for which the quality must have been held (experience in the profession).
    """

    quality: Quality
    count: int = 0
    share: PanelShare | None = None
    years: int = 0

    def least(self, size: int) -> int:
        """Return the minimum number of members with this quality in a panel of this size."""
        return max(self.count, self.share.least(size) if self.share else 0)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A maximum `difference` between the numbers of women and men in `scope` (parité)."""

    scope: BalanceScope
    difference: int


NO_CERTIFIER = Missing(
    "certifier",
    "No certifier of the certification is named, the one that keeps its register first: nobody is outside of it",
    "Aucun certificateur de la certification n'est nommé, à commencer par qui tient le registre : nul ne lui est "
    "extérieur",
)
UNAFFILIATED = Missing(
    "affiliation",
    "No employment or mandate is stated on that day",
    "Aucun emploi ni mandat n'est déclaré ce jour-là",
)
INSIDE = Missing(
    "outside",
    "Works that day, or holds a mandate, in an organisation that certifies or is habilitated",
    "Travaille ce jour-là, ou a un mandat, dans un organisme qui certifie ou est habilité",
)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member of the panel with the qualities that count on the day.

    These are whether they come from outside the certifier and its centres, the side they represent, and the sex
    declared. `profession` and `qualified` are the full years for which they have practised the profession, or been
    qualified in the certification; None if they have not. `inside` is why they do not count as coming from outside.
    """

    juror: UUID
    external: bool
    side: Side | None
    sex: Sex
    profession: int | None = None
    qualified: int | None = None
    inside: tuple[Missing, ...] = ()

    def lacks(self, quota: Quota) -> tuple[Missing, ...]:
        """Return why this member does not count towards a quota; empty for a member of the other side."""
        name, years = QUALITIES[quota.quality], None
        match quota.quality:
            case Quality.EXTERNAL:
                return self.inside
            case Quality.EMPLOYERS | Quality.EMPLOYEES:
                unsaid = self.side is None and INSIDE not in self.inside
                ours = self.side is None or self.side.value == quota.quality.value
                return (*((_unrecognised(*name),) if unsaid else ()), *(self.inside if ours else ()))
            case Quality.PROFESSION:
                years = self.profession
            case Quality.QUALIFIED:
                years = self.qualified
        if years is None:
            return (_unrecognised(*name),)
        en, fr = f"Recognised for {years} full years only", f"Reconnu depuis {years} ans révolus seulement"
        return (Missing("years", en, fr),)

    def counts_for(self, quota: Quota) -> bool:
        """Return whether this member counts towards a quota; only outside members represent a side."""
        match quota.quality:
            case Quality.EXTERNAL:
                return self.external
            case Quality.EMPLOYERS:
                return self.external and self.side is Side.EMPLOYERS
            case Quality.EMPLOYEES:
                return self.external and self.side is Side.EMPLOYEES
            case Quality.PROFESSION:
                return self.profession is not None and self.profession >= quota.years
            case Quality.QUALIFIED:
                return self.qualified is not None and self.qualified >= quota.years


@dataclass(frozen=True, kw_only=True)
class RuleCheck:
    """The result of one rule checked on a panel: what it requires, what was measured, and whether it is kept.

    `asks` and `measured` are in English and French; `broken` is the violation if it is not kept. `derogated` means
    kept only by a derogation. `found` and `asked` are numbers, if it counts: a minimum, or with `at_most` a maximum.
    """

    asks: tuple[str, str]
    measured: tuple[str, str]
    kept: bool
    broken: Violation
    derogated: bool = False
    found: int | None = None
    asked: int | None = None
    at_most: bool = False

    @property
    def margin(self) -> int | None:
        """The margin of the check, negative if the rule is not kept; None if it counts nothing."""
        if self.found is None or self.asked is None:
            return None
        return self.asked - self.found if self.at_most else self.found - self.asked


def broken(checks: Iterable[RuleCheck]) -> tuple[Violation, ...]:
    """Return the violations of the rules that were not kept."""
    return tuple(each.broken for each in checks if not each.kept)


def despite(checks: Iterable[RuleCheck], derogations: AbstractSet[str]) -> tuple[RuleCheck, ...]:
    """Return the checks with these rules marked as derogated."""
    return tuple(
        replace(each, kept=True, derogated=True) if not each.kept and each.broken.rule in derogations else each
        for each in checks
    )


@dataclass(frozen=True, kw_only=True)
class JuryRule:
    """The composition that a sheet states for a jury, with the certifier's published reading of its balance.

    It states an exact `size`, or a `minimum`, or nothing; `quotas` by quality, a `chair` or none, and the `quorum`
    required to deliberate on a candidate: a number, or a share of the jury.
    """

    id: str
    size: int | None
    externals: int
    employers: int
    employees: int
    balances: tuple[Balance, ...]
    text: str
    minimum: int = 1
    quotas: tuple[Quota, ...] = ()
    chair: bool = True
    quorum: int | PanelShare | None = None

    def checks(self, panel: tuple[Seat, ...]) -> tuple[RuleCheck, ...]:
        """Check each rule of composition that it states, except balance, on this panel."""
        outside = [seat for seat in panel if seat.external]
        employers, employees = (sum(seat.side is side for seat in outside) for side in Side)
        distinct = len({seat.juror for seat in panel}) == len(panel)
        rules = (
            (
                len(panel),
                self.size or 0,
                None,
                "panel-size",
                f"The jury has {self.size} members, all distinct persons; {len(panel)} are seated.",
                f"Le jury compte {self.size} membres, toutes personnes distinctes ; {len(panel)} siègent.",
            ),
            (
                len(outside),
                self.externals,
                Quality.EXTERNAL,
                "panel-externals",
                f"Members from outside the certifier: {self.externals} at least; {len(outside)} now.",
                f"Membres extérieurs au certificateur : {self.externals} au moins ; {len(outside)} à présent.",
            ),
            (
                employers,
                self.employers,
                Quality.EMPLOYERS,
                "panel-employers",
                f"Members from outside for employers: {self.employers} at least; {employers} now.",
                f"Membres extérieurs pour les employeurs : {self.employers} au moins ; {employers} à présent.",
            ),
            (
                employees,
                self.employees,
                Quality.EMPLOYEES,
                "panel-employees",
                f"Members from outside for employees: {self.employees} at least; {employees} now.",
                f"Membres extérieurs pour les salariés : {self.employees} au moins ; {employees} à présent.",
            ),
        )
        found = []
        for counted, asked, quality, rule, en, fr in rules:
            kept = counted >= asked if quality else distinct and counted == asked
            missing = lacks(panel, Quota(quality=quality)) if quality and not kept else ()
            said = Violation(rule, en, fr, self.text, missing=missing)
            asks = _at_least(Quota(quality=quality), asked) if quality else _exactly(asked)
            if asked:
                found.append(_counting(asks, counted, asked, said, kept=kept))
        return (*found, *counts(panel, self.minimum, self.quotas, "panel", self.text))

    def violations(self, panel: tuple[Seat, ...]) -> tuple[Violation, ...]:
        """Return the rules of composition that this panel breaks, except balance; empty if it is lawful."""
        return broken(self.checks(panel))

    def balanced(self, panel: tuple[Seat, ...]) -> tuple[RuleCheck, ...]:
        """Check each balance that it states on this panel."""
        return balanced(panel, self.balances, self.text)

    def imbalances(self, panel: tuple[Seat, ...]) -> tuple[Violation, ...]:
        """Return the balance rules that this panel breaks: it is lawful only with a recorded derogation."""
        return broken(self.balanced(panel))

    def least(self, jury: int) -> int:
        """Return the minimum number of members who deliberate, for a jury of this size."""
        return self.quorum.least(jury) if isinstance(self.quorum, PanelShare) else self.quorum or 0

    def impossible(self) -> tuple[str, str, str] | None:
        """Return the field that no panel can ever meet, with the reason in both languages, or None."""
        for field, members in (("size", self.size or 1), ("minimum", self.minimum)):
            if members > LARGEST:
                en = f"A jury has {LARGEST} members at most."
                return field, en, f"Un jury compte au plus {LARGEST} membres."
        sizes = range(self.minimum, LARGEST + 1) if self.size is None else range(self.size, self.size + 1)
        found = [fault for size in sizes if (fault := self._beyond(size)) is not None]
        return found[0] if len(found) == len(sizes) else None

    def _beyond(self, size: int) -> tuple[str, str, str] | None:
        """Return the field that a panel of this size cannot meet, with the reason, or None."""
        sides = [self._needed(size, quality) for quality in (Quality.EMPLOYERS, Quality.EMPLOYEES)]
        outside = max(self._needed(size, Quality.EXTERNAL), sum(sides))
        if outside > size:
            en = f"{outside} members from outside are required, more than the jury has."
            return "size", en, f"{outside} membres extérieurs sont exigés, plus que le jury n'en compte."
        for n, quota in enumerate(self.quotas):
            if quota.least(size) > size:
                en = f"{quota.least(size)} members of a quality are required, more than the jury has."
                fr = f"{quota.least(size)} membres d'une qualité sont exigés, plus que le jury n'en compte."
                return f"quotas[{n}]", en, fr
        if self.least(size) > size:
            en = "The quorum is more than the members of the jury."
            return "quorum", en, "Le quorum dépasse le nombre de membres du jury."
        if self.size is not None and self.minimum > self.size:
            en = "The least number of members is more than the exact one."
            return "minimum", en, "Le nombre minimal de membres dépasse le nombre exact."
        for n, balance in enumerate(self.balances):
            counts = range(outside, size + 1) if balance.scope is BalanceScope.EXTERNALS else range(size, size + 1)
            if balance.difference == 0 and all(count % 2 for count in counts):
                en = (
                    "This balance can never be reached: an odd number of members is counted, so they differ by 1 at"
                    " least."
                )
                fr = (
                    "Cette parité est hors d'atteinte : le nombre de membres comptés est impair, l'écart est d'au"
                    " moins 1."
                )
                return f"balances[{n}]", en, fr
        return None

    def _needed(self, size: int, quality: Quality) -> int:
        """Return the minimum number of members with a quality that a panel of this size needs."""
        stated = {
            Quality.EXTERNAL: self.externals,
            Quality.EMPLOYERS: self.employers,
            Quality.EMPLOYEES: self.employees,
        }
        asked = (quota.least(size) for quota in self.quotas if quota.quality is quality)
        return max(stated[quality], *asked, 0)


LARGEST = 100
"""Maximum size of a jury: a session signs in a hundred members at most."""

QUALITIES: dict[Quality, tuple[str, str]] = {
    Quality.EXTERNAL: ("come from outside the certifier", "sont extérieurs au certificateur"),
    Quality.EMPLOYERS: ("represent employers", "représentent les employeurs"),
    Quality.EMPLOYEES: ("represent employees", "représentent les salariés"),
    Quality.PROFESSION: ("practise the profession", "représentent la profession"),
    Quality.QUALIFIED: ("are qualified in the certification", "sont qualifiés au titre de la certification"),
}


COUNTED: dict[Quality, tuple[str, str]] = {
    Quality.EXTERNAL: ("From outside the certifier", "Extérieurs au certificateur"),
    Quality.EMPLOYERS: ("From outside, for employers", "Extérieurs représentant les employeurs"),
    Quality.EMPLOYEES: ("From outside, for employees", "Extérieurs représentant les salariés"),
    Quality.PROFESSION: ("Representing the profession", "Représentant la profession"),
    Quality.QUALIFIED: ("Qualified in the certification", "Qualifiés au titre de la certification"),
}
SCOPES: dict[BalanceScope, tuple[str, str]] = {
    BalanceScope.EXTERNALS: ("Women and men among members from outside", "Parité parmi les membres extérieurs"),
    BalanceScope.PANEL: ("Women and men on the jury", "Parité dans le jury"),
}


def _unrecognised(en: str, fr: str) -> Missing:
    return Missing("quality", f"Not recognised on that day as of those who {en}", f"Non reconnu ce jour-là : {fr}")


def lacks(panel: tuple[Seat, ...], quota: Quota) -> tuple[Missing, ...]:
    """Return why members of a panel do not count towards a quota, each reason with the members concerned."""
    whom: dict[Missing, list[UUID]] = {}
    for seat in dict.fromkeys(panel):
        for why in () if seat.counts_for(quota) else seat.lacks(quota):
            whom.setdefault(why, []).append(seat.juror)
    return tuple(why if why is NO_CERTIFIER else replace(why, of=tuple(of)) for why, of in whom.items())


def counts(
    panel: tuple[Seat, ...], minimum: int, quotas: tuple[Quota, ...], prefix: str, source: str
) -> tuple[RuleCheck, ...]:
    """Check a number of members and quotas on a panel; `prefix` names the rules: the sheet's, the law's."""
    found, members = [], len({seat.juror for seat in panel})
    if minimum > 1 or members < minimum:
        en = f"The jury has {minimum} members at least; {len(panel)} sit."
        fr = f"Le jury compte {minimum} membres au moins ; {len(panel)} siègent."
        said = Violation(f"{prefix}-minimum", en, fr, source)
        asks = (
            (f"{minimum} members at least", f"{minimum} membres au moins")
            if minimum > 1
            else ("One member at least", "Un membre au moins")
        )
        found.append(_counting(asks, members, minimum, said, kept=members >= minimum))
    for quota in quotas:
        least, counted = quota.least(len(panel)), sum(seat.counts_for(quota) for seat in panel)
        means_en, means_fr = QUALITIES[quota.quality]
        for_en = f", for {quota.years} years at least" if quota.years else ""
        for_fr = f", depuis {quota.years} ans au moins" if quota.years else ""
        en = f"At least {least} of {len(panel)} members {means_en}{for_en}; {counted} do."
        fr = f"{least} membres sur {len(panel)} au moins {means_fr}{for_fr} ; {counted} le font."
        wants = lacks(panel, quota) if counted < least else ()
        said = Violation(f"{prefix}-quota-{quota.quality.value}", en, fr, source, missing=wants)
        kept = counted >= least
        found.append(_counting(_at_least(quota, least), counted, least, said, kept=kept))
    return tuple(found)


def lacking(
    panel: tuple[Seat, ...], minimum: int, quotas: tuple[Quota, ...], prefix: str, source: str
) -> tuple[Violation, ...]:
    """Return the violations of a number of members and of quotas by a panel."""
    return broken(counts(panel, minimum, quotas, prefix, source))


def balanced(panel: tuple[Seat, ...], balances: tuple[Balance, ...], source: str) -> tuple[RuleCheck, ...]:
    """Check balances on a panel.

    A member whose sex is not stated may count for either side: the balance is then unverifiable rather than broken.
    """
    return tuple(_balance(each, panel, source) for each in balances)


def imbalances(panel: tuple[Seat, ...], balances: tuple[Balance, ...], source: str) -> tuple[Violation, ...]:
    """Return the balances that a panel breaks."""
    return broken(balanced(panel, balances, source))


def of_one_sex(panel: Iterable[Sex]) -> bool:
    """Return whether all of a panel are women, or all are men; an unstated sex may be either."""
    return set(panel) in ({Sex.F}, {Sex.M})


def _balance(balance: Balance, panel: tuple[Seat, ...], source: str) -> RuleCheck:
    counted = [seat for seat in panel if seat.external or balance.scope is BalanceScope.PANEL]
    women, men = (sum(seat.sex is sex for seat in counted) for sex in (Sex.F, Sex.M))
    unsaid = len(counted) - women - men
    (en, fr), most = SCOPES[balance.scope], balance.difference
    return RuleCheck(
        asks=(
            f"{en}: {f'{most} apart at most' if most else 'as many women as men'}",
            f"{fr} : {_apart_at_most(most)}",
        ),
        measured=(
            f"{women} F, {men} M" + (f", {unsaid} not stated" if unsaid else ""),
            f"{women} F, {men} H" + (f", {unsaid} non déclaré" if unsaid else ""),
        ),
        kept=abs(women - men) - unsaid <= most,
        found=max(abs(women - men) - unsaid, 0),
        asked=most,
        at_most=True,
        broken=Violation(
            f"panel-balance-{balance.scope.value}",
            "Women and men are balanced on the panel, or a derogation is recorded with its reason and proof.",
            "Le jury respecte la parité, ou une dérogation motivée et justifiée est enregistrée.",
            source,
        ),
    )


def _at_least(quota: Quota, least: int) -> tuple[str, str]:
    en, fr = COUNTED[quota.quality]
    if quota.years:
        en, fr = f"{en}, for {quota.years} years", f"{fr}, depuis {quota.years} ans"
    return f"{en}: {least} at least", f"{fr} : {least} au moins"


def _apart_at_most(most: int) -> str:
    return f"écart de {most} au plus" if most else "autant de femmes que d'hommes"


def _exactly(size: int) -> tuple[str, str]:
    return f"{size} members, all distinct persons", f"{size} membres, toutes personnes distinctes"


def _counting(asks: tuple[str, str], found: int, asked: int, broken: Violation, *, kept: bool) -> RuleCheck:
    said = f"{found} / {asked}"
    return RuleCheck(asks=asks, measured=(said, said), kept=kept, broken=broken, found=found, asked=asked)
