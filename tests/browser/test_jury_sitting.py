"""A jury's sitting from its convening to the release, by pages only: five members, each in their own browser.

Four candidates: one absent; one granted the title; one whose decision is taken back and decided anew; one granted
some blocks, whose decision falls because a member is found to be tied and is taken anew without them. An auditor who
was not there then finds each of these facts in the minutes.

Only what comes before the session is prepared by commands: the candidacies and their marks. The site runs in the
test's own process, so that the test moves the clock and each act has its own hour. The rulebook asks that a majority
of the members confirm each decision. It plays by day: it takes less than 40 seconds on a quiet machine.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Route
from domain.ports import OPERATOR, CandidacyId, Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import ConfirmationRule
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import Place, played, served_by_this_process, sign_in
from tests.given.webapi.pictures import WANTED, picture
from webapi.demonstration.cast import enrol
from webapi.demonstration.story import SEX

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTHS: Final = (1280, 820, 390)
BUSY: Final = 20_000
"""Milliseconds within which a page shows what it is asked for, on a machine that does much else."""
LIVE: Final = 5_000
"""Milliseconds within which a member's screen shows what another recorded: it asks every second."""

ABSENT, WHOLE, TAKEN_BACK, PARTIAL = "Agathe Brouillon", "Boris Croquis", "Clara Maquette", "David Canevas"
ALL: Final = frozenset(range(1, 31))
CALLED: Final = (
    ("agathe", ABSENT, ALL),
    ("boris", WHOLE, ALL),
    ("clara", TAKEN_BACK, ALL),
    ("david", PARTIAL, ALL - {7}),
)
"""The candidates, and what their assessor found acquired: of David a mandatory competence of block 1 is missing."""


@pytest.fixture
def house(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demonstration, with a new rulebook under which four candidates wait for a jury."""
    del chromium
    with played(server_url, template, tmp_path_factory.mktemp("sitting")) as place:
        prepare(place)
        yield place


def prepare(place: Place) -> None:
    """Publish a rulebook that asks a majority to confirm; enrol four candidates and hand in their marks."""
    story = place.story
    sessions = replace(story.rules.sessions, confirmed_by=ConfirmationRule.MAJORITY)
    rules = replace(story.rules, version=2, sessions=sessions)
    place.acquis.do(PublishRulebook(rules=rules), OPERATOR)
    story.rulebook = RulebookId(Rulebook.id_of(rules.certifier, rules.version))
    story.cast |= enrol(place.acquis, tuple((who, name, (Role.CANDIDATE,)) for who, name, _ in CALLED))
    for who, _, acquired in CALLED:
        candidacy = story.apply(who, Route.FI)
        story.put_in(candidacy, who, (range(1, 10), range(10, 31)))
        story.assess(candidacy, set(acquired))


@pytest.mark.timeout(600)  # on a busy machine
def test_a_sitting_from_convening_to_release_and_its_minutes_read_by_somebody_who_was_not_there(
    launched: Browser, house: Place
) -> None:
    with served_by_this_process(house) as site:
        sitting = Sitting(launched, site, house)
        try:
            sitting.play()
        finally:
            sitting.close()


class Somebody:
    """One person in their own browser: their page, and what they do on it."""

    def __init__(self, sitting: Sitting, who: str, width: int = WIDTHS[0]) -> None:
        self.sitting, self.who, self.width = sitting, who, width
        self.player = sitting.place.story.cast[who]
        context = sitting.browser.new_context(
            base_url=sitting.site,
            locale="fr-FR",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(BUSY)
        sign_in(context, self.player)
        self.page: Page = context.new_page()

    @property
    def name(self) -> str:
        return self.player.name

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        (within or self.main).get_by_role("button", name=name).first.click()

    def follow(self, name: str, within: Locator | None = None) -> None:
        (within or self.main).get_by_role("link", name=name).first.click()

    def open(self, summary: str) -> None:
        self.main.locator("summary").filter(has_text=summary).first.click()

    def says(self, *texts: str, within: Locator | None = None, timeout: int = BUSY) -> None:
        """The page says these words, whatever kind of space separates them."""
        for text in texts:
            words = re.compile(r"\s+".join(re.escape(word) for word in text.split()))
            expect(within or self.main).to_contain_text(words, timeout=timeout)

    def sees(self, *texts: str, within: Locator | None = None) -> None:
        """The open page comes to say this by itself, at once."""
        self.says(*texts, within=within, timeout=LIVE)

    def looks(self, name: str) -> None:
        """The page is accessible and fits a desk, a tablet and a telephone; a picture of each is kept if wanted."""
        self.page.wait_for_selector("footer")
        assert not barriers(self.page), name
        self.sitting.looked_at += 1
        for width in WIDTHS if WANTED else (*WIDTHS, self.width):
            self.page.set_viewport_size({"width": width, "height": 900})
            picture(self.page, f"sitting-{self.sitting.looked_at:02}-{name}-{width}")
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        self.page.set_viewport_size({"width": self.width, "height": 900})


class Sitting:
    """The sitting, act by act."""

    def __init__(self, browser: Browser, site: str, place: Place) -> None:
        self.browser, self.site, self.place = browser, site, place
        self.looked_at = 0
        self.cast: list[Somebody] = []
        self.day = place.story.clock.today() + timedelta(days=30)
        self.members: list[Somebody] = []
        self.session = ""

    def somebody(self, who: str, width: int = WIDTHS[0]) -> Somebody:
        self.cast.append(Somebody(self, who, width))
        return self.cast[-1]

    def close(self) -> None:
        for each in self.cast:
            each.page.context.close()

    def at(self, hour: int, minute: int = 0, day: date | None = None) -> None:
        """Move the clock, on the day of the sitting."""
        self.place.story.clock.set(day or self.day, time(hour, minute))

    def candidacy(self, name: str) -> CandidacyId:
        who = next(short for short, called, _ in CALLED if called == name)
        return self.place.story.called[who]

    @property
    def board(self) -> str:
        return f"/jury/{self.session}"

    def page_of(self, name: str) -> str:
        return f"{self.board}/candidates/{self.candidacy(name)}"

    def play(self) -> None:
        rose = self.somebody("rose")
        self.at(10, day=self.day - timedelta(days=30))
        self.convene(rose)
        self.sign_in(rose)
        self.note_the_absent_candidate()
        self.decide_the_whole_title()
        self.take_back_and_decide_anew()
        self.decide_partially_until_a_tie_is_declared()
        self.close_and_sign()
        self.release(rose)
        self.results_are_read()
        self.minutes_are_read(self.somebody("sacha"))

    # Before the day

    def convene(self, rose: Somebody) -> None:
        """The registrar plans the session, names its jury and calls the candidates."""
        rose.go("/registrar/sessions")
        rose.follow("Planifier une session")
        rose.page.fill("[name=held_on]", self.day.isoformat())
        rose.page.fill("[name=starts_at]", "09:00")
        rose.page.locator("[name=rulebook]").select_option(str(self.place.story.rulebook))
        rose.page.locator("[name=route]").select_option("FI")
        rose.press("Planifier la session")
        rose.says("Session planifiée. Composez maintenant son jury.")
        self.session = urlsplit(rose.page.url).path.rpartition("/")[2]
        rose.looks("session-to-compose")
        shorts = {player.name: short for short, player in self.place.story.cast.items()}
        for select in rose.main.locator("label", has=rose.page.locator("select[name^=sex-]")).all():
            named = str(select.locator("span").first.text_content())
            select.locator("select").select_option(SEX[shorts[named]])
        rose.press(re.compile("Nommer ces 5 personnes"))
        rose.says("Membres nommés.", "Jury conforme, règle par règle.")
        for _, name, _ in CALLED:
            rose.main.get_by_label(name).check()
        rose.press("Convoquer les candidats cochés")
        rose.says("Candidats convoqués.", "4 convoqués")
        rose.looks("session-called")
        seats = rose.page.locator("section[aria-labelledby=h-jury] > ul").first.locator("> li")
        names = [str(each.locator("strong").first.text_content()) for each in seats.all()]
        chair = str(seats.filter(has_text="préside ·").locator("strong").first.text_content())
        names.sort(key=lambda name: name != chair)
        widths = (1280, 820, 390, 1280, 820)
        self.members = [self.somebody(shorts[name], width) for name, width in zip(names, widths, strict=True)]

    # The day

    def sign_in(self, rose: Somebody) -> None:
        """Four members sign in themselves; the chair notes that the fifth signed on paper, and opens the session."""
        chair, on_paper, *others = self.members
        self.at(8, 40)
        chair.go("/jury")
        chair.looks("agenda")
        chair.follow("Entrer dans la session")
        chair.looks("board-to-sign")
        rose.go(self.board)
        for minute, each in enumerate((chair, *others), start=45):
            self.at(8, minute)
            each.go(self.board)
            each.press("Émarger")
            each.says("Émargement enregistré.")
        self.at(8, 55)
        chair.go(self.board)
        chair.press(re.compile("A signé la feuille"), chair.main.get_by_role("row", name=on_paper.name))
        chair.says("Émargement enregistré.")
        rose.sees("d’après sa signature sur papier")
        chair.looks("board-signed")
        on_paper.go(self.board)
        self.at(9)
        chair.press("Ouvrir la session")
        chair.says("Session ouverte.")
        on_paper.sees("Ouverte")
        chair.looks("board-open")

    def note_the_absent_candidate(self) -> None:
        chair = self.members[0]
        self.at(9, 10)
        chair.follow(ABSENT)
        chair.looks("candidate-expected")
        chair.open("Noter une absence")
        chair.press("Noter l’absence")
        chair.says("Absence notée.")
        self.members[1].sees("Absent")

    def decide_the_whole_title(self) -> None:
        """A member notes that the candidate came; members prepare; the chair records; a majority confirms."""
        chair, second, third, fourth, _ = self.members
        self.at(9, 20)
        third.go(self.page_of(WHOLE))
        third.page.fill("[name=at]", "09:15")
        third.press("Noter la présence")
        third.says("Présence notée", "à 9 h 15")
        self.at(9, 21)
        self.open_deliberation(chair, WHOLE)
        for each in (second, fourth):
            each.go(self.page_of(WHOLE))
        chair.looks("grid")
        second.page.locator("#part-1").get_by_role("group", name="Le jury, compétence 1", exact=True).get_by_label(
            "Acquise", exact=True
        ).check()
        fourth.sees("1 sur 9 appréciées")
        chair.sees("1 sur 9 appréciées")
        self.follow_opinions(chair)
        fourth.sees("9 sur 9 appréciées")
        chair.follow("Relire et enregistrer la décision")
        chair.says("Comment le jury a-t-il voté ?")
        chair.looks("review")
        self.at(9, 40)
        self.record(chair, "À l'unanimité")
        fourth.sees("prononcé", within=fourth.page.locator("#sum"))
        self.confirm(WHOLE, chair, second, fourth, look=True)

    def take_back_and_decide_anew(self) -> None:
        """A member leaves; what was recorded was keyed wrongly: the chair takes it back, and it is decided anew."""
        chair, second, third, _, leaver = self.members
        self.at(9, 45)
        self.arrives(chair, TAKEN_BACK)
        self.open_deliberation(chair, TAKEN_BACK)
        self.follow_opinions(chair)
        self.rule(chair, block=2, competence=16, reason="Non montrée à l'entretien.")
        chair.follow("Relire et enregistrer la décision")
        self.at(9, 50)
        leaver.go(self.board)
        leaver.press("Je quitte la séance")
        leaver.says("Départ noté")
        leaver.looks("board-left")
        chair.sees("La session a changé depuis l’ouverture de cette page.")
        chair.follow("Relire ce qui est")
        chair.says("4 membres délibèrent, quorum 4.")
        chair.page.get_by_label("Motif du refus").fill("Les formats publicitaires ne sont pas maîtrisés.")
        second.go(self.page_of(TAKEN_BACK))
        self.at(9, 55)
        self.record(chair, "À la majorité")
        second.sees("non accordé", within=second.page.locator("#sum"))
        self.confirm(TAKEN_BACK, second, third)

        second.go(self.page_of(TAKEN_BACK))
        chair.go(self.page_of(TAKEN_BACK))
        chair.follow("Revenir sur cette décision")
        chair.says(
            "Bloc 1 : accordé",
            "Bloc 2 : non accordé",
            "Le vote noté : à la majorité",
            "Les confirmations",
            second.name,
            within=chair.page.locator("section[aria-labelledby=h-falls]"),
        )
        chair.looks("taking-back")
        self.at(10, 2)
        chair.page.get_by_label("Motif").fill("Erreur de saisie : la compétence 16 est acquise.")
        chair.press("Revenir sur toute la décision")
        chair.says("Décision reprise : elle est à décider de nouveau.")
        second.sees("à décider", within=second.page.locator("#sum"))
        second.sees(
            "Repris par la présidence à 10 h 02 : blocs 1, 3 et 4 accordés ; bloc 2 non accordé, à la majorité.",
            "Erreur de saisie : la compétence 16 est acquise.",
        )
        chair.looks("taken-back")
        self.rule(chair, block=2, competence=16, acquired=True)
        chair.follow("Relire et enregistrer la décision")
        self.at(10, 5)
        self.record(chair, "À l'unanimité")
        second.sees("prononcé", within=second.page.locator("#sum"))
        self.confirm(TAKEN_BACK, chair, second, third)
        self.at(10, 10)
        leaver.press("Je suis de retour")
        leaver.says("Retour noté.")

    def decide_partially_until_a_tie_is_declared(self) -> None:
        """After the decision a member declares a tie; the chair sees what falls, confirms, and decides anew."""
        chair, tied, third, fourth, back = self.members
        self.at(10, 15)
        self.arrives(chair, PARTIAL)
        self.open_deliberation(chair, PARTIAL)
        self.follow_opinions(chair)
        chair.follow("Relire et enregistrer la décision")
        self.at(10, 30)
        self.refuse_block_1(chair)
        chair.looks("review-partial")
        self.record(chair, "À la majorité")
        self.confirm(PARTIAL, tied, third, back)

        self.at(10, 40)
        tied.go(self.board)
        tied.page.get_by_label("Candidat", exact=True).select_option(label=PARTIAL)
        tied.page.get_by_label("Lien : ce membre").select_option("trained")
        tied.press("Déclarer le lien")
        note = tied.page.locator(".note", has_text="Retrait à régler")
        tied.says(tied.name, within=note)
        tied.looks("board-tie")
        fourth.go(self.page_of(PARTIAL))
        tied.follow("Régler", note)
        tied.open("Je me retire")
        tied.page.get_by_label("Motif").fill("Je l'ai formé en 2021.")
        tied.press("Déclarer mon retrait")
        tied.says("Votre retrait est déclaré. Il attend la confirmation")
        tied.looks("recusal-declared")
        fourth.sees("déclare se retirer après la décision")
        chair.go(self.page_of(PARTIAL))
        falls = chair.page.locator("section", has=chair.page.get_by_text("Ce qui tombe à la confirmation"))
        chair.says(
            f"{tied.name} déclare se retirer après la décision.",
            "Je l'ai formé en 2021.",
            "Bloc 1 : non accordé Bloc 2 : accordé Bloc 3 : accordé Bloc 4 : accordé",
            "Le vote noté : à la majorité",
            "30 appréciations du jury",
            "4 membres restent pour délibérer : le quorum est atteint.",
            within=falls,
        )
        chair.looks("recusal-to-confirm")
        self.at(10, 45)
        chair.press("Confirmer ce retrait", falls)
        chair.says("Retrait confirmé : ce qui avait été décidé avec ce membre est tombé.")
        fourth.sees("Restent 4 blocs à décider.", within=fourth.page.locator("#sum"))
        assert tied.page.request.get(self.page_of(PARTIAL)).status == 404
        self.follow_opinions(chair)
        chair.follow("Relire et enregistrer la décision")
        chair.says(f"{tied.name} s’est retiré.", "4 membres délibèrent, quorum 4.")
        self.at(10, 55)
        self.refuse_block_1(chair)
        self.record(chair, "À l'unanimité")
        fourth.sees("non accordé", within=fourth.page.locator("#sum"))
        chair.looks("decided-anew")
        self.confirm(PARTIAL, chair, third, fourth)

    def close_and_sign(self) -> None:
        """The chair closes the session; each member signs the minutes with their password."""
        chair = self.members[0]
        self.at(11, 30)
        chair.go(self.board)
        chair.press("Clore la session")
        chair.says("Session close : le procès-verbal est à signer.")
        chair.looks("board-closed")
        for minute, each in enumerate(self.members, start=35):
            self.at(11, minute)
            each.go("/jury")
            each.follow("Lire et signer")
            if each is chair:
                each.looks("minutes-to-sign")
            each.page.get_by_label("Votre mot de passe").fill(each.player.password)
            each.press("Signer")
            each.says("Procès-verbal signé.")

    def release(self, rose: Somebody) -> None:
        self.at(14)
        rose.go(f"/registrar/sessions/{self.session}")
        rose.says("Le procès-verbal est signé.")
        rose.looks("session-signed")
        rose.follow("Relire et publier les résultats")
        rose.says("titre prononcé", "absent")
        rose.looks("results")
        rose.press("Publier 4 résultats")
        rose.says("Résultats publiés.")

    # Afterwards

    def results_are_read(self) -> None:
        """Each candidate reads their own result."""
        for who, told in (
            ("boris", ("Certification obtenue",)),
            ("clara", ("Certification obtenue",)),
            ("david", ("La charte éditoriale n'est pas montrée.", "La rédiger sur un cas réel.")),
        ):
            candidate = self.somebody(who, 390)
            candidate.go("/candidacies")
            candidate.main.locator('a[href$="/result"]').first.click()
            candidate.says(*told)
            candidate.looks(f"result-{who}")

    def minutes_are_read(self, auditor: Somebody) -> None:
        """Somebody who was not there finds each fact of the sitting, and each hour."""
        chair, tied, third, fourth, leaver = (each.name for each in self.members)
        whole = "à l'unanimité : blocs 1, 2, 3 et 4 accordés, titre prononcé"
        first_of_clara = "à la majorité : blocs 1, 3 et 4 accordés, bloc 2 non accordé"
        mistake = "Erreur de saisie : la compétence 16 est acquise."
        of_david = "blocs 2, 3 et 4 accordés, bloc 1 non accordé"
        auditor.go(f"{self.board}/minutes")
        auditor.looks("minutes")
        facts = (
            # hours and members
            "Session ouverte à 9 h 00, close à 11 h 30.",
            f"{chair} présidence 8 h 45 émargement",
            f"{tied} titulaire 8 h 55 émargement sur papier, noté par {chair}",
            f"{third} titulaire 8 h 46 émargement",
            f"{fourth} titulaire 8 h 47 émargement",
            f"{leaver} titulaire 8 h 48 émargement 9 h 50 départ 10 h 10 retour",
            # candidates, deliberations, votes
            f"{ABSENT} 9 h 10 absent, noté par {chair}",
            f"{WHOLE} 9 h 15 présent, en salle, noté par {third} 9 h 21 ouverte, 5 membres 9 h 40 {whole}",
            f"9 h 50 sans {leaver} (départ)",
            f"9 h 55 {first_of_clara}",
            "10 h 02 décision reprise : en entier",
            f"10 h 05 {whole}",
            f"10 h 30 à la majorité : {of_david}",
            f"10 h 45 sans {tied} (retrait)",
            f"10 h 55 à l'unanimité : {of_david}",
            # the first decision, the reason, the second one
            f"{TAKEN_BACK} {first_of_clara} Bloc 2 : Les formats publicitaires ne sont pas maîtrisés.",
            f"10 h 02 décision reprise : en entier, par {chair} {mistake}",
            f"{mistake} 10 h 05 {whole}",
            # the recusal, and what fell with it
            f"{tied}, pour {PARTIAL} : retrait déclaré à 10 h 40, confirmé par {chair} à 10 h 45.",
            f"Motif : Je l'ai formé en 2021. Décision tombée : à la majorité : {of_david}.",
            # what stands
            f"{WHOLE} FI accordé accordé accordé accordé prononcé",
            f"{TAKEN_BACK} FI accordé accordé accordé accordé prononcé",
            f"{PARTIAL} FI non accordé accordé accordé accordé non",
            "La charte éditoriale n'est pas montrée. La rédiger sur un cas réel.",
            "Résultats publiés le 21 juillet 2022",
            *(f"{each.name} signé le 21 juillet 2022" for each in self.members),
        )
        read = " ".join(auditor.page.locator("article").inner_text().split())
        assert not [fact for fact in facts if fact not in read], read

    # What several acts share

    def arrives(self, member: Somebody, name: str) -> None:
        member.go(self.page_of(name))
        member.press("Noter la présence")
        member.says("Présence notée.")

    def open_deliberation(self, chair: Somebody, name: str) -> None:
        chair.go(self.page_of(name))
        chair.press("Ouvrir la délibération")
        chair.says("Délibération ouverte.")

    def follow_opinions(self, chair: Somebody) -> None:
        for block in (1, 2, 3, 4):
            chair.page.locator(f"#part-{block} .after button.line.small").first.click()
            chair.page.wait_for_selector(f"#part-{block} .cells")
            expect(chair.page.locator(f"#part-{block} .after button.line.small")).to_have_count(0)

    def rule(self, chair: Somebody, *, block: int, competence: int, acquired: bool = False, reason: str = "") -> None:
        """Rule on one competence anew."""
        part = chair.page.locator(f"#part-{block}")
        part.locator("a.fold").click()
        group = part.get_by_role("group", name=f"Le jury, compétence {competence}", exact=True)
        group.get_by_label("Acquise" if acquired else "Non acquise", exact=True).check()
        if reason:
            part.get_by_label(f"Motif, compétence {competence}").fill(reason)
        chair.press(f"Enregistrer les appréciations du bloc {block}")
        chair.says("Appréciations enregistrées.")

    def refuse_block_1(self, chair: Somebody) -> None:
        chair.page.get_by_label("Motif du refus").fill("La charte éditoriale n'est pas montrée.")
        chair.page.get_by_label("Conseil du jury").fill("La rédiger sur un cas réel.")

    def record(self, chair: Somebody, vote: str) -> None:
        chair.page.get_by_label(vote).check()
        chair.press("Enregistrer la décision du jury")
        chair.says("Décision enregistrée.")

    def confirm(self, name: str, *members: Somebody, look: bool = False) -> None:
        for each in members:
            each.go(self.page_of(name))
            if look and each is members[0]:
                each.looks("to-confirm")
            each.press("Je confirme cette décision")
            each.says("Décision confirmée.")
