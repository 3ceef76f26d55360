"""Work for each role on the day of the demonstration, made by real commands only.

It follows the story and uses people of its own, so that it does not change the story.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from domain.appeal.facts import ComplaintGround
from domain.assessment.assessment import Opinion
from domain.commands.appeal.request_review import RequestReview
from domain.commands.assessment.assess_competences import AssessCompetences
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.people.state_affiliation import StateAffiliation
from domain.framework.definition import Route
from domain.organisation.facts import Purpose
from domain.people.facts import OrganisationLink
from domain.ports import CandidacyId, OrganisationId, Role, SessionId, SittingId
from webapi.demonstration.cast import enrol
from webapi.demonstration.story import PANEL, PLACE, RECOMMENDED, Story

TODAY: Final = date(2022, 10, 11)
NEWCOMERS: Final = (
    ("manon", "Manon Prétendue", (Role.CANDIDATE,)),
    ("nils", "Nils Échantillon", (Role.CANDIDATE,)),
    ("paula", "Paula Maquette", (Role.CANDIDATE,)),
    ("quentin", "Quentin Brouillon", (Role.CANDIDATE,)),
    ("aline", "Aline Accompagnatrice", (Role.ADVISOR,)),
    ("denis", "Denis Référent", (Role.DISABILITY_OFFICER,)),
    ("ilan", "Ilan Surveillant", (Role.INVIGILATOR,)),
    ("irma", "Irma Surveillante", (Role.INVIGILATOR,)),
    ("celeste", "Céleste Formatrice", (Role.CENTRE,)),
)
FACES: Final = (
    "manon",
    "ines",
    "jules",
    "rose",
    "aline",
    "celeste",
    "ilan",
    "denis",
    "sacha",
    "tess",
    "ulysse",
)
"""The person of each role who has work to do."""
TRAINED: Final = ("Oriane Échantillon", "Pablo Maquette", "Romy Prétexte")
"""The candidates whom the training centre enrols."""
SITE: Final = "Centre Imaginaire, 3 place de la Fiction, 69000 Lyon"
BLOCKS: Final = (range(1, 10), range(10, 21), range(21, 26), range(26, 31))
MISTAKE: Final = "La compétence 7 figure deux fois dans mon dossier ; le jury n'en cite qu'une."


class PresentDay:
    """The part of the demonstration that makes work for the day on which it is shown."""

    def __init__(self, story: Story) -> None:
        """Continue from the end of the story."""
        self.story = story
        self.by = story.by

    def play(self) -> None:
        """Make work for each role."""
        appealed = self.story.sessions[-1]
        self.story.clock.set(date(2022, 8, 22))
        self.story.cast |= enrol(self.story.acquis, NEWCOMERS)
        manon = self._a_vae_under_way()
        self._a_centre_enrols()
        self._marked_and_half_marked()
        today = self._called_for_today()
        self.story.clock.set(date(2022, 9, 30))
        nils = self.story.apply("nils", Route.VAE)
        self.by("nils", SubmitFeasibilityFile(candidacy=nils))
        self.by("manon", RequestAccommodation(candidacy=manon, reason="Dyslexie, bilan du 3 mai 2022."))
        self._to_be_staffed()
        self.story.clock.set(TODAY)
        self._a_sitting_today()
        self._a_session_today(today)
        ask = RequestReview(
            session=appealed,
            candidacy=self.story.called["capucine"],
            ground=ComplaintGround.MATERIAL,
            statement=MISTAKE,
        )
        self.by("capucine", ask)

    def _a_vae_under_way(self) -> CandidacyId:
        """Make an admissible VAE with an advisor and evidence for three of four blocks, which she must finish."""
        manon = self.story.apply("manon", Route.VAE)
        self.by("manon", SubmitFeasibilityFile(candidacy=manon))
        self.story.clock.set(date(2022, 9, 5))
        self.by(
            "rose",
            DecideAdmissibility(
                candidacy=manon, admissible=True, file_received_on=date(2022, 8, 22), recommendations=RECOMMENDED
            ),
        )
        self.by("manon", NameAdvisor(candidacy=manon, advisor=self.story.cast["aline"].id))
        self.story.put_in(manon, "manon", BLOCKS[:3])
        return manon

    def _a_centre_enrols(self) -> None:
        """Make a training centre, habilitated this year, that enrols three candidates.

        An épreuve is planned on its site.
        """
        story, celeste = self.story, self.story.cast["celeste"].id
        centre = OrganisationId(story.made(RegisterOrganisation(legal_name="Centre Imaginaire de Lyon")))
        habilitated = GrantHabilitation(
            organisation=centre,
            certification=story.definition.code,
            granted_by=story.houses["certifier"],
            purpose=Purpose.BOTH,
            sites=(SITE,),
            first_day=date(2022, 1, 3),
        )
        works = StateAffiliation(
            person=celeste, organisation=centre, link=OrganisationLink.EMPLOYMENT, since=date(2019, 9, 2)
        )
        for command in (habilitated, works):
            self.by("rose", command)
        for name in TRAINED:
            enrolled = EnrolCandidate(
                name=name,
                framework=story.framework,
                rulebook=story.rulebook,
                route=Route.FC,
                centre=centre,
            )
            self.by("celeste", enrolled)
        planned = PlanSitting(
            framework=story.framework,
            rulebook=story.rulebook,
            modality="CL-B1-M1",
            subject="Étude de cas : une librairie sur les médias sociaux",
            held_on=date(2022, 11, 22),
            starts_at=time(9, 30),
            place=SITE,
            centre=centre,
            places=12,
            invigilator=story.cast["irma"].id,
        )
        self.by("rose", planned)

    def _marked_and_half_marked(self) -> None:
        """Make two dossiers that both assessors have marked, and one that Inès has begun."""
        for who in ("paula", "quentin"):
            candidacy = self.story.apply(who, Route.FC)
            self.story.put_in(candidacy, who, BLOCKS)
            self.story.assess(candidacy, set(range(1, 31)) - {3, 6, 17})
        firmin, ines = self.story.called["firmin"], self.story.cast["ines"].id
        self.story.put_in(firmin, "firmin", BLOCKS)
        self.by("rose", AssignAssessor(candidacy=firmin, assessor=ines, competences=tuple(range(1, 31))))
        marks = tuple(Opinion(competence=each, mark="acquired") for each in range(1, 13))
        self.by("ines", AssessCompetences(candidacy=firmin, marks=marks))

    def _to_be_staffed(self) -> None:
        """Plan a session in November that lacks a member from the employees' side."""
        self.story.plan(Route.FI, date(2022, 11, 8), ("jules", "katia", "xenia", "yanis"), substitute="odile")

    def _a_sitting_today(self) -> None:
        """Plan a case study this afternoon."""
        planned = PlanSitting(
            framework=self.story.framework,
            rulebook=self.story.rulebook,
            modality="CL-B1-M1",
            subject="Étude de cas : une marque de cycles sur les médias sociaux",
            held_on=date(2022, 10, 25),
            starts_at=time(14, 0),
            place=PLACE,
            places=12,
            invigilator=self.story.cast["ilan"].id,
        )
        sitting = SittingId(self.story.made(planned))
        self.by("rose", CallToSitting(sitting=sitting, candidacy=self.story.called["firmin"]))

    def _called_for_today(self) -> SessionId:
        """Summon two candidates before five jurors."""
        session = self.story.plan(Route.FI, TODAY, PANEL)
        self.story.summon(session, self.story.called["paula"], self.story.called["quentin"])
        return session

    def _a_session_today(self, session: SessionId) -> None:
        """Open the session: the first candidate is under deliberation, the second waits."""
        paula = self.story.called["paula"]
        self.story.open(session, PANEL)
        self.story.deliberate(session, paula)
        self.story.rule(session, paula, acquired={1, 2, 4, 5, 7, 8, 9}, among=range(1, 10))
