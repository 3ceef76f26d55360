"""Rights: for each route, which role may use it and in which relation to the dossier.

`deploy/RIGHTS.md` shows them as a table (`make rights`). `tests/webapi/test_rights.py` sends each request in each
role and relation; it fails on a wrong cell and on a route that is missing here. The rights are enforced by `@allowed`
on the route, then by `domain.jury.access` for writes and `domain.standing.disclosure` for reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.ports import Role

RELATIONS: Final[dict[Role, tuple[str, ...]]] = {
    Role.CANDIDATE: ("own", "linked", "other"),
    Role.ADVISOR: ("named", "own", "other"),
    Role.ASSESSOR: ("assigned", "own", "other"),
    Role.JUROR: ("chair", "seated", "recused", "own", "other"),
    Role.CENTRE: ("any", "own"),
    Role.INVIGILATOR: ("theirs", "own", "other"),
    Role.DISABILITY_OFFICER: ("any", "own"),
    Role.REGISTRAR: ("any", "own"),
    Role.AUDITOR: ("any", "own"),
    Role.REPORTER: ("any", "own"),
    Role.ADMIN: ("any", "own"),
}
"""The relations of each role to the dossier, session, sitting or person that an address names.

`own`: it is the user's own, as the person that it concerns; `linked`: it belongs to another file of the same person;
`named`: they accompany the candidate; `assigned`: they mark it, or a paper of it; `chair`, `seated`: they sit on its
jury; `recused`: they have withdrawn for this candidate; `theirs`: they invigilate the sitting; `other`: none of
these; `any`: whatever the relation.
"""
BESIDES: Final[dict[Role, tuple[str, ...]]] = {Role.REGISTRAR: ("sender",)}
"""Further relations, which only some rights name.

`sender`: they started the upload, for a candidate whose paper file they enter.
"""
YES: Final = "yes"
ABSENT: Final = "absent"
"""The list is given without other people's entries."""
HIDDEN: Final = "404"
FORBIDDEN: Final = "403"
UNKNOWN: Final = "401"


@dataclass(frozen=True)
class Right:
    """The answer by role and relation; a role that is not named is refused on every object (403)."""

    cells: dict[Role, dict[str, str]]
    public: bool = False

    def answer(self, role: Role | None, relation: str = "any") -> str:
        """Return the answer: `yes`, `absent`, a status, or a status with the broken rule (`409 own-work`)."""
        if self.public:
            return YES
        if role is None:
            return UNKNOWN
        return self.cells[role][relation] if role in self.cells else FORBIDDEN


def right(**roles: str) -> Right:
    """Return the right that lists, for each role, its allowed relations.

    Any other relation gets 404, unless `relation=answer` says otherwise. Raises ValueError for an unknown role or
    relation.
    """
    return Right({Role(name): _cells(Role(name), said) for name, said in roles.items()})


def _cells(role: Role, said: str) -> dict[str, str]:
    given = dict(_cell(word) for word in said.split())
    relations = RELATIONS[role] + tuple(each for each in BESIDES.get(role, ()) if each in given)
    if unknown := given.keys() - set(relations):
        raise ValueError(f"{role} has no relation {sorted(unknown)}")
    return {relation: given.get(relation, HIDDEN) for relation in relations}


def _cell(word: str) -> tuple[str, str]:
    relation, _, answer = word.partition("=")
    return relation, answer.replace(":", " ") or YES


# Rights that the matrix uses

ALL: Final = "any own"
RUN: Final = "any own=409:own-work"
"""A registrar cannot manage their own dossier."""
OF_ALL: Final = {role.value: " ".join(relations) for role, relations in RELATIONS.items()}
ONESELF: Final = {role.value: "own" for role in RELATIONS}
PANEL: Final = "chair seated"

ANYBODY: Final = Right({}, public=True)
SIGNED_IN: Final = right(**OF_ALL)
"""Every signed-in user, in any role."""
THEMSELVES: Final = right(**ONESELF | {"registrar": ALL, "auditor": ALL, "admin": ALL})
"""The user's own file, by its own id; any file for registrar, auditor and administrator."""
TAKES_OUT: Final = right(**ONESELF | {"registrar": ALL})
"""The export of a person's data: the person, or the registrar who hands it to them."""
OWN_TOKENS: Final = right(**ONESELF | {"admin": ALL})
MAKES_TOKENS: Final = right(**ONESELF | {"admin": "own any=403:token-of-another"})
"""A token of one's own; an administrator also makes tokens of services, but not of other people."""

OWN_SESSION: Final = right(**ONESELF)

REGISTRAR: Final = right(registrar=ALL)
ENROLS: Final = right(registrar=ALL, centre=ALL)
"""Anybody for a registrar; a training centre enrols for its own trainings, and sees those whom it enrolled."""
REGISTRAR_RUNS: Final = right(registrar=RUN)
PAGE_RUNS: Final = right(registrar="any own=403")
"""The same for a page, which shows the refusal (403) instead."""
OVERSEES: Final = right(registrar=ALL, auditor=ALL)
REGISTERS: Final = right(registrar=ALL, admin=ALL)
KEEPS_IDENTITY: Final = right(registrar=RUN, admin=RUN)
"""The identity of anybody else."""
ADMIN: Final = right(admin=ALL)
ADMIN_OF_ANOTHER: Final = right(admin="any")
"""Another user's account; the user's own is managed under /account, with more checks."""
ACCEPTS_SECRECY: Final = right(registrar=RUN, advisor="own", assessor="own", juror="own")
SWORN: Final = right(**{role: OF_ALL[role] for role in ("advisor", "assessor", "juror")})
"""Readers who do not manage the dossier: they accept professional secrecy before they read one."""
TIES: Final = right(registrar=ALL, juror="own", assessor="own")
UNTIES: Final = right(registrar=RUN, juror="own", assessor="own")
RECOGNISES: Final = right(registrar="any own=422:quality-ungrounded")
"""A registrar cannot recognise a quality in themselves."""
AFFILIATES: Final = right(registrar=ALL, juror="own")
STATES: Final = right(registrar=ALL, candidate="own")
HOLDS: Final = right(registrar=ALL, auditor=ALL, admin=ALL)

APPLIES: Final = right(candidate="own linked other", registrar=RUN)
"""Any candidate for themselves; the registrar for a named person."""
READS: Final = right(candidate="own", advisor="named", assessor="assigned", juror=PANEL, registrar=ALL, auditor=ALL)
"""A dossier: its candidate, advisor, assessors and jury, the registrar, the auditor."""
READS_FACT: Final = right(
    candidate="own", advisor="named", assessor="assigned=404", juror=PANEL, registrar=ALL, auditor=ALL
)
"""One fact of a dossier. The test asks for the filing, which is not shown to assessors."""
LISTS_DOSSIERS: Final = right(
    candidate="own linked=absent other=absent",
    advisor="named own=absent other=absent",
    assessor="assigned own=absent other=absent",
    juror="chair seated recused=absent own=absent other=absent",
    registrar=ALL,
    auditor=ALL,
)
OWNS: Final = right(candidate="own", registrar=RUN)
"""An act of the candidate, which the registrar enters when it came on paper; never in their own dossier."""
CANDIDATE: Final = right(candidate="own")
KEEPS: Final = right(candidate="own linked other")
"""The user's own portfolio, whatever their relation."""
SEES_SELF_ASSESSMENT: Final = right(candidate="own", advisor="named", registrar=ALL, auditor=ALL)
"""Assessors and jurors do not read a candidate's self-assessment."""
APPLYING: Final = right(candidate="own linked other")
"""An application for a certification: the address names no dossier."""
OWN_UPLOAD: Final = right(candidate="own", registrar="own sender")
"""An unfinished upload belongs to its sender: another registrar gets 404."""
GOES_ON: Final = right(candidate="own", registrar="own=409:own-work sender")
PAPERS: Final = right(candidate="own", registrar=ALL, auditor=ALL)
ASKS_OFFICER: Final = right(candidate="own", disability_officer=RUN)
OFFICER: Final = right(disability_officer=RUN)
SEES_MEASURES: Final = right(
    candidate="own", advisor="named", assessor="assigned", juror=PANEL, registrar=ALL, auditor=ALL,
    disability_officer=ALL,
)  # fmt: skip
MARKS: Final = right(assessor="assigned own=403:not-assigned other=403:not-assigned")
OWN_MARKS: Final = right(assessor="assigned")
ASSESSOR: Final = right(assessor=OF_ALL["assessor"])
REPORTS_FRAUD: Final = right(
    assessor="assigned own=409:own-work", juror=f"{PANEL} recused own=409:own-work", registrar=RUN
)
SANCTIONS: Final = right(
    juror="chair=403:not-the-body seated=403:not-the-body recused=403:not-the-body own=409:own-work", registrar=RUN
)
"""The body that the rulebook names finds a fraud: here the registrar, in other rulebooks a jury."""

SEES_SESSION: Final = right(juror=f"{PANEL} recused", registrar=ALL, auditor=ALL)
SEES_MINUTES: Final = right(juror=f"{PANEL} recused", registrar="any", auditor="any")
SEES_DELIBERATION: Final = right(juror=PANEL, registrar=ALL, auditor=ALL)
"""The registrar at once; the auditor too, but when they are also the candidate, only after release."""
LISTS_SESSIONS: Final = right(juror=f"{PANEL} recused own=absent other=absent", registrar=ALL, auditor=ALL)
SIGNS: Final = right(juror=f"{PANEL} recused")
REFUSES_TO_SIGN: Final = right(juror=f"{PANEL} recused own=409:own-work", registrar=RUN)
DELIBERATES: Final = right(juror=f"{PANEL} recused=409:not-on-the-panel", registrar=RUN)
RECORDS: Final = right(juror="chair seated=403:not-the-chair recused=409:not-on-the-panel", registrar=RUN)
"""The chair records the jury's decisions; the registrar does so for a session held on paper."""
CONFIRMS: Final = right(juror=f"{PANEL} recused=409:not-on-the-panel")
SENDS_ON: Final = right(juror="chair seated=403:not-the-chair recused=403:not-the-chair", registrar=RUN)
ON_THE_PANEL: Final = right(juror=f"{PANEL} recused", registrar=RUN)
"""Acts of any member who is present, also when recused for this candidate: sign-ins, members who cannot decide."""
ATTENDS: Final = right(juror=f"{PANEL} recused own=409:own-work", registrar=RUN)
"""Presence, absence and return: a member records their own, the chair any member's."""
RECTIFIES: Final = right(
    juror="chair seated=403:not-theirs-to-rectify recused=403:not-theirs-to-rectify own=409:own-work", registrar=RUN
)
SPEAKS_FOR_PANEL: Final = right(
    juror="chair seated=403:not-the-chair recused=403:not-the-chair own=409:own-work", registrar=RUN
)
SEES_RECTIFICATION: Final = right(juror=PANEL, registrar=ALL, auditor=ALL)

SEES_SITTING: Final = right(candidate="own", invigilator="theirs", registrar="any", auditor="any")
LISTS_SITTINGS: Final = right(
    candidate="own linked=absent other=absent",
    invigilator="theirs own=absent other=absent",
    assessor="assigned own=absent other=absent",
    registrar=ALL,
    auditor=ALL,
)
WATCHES: Final = right(invigilator="theirs")
"""The sitting's invigilator; any other gets 404."""
EXPORTS: Final = right(auditor=ALL)
REPORTS: Final = right(reporter=ALL)
"""Counts, and rows of published decisions under opaque ids."""
SEES_FIGURES: Final = right(reporter=ALL, registrar=ALL, auditor=ALL)
"""Published figures; registrar and auditor see every count on the page, and the same files."""
READS_FEED: Final = right(reporter=ALL)
"""Published facts under opaque ids; a token needs a scope of its own for texts about people."""
OWN_EXPORT: Final = right(auditor="any")
"""The user who requested the export, in the role that they had then."""

OWN_AGENDA: Final = right(juror=f"{PANEL} recused own=absent other=absent")
ON_THE_BOARD: Final = right(juror=f"{PANEL} recused", registrar="any")
"""The page of a session: its members and the registrar; never its candidates."""
RUNS_BOARD: Final = right(registrar="any")
BEFORE_THEM: Final = right(juror=PANEL, registrar="any")
"""The page of one candidate before a jury, and the acts on it: a recused member sees nothing of it."""
RECORDS_ON_PAGE: Final = right(juror="chair seated=403", registrar="any")
"""Acts of the chair there; another member is told that only the chair can do it."""
CONDUCTS_ON_PAGE: Final = right(juror="chair seated=403 recused=403", registrar="any")
"""Acts of the chair on the board, which the registrar can do too."""
TIES_ON_BOARD: Final = right(juror=f"{PANEL} recused", registrar="any", assessor="")

BOARD: Final = "/jury/{session}"
BEFORE_IT: Final = BOARD + "/candidates/{candidacy}"
SESSION: Final = "/api/v1/jury-sessions/{session}"
ABOUT: Final = SESSION + "/deliberations/{candidacy}"
DOSSIER: Final = "/api/v1/candidacies/{candidacy}"
PIECE: Final = "/api/v1/portfolio/{piece}"
SHOWN: Final = "/api/v1/private-links/shown/{secret}"
PERSON: Final = "/api/v1/persons/{person}"
SHEET: Final = "/api/v1/certifications/{certification}"
HOUSE: Final = "/api/v1/organisations/{organisation}"
SITTING: Final = "/api/v1/sittings/{sitting}"

SESSION_PAGE: Final = "/registrar/sessions/{session}"
SITTING_PAGE: Final = "/registrar/sittings/{sitting}"
HOLDER_PAGE: Final = "/registrar/register/{candidacy}"
APPEAL_PAGE: Final = "/registrar/appeals/{session}/{candidacy}"

MATRIX: Final[dict[str, dict[str, Right]]] = {
    "Certifications, rulebooks and law": {
        "GET /api/v1/certifications": SIGNED_IN,
        f"GET {SHEET}": SIGNED_IN,
        f"GET {SHEET}/succession": SIGNED_IN,
        f"GET {SHEET}/registration": SIGNED_IN,
        f"GET {SHEET}/register": OVERSEES,
        f"GET {SHEET}/cohorts": OVERSEES,
        f"GET {SHEET}/declarations": REGISTRAR,
        "POST /api/v1/national-numbers/collection": ADMIN,
        f"GET {SHEET}/what-if": OVERSEES,
        f"POST {SHEET}/routes": REGISTRAR,
        f"POST {SHEET}/correspondences": REGISTRAR,
        f"POST {SHEET}/correspondences/withdrawal": REGISTRAR,
        f"POST {SHEET}/equivalences": REGISTRAR,
        f"POST {SHEET}/retirement": REGISTRAR,
        f"POST {SHEET}/registration/suspensions": REGISTRAR,
        f"POST {SHEET}/registration/resumptions": REGISTRAR,
        f"POST {SHEET}/registration/portal": REGISTRAR,
        f"POST {SHEET}/registration/end": REGISTRAR,
        "GET /api/v1/rulebooks": SIGNED_IN,
        "GET /api/v1/rulebooks/{rulebook}": SIGNED_IN,
        "GET /api/v1/law": SIGNED_IN,
        "GET /api/v1/law/in-force": SIGNED_IN,
    },
    "People": {
        "POST /api/v1/persons": REGISTERS,
        "POST /api/v1/persons/searches": HOLDS,
        "GET /api/v1/persons/me": SIGNED_IN,
        f"GET {PERSON}": THEMSELVES,
        f"GET {PERSON}/export": TAKES_OUT,
        f"POST {PERSON}/birth-and-sex": STATES,
        f"POST {PERSON}/identity-corrections": KEEPS_IDENTITY,
        f"GET {PERSON}/identity-proposal": HOLDS,
        f"POST {PERSON}/identity-proposal": REGISTRAR_RUNS,
        f"POST {PERSON}/identity-proposal/approval": KEEPS_IDENTITY,
        f"POST {PERSON}/identity-proposal/rejection": KEEPS_IDENTITY,
        "GET /api/v1/persons/me/secrecy": SIGNED_IN,
        f"POST {PERSON}/secrecy": ACCEPTS_SECRECY,
        f"POST {PERSON}/roles": ADMIN,
        f"POST {PERSON}/roles/withdrawals": ADMIN,
        f"POST {PERSON}/roles/rejections": ADMIN,
        f"POST {PERSON}/ties": TIES,
        f"POST {PERSON}/ties/withdrawal": UNTIES,
        f"POST {PERSON}/affiliations": AFFILIATES,
        f"POST {PERSON}/qualities": RECOGNISES,
        f"GET {PERSON}/tokens": OWN_TOKENS,
        f"POST {PERSON}/tokens": MAKES_TOKENS,
        f"POST {PERSON}/tokens/{{token}}/revocation": OWN_TOKENS,
        "POST /api/v1/tokens/revocations": ADMIN,
        "POST /api/v1/invitations": REGISTERS,
        "GET /api/v1/persons/me/sessions": SIGNED_IN,
        "DELETE /api/v1/persons/me/sessions/{session}": OWN_SESSION,
        f"GET {PERSON}/duplicates": OVERSEES,
        f"POST {PERSON}/duplicates": REGISTRAR_RUNS,
        f"POST {PERSON}/duplicates/{{other}}/unlinking": REGISTRAR_RUNS,
        f"POST {PERSON}/duplicates/{{other}}/rejection": REGISTRAR_RUNS,
        "GET /api/v1/sole-registrar": HOLDS,
        "POST /api/v1/sole-registrar": ADMIN,
        "POST /api/v1/sole-registrar/withdrawal": ADMIN,
        f"GET {PERSON}/erasures": THEMSELVES,
        f"POST {PERSON}/erasures": ADMIN,
        f"GET {PERSON}/legal-holds": HOLDS,
        f"POST {PERSON}/legal-holds": REGISTERS,
        f"POST {PERSON}/legal-holds/{{hold}}/lifting": ADMIN,
    },
    "Organisations": {
        "GET /api/v1/organisations": OVERSEES,
        "POST /api/v1/organisations": REGISTRAR,
        f"GET {HOUSE}": OVERSEES,
        f"POST {HOUSE}/certifications": REGISTRAR,
        f"GET {HOUSE}/habilitations": OVERSEES,
        f"POST {HOUSE}/habilitations": REGISTRAR,
        f"POST {HOUSE}/habilitations/{{habilitation}}/suspensions": REGISTRAR,
        f"POST {HOUSE}/habilitations/{{habilitation}}/resumption": REGISTRAR,
        f"POST {HOUSE}/habilitations/{{habilitation}}/end": REGISTRAR,
        f"POST {HOUSE}/habilitations/{{habilitation}}/reports": REGISTRAR,
        "GET /api/v1/habilitations": OVERSEES,
    },
    "Candidacies": {
        "GET /api/v1/candidacies": LISTS_DOSSIERS,
        "POST /api/v1/candidacies": APPLIES,
        f"GET {DOSSIER}": READS,
        f"GET {DOSSIER}/standing": READS,
        f"GET {DOSSIER}/history": READS,
        f"GET {DOSSIER}/journey": READS,
        f"GET {DOSSIER}/why": READS,
        f"GET {DOSSIER}/what-if": READS,
        f"POST {DOSSIER}/rulebook-acceptance": OWNS,
        f"POST {DOSSIER}/summons-waivers/{{session}}": OWNS,
        f"POST {DOSSIER}/sitting-waivers/{{sitting}}": OWNS,
        f"POST {DOSSIER}/withdrawal": OWNS,
        f"POST {DOSSIER}/resumption": OWNS,
        f"POST {DOSSIER}/route": OWNS,
        f"POST {DOSSIER}/blocks-sought": OWNS,
        f"POST {DOSSIER}/advisor": OWNS,
        f"POST {DOSSIER}/advisor/release": OWNS,
        f"POST {DOSSIER}/feasibility-file": OWNS,
        f"POST {DOSSIER}/feasibility-file/completion": OWNS,
        f"POST {DOSSIER}/beginning-correction": REGISTRAR_RUNS,
        f"POST {DOSSIER}/feasibility-file/receipt-correction": REGISTRAR_RUNS,
        f"POST {DOSSIER}/feasibility-file/missing": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility": REGISTRAR_RUNS,
        f"POST {DOSSIER}/assessors": REGISTRAR_RUNS,
        f"POST {DOSSIER}/assessors/{{assessor}}/release": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility/notice": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility/correction": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility/reconsideration": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility/lapse": REGISTRAR_RUNS,
        f"POST {DOSSIER}/admissibility/keeping": REGISTRAR_RUNS,
        f"POST {DOSSIER}/lapse": REGISTRAR_RUNS,
        f"POST {DOSSIER}/late-decision": REGISTRAR_RUNS,
        f"POST {DOSSIER}/training-entry": REGISTRAR_RUNS,
        f"POST {DOSSIER}/carried-blocks": REGISTRAR_RUNS,
        f"POST {DOSSIER}/satisfied-blocks": REGISTRAR_RUNS,
        f"POST {DOSSIER}/credited-blocks/{{block}}/withdrawal": REGISTRAR_RUNS,
        f"POST {DOSSIER}/register-entry": REGISTRAR_RUNS,
        f"GET {DOSSIER}/declaration": PAPERS,
        f"POST {DOSSIER}/declaration": REGISTRAR_RUNS,
        f"POST {DOSSIER}/declaration/national-number": OWNS,
        f"POST {DOSSIER}/declaration/corrections": REGISTRAR_RUNS,
        f"POST {DOSSIER}/declaration/corrections/{{correction}}/made": REGISTRAR_RUNS,
        f"POST {DOSSIER}/declaration/corrections/{{correction}}/refusal": REGISTRAR_RUNS,
        "POST /api/v1/enrolments": REGISTRAR,
        "GET /api/v1/deadlines": OVERSEES,
        "GET /api/v1/queues": REGISTRAR,
        "GET /api/v1/reports": REPORTS,
        "GET /api/v1/reports/{view}": REPORTS,
        "GET /api/v1/reports/figures/{code}": REPORTS,
        "GET /api/v1/reports/holders/{code}": REPORTS,
    },
    "Evidence, files and receipts": {
        f"GET {DOSSIER}/evidence": READS,
        f"POST {DOSSIER}/evidence": OWNS,
        f"GET {DOSSIER}/evidence/{{evidence}}/content": READS,
        f"GET {DOSSIER}/evidence/{{evidence}}/copy": READS,
        f"GET {DOSSIER}/evidence/{{evidence}}/copy/pages/{{page}}": READS,
        f"GET {DOSSIER}/evidence/{{evidence}}/copy/media": READS,
        f"POST {DOSSIER}/evidence/{{evidence}}/redirections": OWNS,
        f"POST {DOSSIER}/evidence/{{evidence}}/withdrawal": OWNS,
        "GET /api/v1/portfolio": KEEPS,
        "POST /api/v1/portfolio": KEEPS,
        "GET /api/v1/portfolio/export": KEEPS,
        "POST /api/v1/portfolio/import": KEEPS,
        f"GET {PIECE}": CANDIDATE,
        f"POST {PIECE}/description": CANDIDATE,
        f"POST {PIECE}/removal": CANDIDATE,
        f"GET {PIECE}/content": CANDIDATE,
        f"GET {PIECE}/copy": CANDIDATE,
        f"GET {PIECE}/copy/pages/{{page}}": CANDIDATE,
        f"GET {PIECE}/copy/media": CANDIDATE,
        "GET /api/v1/private-links": KEEPS,
        "POST /api/v1/private-links": right(candidate="own linked=404 other=404"),
        "POST /api/v1/private-links/{link}/revocation": CANDIDATE,
        f"GET {SHOWN}": ANYBODY,
        f"GET {SHOWN}/pieces/{{piece}}/copy": ANYBODY,
        f"GET {SHOWN}/pieces/{{piece}}/copy/pages/{{page}}": ANYBODY,
        f"GET {SHOWN}/pieces/{{piece}}/copy/media": ANYBODY,
        f"GET {DOSSIER}/self-assessment": SEES_SELF_ASSESSMENT,
        f"POST {DOSSIER}/self-assessment": CANDIDATE,
        f"POST {DOSSIER}/uploads": OWNS,
        "POST /api/v1/portfolio/uploads": KEEPS,
        "GET /api/v1/uploads/{upload}": OWN_UPLOAD,
        "PATCH /api/v1/uploads/{upload}": GOES_ON,
        "DELETE /api/v1/uploads/{upload}": OWN_UPLOAD,
        f"POST {DOSSIER}/validation-files": OWNS,
        f"GET {DOSSIER}/receipts": PAPERS,
        f"GET {DOSSIER}/receipts/{{position}}": PAPERS,
    },
    "Accommodations": {
        "GET /api/v1/accommodations": right(disability_officer=ALL),
        f"GET {DOSSIER}/accommodation": SEES_MEASURES,
        f"POST {DOSSIER}/accommodation": ASKS_OFFICER,
        f"POST {DOSSIER}/accommodation/grant": OFFICER,
        f"POST {DOSSIER}/accommodation/refusal": OFFICER,
    },
    "Sittings": {
        "GET /api/v1/sittings": LISTS_SITTINGS,
        "POST /api/v1/sittings": REGISTRAR,
        f"GET {SITTING}": SEES_SITTING,
        f"POST {SITTING}/summonses": REGISTRAR_RUNS,
        f"POST {SITTING}/cases": REGISTRAR_RUNS,
        f"POST {SITTING}/cancellation": REGISTRAR_RUNS,
        f"POST {SITTING}/invigilator": REGISTRAR_RUNS,
        f"POST {SITTING}/markers": REGISTRAR_RUNS,
        f"POST {SITTING}/opening": WATCHES,
        f"POST {SITTING}/identities": WATCHES,
        f"POST {SITTING}/signatures": WATCHES,
        f"POST {SITTING}/incidents": WATCHES,
        f"POST {SITTING}/papers": WATCHES,
        f"POST {SITTING}/closing": WATCHES,
        f"GET {SITTING}/papers": OWN_MARKS,
        f"POST {SITTING}/papers/{{number}}/marks": MARKS,
        f"POST {SITTING}/papers/{{number}}/filing": MARKS,
    },
    "Assessments": {
        f"GET {DOSSIER}/assessments": READS,
        f"POST {DOSSIER}/assessments": MARKS,
        f"POST {DOSSIER}/assessments/marks": MARKS,
        f"POST {DOSSIER}/assessments/filing": MARKS,
        f"POST {DOSSIER}/assessments/handing-over": MARKS,
        f"GET {DOSSIER}/assessments/mine": OWN_MARKS,
        f"POST {DOSSIER}/assessments/{{assessor}}/reopening": REGISTRAR_RUNS,
    },
    "Jury sessions": {
        "GET /api/v1/jury-sessions": LISTS_SESSIONS,
        "POST /api/v1/jury-sessions": REGISTRAR,
        f"GET {SESSION}": SEES_SESSION,
        f"POST {SESSION}/jurors": REGISTRAR_RUNS,
        f"POST {SESSION}/jurors/removal": REGISTRAR_RUNS,
        f"POST {SESSION}/chair": REGISTRAR_RUNS,
        f"POST {SESSION}/chair/removal": REGISTRAR_RUNS,
        f"POST {SESSION}/substitutes": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/derogations": REGISTRAR_RUNS,
        f"POST {SESSION}/one-sex": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/summonses": REGISTRAR_RUNS,
        f"POST {SESSION}/summonses/together": REGISTRAR_RUNS,
        f"POST {SESSION}/opening": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/closing": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/postponement": REGISTRAR_RUNS,
        f"POST {SESSION}/cancellation": REGISTRAR_RUNS,
        f"POST {SESSION}/freed": REGISTRAR_RUNS,
        f"POST {SESSION}/freed/undoing": REGISTRAR_RUNS,
        f"POST {SESSION}/release": REGISTRAR_RUNS,
        f"GET {SESSION}/connections": SEES_SESSION,
        f"POST {SESSION}/connections": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/connections/interruptions": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/attendance/signatures": ATTENDS,
        f"POST {SESSION}/attendance/absences": SPEAKS_FOR_PANEL,
        f"POST {SESSION}/attendance/departures": ATTENDS,
        f"POST {SESSION}/attendance/returns": ATTENDS,
        f"GET {SESSION}/minutes": SEES_MINUTES,
        f"POST {SESSION}/minutes": SIGNS,
        f"POST {SESSION}/minutes/refusals": REFUSES_TO_SIGN,
        f"POST {SESSION}/minutes/chair": REGISTRAR_RUNS,
        f"POST {SESSION}/transcription": REGISTRAR_RUNS,
        f"GET {SESSION}/transcription/content": SEES_MINUTES,
        f"GET {SESSION}/commissions": SEES_MINUTES,
        f"GET {SESSION}/notices": OVERSEES,
    },
    "Deliberations": {
        f"GET {ABOUT}": SEES_DELIBERATION,
        f"POST {ABOUT}/recusals": ON_THE_PANEL,
        f"GET {ABOUT}/recusals/consequences": ON_THE_PANEL,
        f"POST {ABOUT}/reopening": SENDS_ON,
        f"POST {ABOUT}/taking-back": RECORDS,
        f"POST {ABOUT}/confirmation": CONFIRMS,
        f"POST {ABOUT}/opening": RECORDS,
        f"POST {ABOUT}/attendance": ON_THE_PANEL,
        f"POST {ABOUT}/attendance/correction": SPEAKS_FOR_PANEL,
        f"POST {ABOUT}/absence": SPEAKS_FOR_PANEL,
        f"POST {ABOUT}/summons-fall": REGISTRAR_RUNS,
        f"POST {ABOUT}/remote-hearing": REGISTRAR_RUNS,
        f"POST {ABOUT}/remote-hearing/answer": CANDIDATE,
        f"POST {ABOUT}/referral": SENDS_ON,
        f"POST {ABOUT}/deferral": RECORDS,
        f"POST {ABOUT}/rulings": DELIBERATES,
        f"POST {ABOUT}/harmonisation": ON_THE_PANEL,
        f"POST {ABOUT}/decision": RECORDS,
    },
    "After the jury": {
        f"GET {ABOUT}/notice": PAPERS,
        f"POST {ABOUT}/notice": REGISTRAR_RUNS,
        f"POST {ABOUT}/notice/annulment": REGISTRAR_RUNS,
        f"GET {ABOUT}/review": PAPERS,
        f"POST {ABOUT}/review": OWNS,
        f"POST {ABOUT}/review/answer": REGISTRAR_RUNS,
        f"POST {ABOUT}/review/court-rulings": REGISTRAR_RUNS,
        "GET /api/v1/reviews": OVERSEES,
        f"GET {ABOUT}/rectification": SEES_RECTIFICATION,
        f"POST {ABOUT}/rectification": RECTIFIES,
        f"POST {ABOUT}/rectification/approval": RECTIFIES,
        f"POST {ABOUT}/rectification/rejection": RECTIFIES,
        "GET /api/v1/rectifications": OVERSEES,
        f"GET {DOSSIER}/annulments": OVERSEES,
        f"POST {DOSSIER}/annulments/{{about}}/confirmation": REGISTRAR_RUNS,
        f"POST {DOSSIER}/annulments/{{about}}/rejection": REGISTRAR_RUNS,
        "GET /api/v1/annulments": OVERSEES,
        f"GET {DOSSIER}/papers": PAPERS,
        f"GET {DOSSIER}/attestations": PAPERS,
        f"POST {DOSSIER}/attestations/requests": OWNS,
        f"POST {DOSSIER}/attestations": REGISTRAR_RUNS,
        f"POST {DOSSIER}/papers/certificate": REGISTRAR_RUNS,
        f"POST {DOSSIER}/papers/blocks": REGISTRAR_RUNS,
        f"POST {DOSSIER}/papers/duplicates": REGISTRAR_RUNS,
        f"POST {DOSSIER}/papers/reissues": REGISTRAR_RUNS,
        f"POST {DOSSIER}/papers/replacements": REGISTRAR_RUNS,
        f"GET {DOSSIER}/frauds": READS,
        f"POST {DOSSIER}/frauds": REPORTS_FRAUD,
        f"POST {DOSSIER}/frauds/{{case}}/notice": REGISTRAR_RUNS,
        f"POST {DOSSIER}/frauds/{{case}}/hearing": REGISTRAR_RUNS,
        f"POST {DOSSIER}/frauds/{{case}}/decision": SANCTIONS,
        f"POST {DOSSIER}/frauds/{{case}}/sanctions": SANCTIONS,
        f"POST {DOSSIER}/frauds/{{case}}/review": CANDIDATE,
        f"POST {DOSSIER}/frauds/{{case}}/review/answer": REGISTRAR_RUNS,
        f"POST {DOSSIER}/frauds/{{case}}/court-rulings": REGISTRAR_RUNS,
    },
    "Audit": {
        "POST /api/v1/audit-exports": EXPORTS,
        "GET /api/v1/audit-exports/{position}": OWN_EXPORT,
    },
    "Feed": {
        "GET /api/v1/feed": READS_FEED,
        "GET /api/v1/feed/schemas/{kind}": READS_FEED,
        "GET /api/v1/feed/subscriptions": ADMIN,
        "POST /api/v1/feed/subscriptions": ADMIN,
        "GET /api/v1/feed/subscriptions/{subscription}/dead-letters": ADMIN,
        "POST /api/v1/feed/subscriptions/{subscription}/dead-letters/again": ADMIN,
        "POST /api/v1/feed/subscriptions/{subscription}/removal": ADMIN,
    },
    "Pages": {
        "GET /": ANYBODY,
        "GET /language/{language}": ANYBODY,
        "POST /demonstration/{role}": ANYBODY,
        "GET /aide": ANYBODY,
        "GET /aide/{role}": ANYBODY,
        "GET /aide/mentions-legales": ANYBODY,
        "GET /aide/donnees-personnelles": ANYBODY,
        "GET /aide/accessibilite": ANYBODY,
        "GET /sign-in": ANYBODY,
        "POST /sign-in": ANYBODY,
        "POST /sign-out": ANYBODY,
        "GET /sign-in/second-step": ANYBODY,
        "POST /sign-in/second-step": ANYBODY,
        "GET /sign-up": ANYBODY,
        "POST /sign-up": ANYBODY,
        "GET /sign-up/{secret}": ANYBODY,
        "POST /sign-up/{secret}": ANYBODY,
        "GET /password-reset": ANYBODY,
        "POST /password-reset": ANYBODY,
        "GET /password-reset/{secret}": ANYBODY,
        "POST /password-reset/{secret}": ANYBODY,
        "GET /invitation/{secret}": ANYBODY,
        "POST /invitation/{secret}": ANYBODY,
        "GET /account/address/{secret}": SIGNED_IN,
        "POST /account/address/{secret}": SIGNED_IN,
        "GET /role": SIGNED_IN,
        "POST /role": SIGNED_IN,
        "GET /account": SIGNED_IN,
        "POST /account/password": SIGNED_IN,
        "GET /account/secrecy": SIGNED_IN,
        "POST /account/secrecy": SWORN,
        "GET /account/second-factor": SIGNED_IN,
        "POST /account/second-factor/beginning": SIGNED_IN,
        "POST /account/second-factor/proof": SIGNED_IN,
        "POST /account/second-factor/codes": SIGNED_IN,
        "POST /account/second-factor/end": SIGNED_IN,
        "POST /account/sessions/end-others": SIGNED_IN,
        "POST /account/sessions/{session}/end": SIGNED_IN,
        "GET /account/tokens": SIGNED_IN,
        "POST /account/tokens": SIGNED_IN,
        "POST /account/tokens/{token}/revocation": SIGNED_IN,
        "GET /account/identities": SIGNED_IN,
        "POST /account/identities/{provider}/unlinking": SIGNED_IN,
        "GET /oidc/{provider}": ANYBODY,
        "GET /oidc/{provider}/callback": ANYBODY,
        "POST /oidc/{provider}/link": SIGNED_IN,
        "POST /oidc/{provider}/invitation": ANYBODY,
        "GET /.well-known/security.txt": ANYBODY,
        "GET /candidacies": LISTS_DOSSIERS,
        "GET /candidacies/{candidacy}": READS,
        "GET /candidacies/{candidacy}/history": READS,
        "GET /candidacies/{candidacy}/evidence/{evidence}": READS,
        "GET /candidacies/{candidacy}/evidence/{evidence}/pages/{page}": READS,
        "GET /candidacies/{candidacy}/evidence/{evidence}/media": READS,
        "GET /candidacies/{candidacy}/evidence/{evidence}/original": READS,
        "GET /candidacies/{candidacy}/receipts": PAPERS,
        "GET /candidacies/{candidacy}/receipts/{position}": PAPERS,
        "GET /verifier": ANYBODY,
        "POST /verifier": ANYBODY,
        "GET /verifier-un-recu": ANYBODY,
        "POST /verifier-un-recu": ANYBODY,
        "GET /private-links/shown/{secret}": ANYBODY,
        "GET /private-links/shown/{secret}/pieces/{piece}": ANYBODY,
        "GET /private-links/shown/{secret}/pieces/{piece}/pages/{page}": ANYBODY,
        "GET /private-links/shown/{secret}/pieces/{piece}/media": ANYBODY,
        "GET /static/{filename}": ANYBODY,
    },
    "Pages of the registrar: people to notify": {
        "GET /registrar/to-tell": REGISTRAR,
        "POST /registrar/to-tell": REGISTRAR,
        "POST /registrar/to-tell/again": REGISTRAR,
        "GET /registrar/to-tell/accounts": REGISTRAR,
        "POST /registrar/to-tell/accounts": REGISTRAR,
    },
    "Notices on the site": {
        "GET /notices": right(candidate=OF_ALL["candidate"], advisor=OF_ALL["advisor"]),
        "POST /notices/read": right(candidate=OF_ALL["candidate"], advisor=OF_ALL["advisor"]),
    },
    "Pages of the candidate": {
        "GET /apply": APPLYING,
        "GET /apply/{framework}": APPLYING,
        "POST /apply/{framework}": APPLYING,
        "POST /apply/me": APPLYING,
        "GET /apply/rulebook/{rulebook}": APPLYING,
        "POST /candidacies/{candidacy}/evidence": CANDIDATE,
        "POST /candidacies/{candidacy}/evidence/{evidence}/withdrawal": CANDIDATE,
        "POST /candidacies/{candidacy}/links": CANDIDATE,
        "POST /candidacies/{candidacy}/statements": CANDIDATE,
        "POST /candidacies/{candidacy}/uploads": CANDIDATE,
        "GET /candidacies/{candidacy}/uploads/{upload}": CANDIDATE,
        "PATCH /candidacies/{candidacy}/uploads/{upload}": CANDIDATE,
        "DELETE /candidacies/{candidacy}/uploads/{upload}": CANDIDATE,
        "POST /candidacies/{candidacy}/uploads/{upload}/piece": CANDIDATE,
        "POST /candidacies/{candidacy}/uploads/{upload}/cancellation": CANDIDATE,
        "POST /candidacies/{candidacy}/validation-file": CANDIDATE,
        "POST /candidacies/{candidacy}/evidence/{evidence}/competences": CANDIDATE,
        "GET /candidacies/{candidacy}/filing": CANDIDATE,
        "GET /candidacies/{candidacy}/filing/receipt": PAPERS,
        "GET /candidacies/{candidacy}/result": CANDIDATE,
        "POST /candidacies/{candidacy}/sessions/{session}/review": CANDIDATE,
        "POST /candidacies/{candidacy}/attestations": CANDIDATE,
        "GET /candidacies/{candidacy}/papers/{paper}": CANDIDATE,
        "GET /portfolio": KEEPS,
        "GET /portfolio/new": KEEPS,
        "POST /portfolio/files": KEEPS,
        "POST /portfolio/written": KEEPS,
        "POST /portfolio/uploads": KEEPS,
        "GET /portfolio/uploads/words.js": KEEPS,
        "GET /portfolio/uploads/{upload}": CANDIDATE,
        "PATCH /portfolio/uploads/{upload}": CANDIDATE,
        "DELETE /portfolio/uploads/{upload}": CANDIDATE,
        "POST /portfolio/uploads/{upload}/piece": CANDIDATE,
        "POST /portfolio/uploads/{upload}/cancellation": CANDIDATE,
        "GET /portfolio/{piece}": CANDIDATE,
        "GET /portfolio/{piece}/description": CANDIDATE,
        "POST /portfolio/{piece}/description": CANDIDATE,
        "POST /portfolio/{piece}/removal": CANDIDATE,
        "GET /portfolio/{piece}/pages/{page}": CANDIDATE,
        "GET /portfolio/{piece}/media": CANDIDATE,
        "GET /portfolio/{piece}/original": CANDIDATE,
        "GET /portfolio/links": KEEPS,
        "POST /portfolio/links": KEEPS,
        "POST /portfolio/links/{link}/revocation": CANDIDATE,
        "GET /portfolio/archive": KEEPS,
        "GET /portfolio/archive.zip": KEEPS,
        "POST /portfolio/archive": KEEPS,
        "GET /candidacies/{candidacy}/self-assessment": CANDIDATE,
        "POST /candidacies/{candidacy}/self-assessment": CANDIDATE,
        "GET /candidacies/{candidacy}/descriptions": CANDIDATE,
        "GET /candidacies/{candidacy}/descriptions/{text}": CANDIDATE,
        "POST /candidacies/{candidacy}/descriptions/{text}": CANDIDATE,
        "GET /candidacies/{candidacy}/portfolio": CANDIDATE,
        "GET /candidacies/{candidacy}/portfolio/{piece}": CANDIDATE,
        "POST /candidacies/{candidacy}/portfolio/{piece}": CANDIDATE,
        "GET /candidacies/{candidacy}/choices": CANDIDATE,
        "GET /candidacies/{candidacy}/feasibility": CANDIDATE,
        "POST /candidacies/{candidacy}/feasibility": CANDIDATE,
        "POST /candidacies/{candidacy}/feasibility/completion": CANDIDATE,
        "POST /candidacies/{candidacy}/rulebook": CANDIDATE,
        "POST /candidacies/{candidacy}/withdrawal": CANDIDATE,
        "POST /candidacies/{candidacy}/resumption": CANDIDATE,
        "POST /candidacies/{candidacy}/route": CANDIDATE,
        "POST /candidacies/{candidacy}/blocks": CANDIDATE,
        "POST /candidacies/{candidacy}/advisor": CANDIDATE,
        "POST /candidacies/{candidacy}/advisor/release": CANDIDATE,
        "POST /candidacies/{candidacy}/waivers/{session}": CANDIDATE,
        "POST /candidacies/{candidacy}/sessions/{session}/remote-hearing": CANDIDATE,
    },
    "Pages of a jury": {
        "GET /jury": OWN_AGENDA,
        f"GET {BOARD}": ON_THE_BOARD,
        f"POST {BOARD}/opening": CONDUCTS_ON_PAGE,
        f"POST {BOARD}/substitutes": ON_THE_BOARD,
        f"POST {BOARD}/one-sex": ON_THE_BOARD,
        f"POST {BOARD}/ties": TIES_ON_BOARD,
        f"POST {BOARD}/connections": ON_THE_BOARD,
        f"POST {BOARD}/interruptions": ON_THE_BOARD,
        f"POST {BOARD}/closing": CONDUCTS_ON_PAGE,
        f"POST {BOARD}/signatures": ON_THE_BOARD,
        f"POST {BOARD}/absences": ON_THE_BOARD,
        f"POST {BOARD}/departures": ON_THE_BOARD,
        f"POST {BOARD}/returns": ON_THE_BOARD,
        f"GET {BOARD}/harmonisation": ON_THE_BOARD,
        f"GET {BOARD}/minutes": SEES_MINUTES,
        f"POST {BOARD}/minutes/signature": SIGNS,
        f"POST {BOARD}/minutes/refusals": ON_THE_BOARD,
        f"POST {BOARD}/minutes/chair": RUNS_BOARD,
        f"GET {BEFORE_IT}": BEFORE_THEM,
        f"POST {BEFORE_IT}/attendance": BEFORE_THEM,
        f"POST {BEFORE_IT}/attendance/correction": BEFORE_THEM,
        f"POST {BEFORE_IT}/absence": RECORDS_ON_PAGE,
        f"POST {BEFORE_IT}/remote-hearing": RUNS_BOARD,
        f"POST {BEFORE_IT}/recusals": BEFORE_THEM,
        f"POST {BEFORE_IT}/recusals/{{juror}}/confirmation": BEFORE_THEM,
        f"POST {BEFORE_IT}/opening": BEFORE_THEM,
        f"POST {BEFORE_IT}/referral": RECORDS_ON_PAGE,
        f"POST {BEFORE_IT}/rulings": BEFORE_THEM,
        f"POST {BEFORE_IT}/drafts": BEFORE_THEM,
        f"POST {BEFORE_IT}/harmonisation": BEFORE_THEM,
        f"GET {BEFORE_IT}/review": BEFORE_THEM,
        f"POST {BEFORE_IT}/decision": BEFORE_THEM,
        f"GET {BEFORE_IT}/taking-back": BEFORE_THEM,
        f"POST {BEFORE_IT}/taking-back": BEFORE_THEM,
        f"POST {BEFORE_IT}/confirmation": right(juror=PANEL),
        f"POST {BEFORE_IT}/deferral": BEFORE_THEM,
        f"POST {BEFORE_IT}/reopening": BEFORE_THEM,
    },
    "Pages of the reporter": {
        "GET /reports": SEES_FIGURES,
        "GET /reports/figures.{form}": SEES_FIGURES,
        "GET /reports/cohorts": SEES_FIGURES,
        "GET /reports/cohorts/cohorts.{form}": SEES_FIGURES,
    },
    "Pages of the auditor, and of the readers of a dossier's explanation": {
        "GET /candidacies/{candidacy}/why": READS,
        "GET /candidacies/{candidacy}/what-if": READS,
        "GET /candidacies/{candidacy}/facts/{position}": READS_FACT,
        "GET /audit": EXPORTS,
        "GET /audit/checks": EXPORTS,
        "POST /audit/checks": EXPORTS,
        "GET /audit/exports": EXPORTS,
        "POST /audit/exports": EXPORTS,
        "GET /audit/exports/{position}": OWN_EXPORT,
        "GET /audit/exports/{position}/bag": OWN_EXPORT,
    },
    "Pages of the assessor": {
        "GET /assessments": ASSESSOR,
        "GET /assessments/handed-in": ASSESSOR,
        "GET /assessments/comments": ASSESSOR,
        "POST /assessments/comments": ASSESSOR,
        "POST /assessments/comments/{comment}/removal": ASSESSOR,
        "GET /assessments/papers/{sitting}": OWN_MARKS,
        "GET /assessments/papers/{sitting}/{number}": OWN_MARKS,
        "POST /assessments/papers/{sitting}/{number}/marks": OWN_MARKS,
        "POST /assessments/papers/{sitting}/{number}/filing": OWN_MARKS,
        "GET /assessments/{candidacy}": OWN_MARKS,
        "POST /assessments/{candidacy}/drafts": OWN_MARKS,
        "GET /assessments/{candidacy}/filing": OWN_MARKS,
        "POST /assessments/{candidacy}/filing": OWN_MARKS,
        "GET /assessments/{candidacy}/tie": OWN_MARKS,
        "POST /assessments/{candidacy}/tie": OWN_MARKS,
    },
    "Pages of the registrar: sessions of juries": {
        "GET /registrar/sessions": REGISTRAR,
        "GET /registrar/sessions/new": REGISTRAR,
        "POST /registrar/sessions/new": REGISTRAR,
        f"GET {SESSION_PAGE}": PAGE_RUNS,
        f"POST {SESSION_PAGE}/jurors": PAGE_RUNS,
        f"POST {SESSION_PAGE}/jurors/together": PAGE_RUNS,
        f"POST {SESSION_PAGE}/jurors/{{juror}}/removal": PAGE_RUNS,
        f"POST {SESSION_PAGE}/chair": PAGE_RUNS,
        f"POST {SESSION_PAGE}/chair/removal": PAGE_RUNS,
        f"POST {SESSION_PAGE}/derogations": PAGE_RUNS,
        f"POST {SESSION_PAGE}/summonses": PAGE_RUNS,
        f"POST {SESSION_PAGE}/candidates/{{candidacy}}/freed": PAGE_RUNS,
        f"POST {SESSION_PAGE}/candidates/{{candidacy}}/freed/undoing": PAGE_RUNS,
        f"POST {SESSION_PAGE}/postponement": PAGE_RUNS,
        f"POST {SESSION_PAGE}/cancellation": PAGE_RUNS,
        f"POST {SESSION_PAGE}/transcription": PAGE_RUNS,
        f"GET {SESSION_PAGE}/transcription/content": PAGE_RUNS,
        f"GET {SESSION_PAGE}/results": PAGE_RUNS,
        f"POST {SESSION_PAGE}/results/release": PAGE_RUNS,
        f"POST {SESSION_PAGE}/results/notices": PAGE_RUNS,
    },
    "Pages of the registrar: épreuves": {
        "GET /registrar/sittings": REGISTRAR,
        "GET /registrar/sittings/new": REGISTRAR,
        "POST /registrar/sittings/new": REGISTRAR,
        f"GET {SITTING_PAGE}": PAGE_RUNS,
        f"POST {SITTING_PAGE}/summonses": PAGE_RUNS,
        f"POST {SITTING_PAGE}/{{candidacy}}/case": PAGE_RUNS,
        f"POST {SITTING_PAGE}/invigilator": PAGE_RUNS,
        f"POST {SITTING_PAGE}/markers": PAGE_RUNS,
        f"POST {SITTING_PAGE}/cancellation": PAGE_RUNS,
    },
    "Pages of the registrar": {
        "GET /todo": REGISTRAR,
        "GET /todo/{queue}": REGISTRAR,
        "GET /candidacies/{candidacy}/admission": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/review": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/decision": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/notice": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/correction": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/reconsideration": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/missing": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/file": REGISTRAR,
        "POST /candidacies/{candidacy}/admission/completion": REGISTRAR,
        "GET /candidacies/{candidacy}/assessors": REGISTRAR,
        "POST /candidacies/{candidacy}/assessors/naming": REGISTRAR,
        "POST /candidacies/{candidacy}/assessors/{assessor}/release": REGISTRAR,
        "POST /candidacies/{candidacy}/assessors/{assessor}/reopening": REGISTRAR,
        "GET /candidacies/{candidacy}/management": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/rulebook": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/validation-file": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/withdrawal": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/resumption": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/beginning": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/receipt": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/admissibility/keeping": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/admissibility/lapse": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/lapse": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/late-decision": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/training": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/carried": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/satisfied": PAGE_RUNS,
        "POST /candidacies/{candidacy}/management/credited/{block}/withdrawal": PAGE_RUNS,
        "GET /candidacies/{candidacy}/frauds": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/notice": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/hearing": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/decision": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/sanctions": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/answer": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/{case}/court-rulings": PAGE_RUNS,
        "POST /candidacies/{candidacy}/frauds/summonses/{session}/fall": PAGE_RUNS,
        "GET /people": REGISTRAR,
        "POST /people/registration": REGISTRAR,
        "GET /people/{person}": REGISTRAR,
        "POST /people/{person}/affiliation": REGISTRAR,
        "POST /people/{person}/invitation": REGISTRAR,
        "POST /people/{person}/address": REGISTRAR,
        "POST /people/{person}/quality": REGISTRAR,
        "POST /people/{person}/tie": REGISTRAR,
        "POST /people/{person}/tie/withdrawal": REGISTRAR,
        "POST /people/{person}/duplicate": REGISTRAR,
        "POST /people/{person}/duplicate/{other}/unlinking": REGISTRAR,
        "GET /people/{person}/link/{other}": REGISTRAR,
        "POST /people/{person}/link/{other}/proposal": REGISTRAR,
        "POST /people/{person}/link/{other}/confirmation": REGISTRAR,
        "POST /people/{person}/link/{other}/alone": REGISTRAR,
        "POST /people/{person}/link/{other}/rejection": REGISTRAR,
        "GET /candidacies/{candidacy}/annulments/{about}": PAGE_RUNS,
        "POST /candidacies/{candidacy}/annulments/{about}/confirmation": PAGE_RUNS,
        "POST /candidacies/{candidacy}/annulments/{about}/alone": PAGE_RUNS,
        "POST /candidacies/{candidacy}/annulments/{about}/rejection": PAGE_RUNS,
        "POST /people/{person}/birth-and-sex": REGISTRAR,
        "POST /people/{person}/identity": REGISTRAR,
        "POST /people/{person}/identity-proposal": REGISTRAR,
        "POST /people/{person}/identity-approval": REGISTRAR,
        "POST /people/{person}/identity-rejection": REGISTRAR,
        "GET /people/{candidate}/candidacy": REGISTRAR,
        "POST /people/{candidate}/candidacy": REGISTRAR,
        "GET /organisations": REGISTRAR,
        "POST /organisations": REGISTRAR,
        "GET /organisations/{organisation}": REGISTRAR,
        "POST /organisations/{organisation}/certifier": REGISTRAR,
        "POST /organisations/{organisation}/habilitation": REGISTRAR,
        "POST /organisations/{organisation}/habilitations/{habilitation}/suspension": REGISTRAR,
        "POST /organisations/{organisation}/habilitations/{habilitation}/resumption": REGISTRAR,
        "POST /organisations/{organisation}/habilitations/{habilitation}/end": REGISTRAR,
        "POST /organisations/{organisation}/habilitations/{habilitation}/report": REGISTRAR,
    },
    "Pages of the registrar and of a training centre": {
        "GET /enrolment": ENROLS,
        "POST /enrolment": ENROLS,
        "GET /enrolment/file": ENROLS,
        "POST /enrolment/file": ENROLS,
        "GET /centre": right(centre=ALL),
        "GET /centre/sittings": right(centre=ALL),
    },
    "Pages of the administrator": {
        "GET /admin": ADMIN,
        "GET /admin/sign-ins": ADMIN,
        "GET /admin/people": ADMIN,
        "GET /admin/people/{person}": ADMIN,
        "POST /admin/people/{person}/roles": ADMIN,
        "POST /admin/people/{person}/roles/withdrawals": ADMIN,
        "GET /admin/people/{person}/role/{role}": ADMIN,
        "POST /admin/people/{person}/role/{role}/proposal": ADMIN,
        "POST /admin/people/{person}/role/{role}/confirmation": ADMIN,
        "POST /admin/people/{person}/role/{role}/alone": ADMIN,
        "POST /admin/people/{person}/role/{role}/rejection": ADMIN,
        "POST /admin/clock": ADMIN,
        "POST /admin/doubt": ADMIN,
        "POST /admin/sole-registrar": ADMIN,
        "POST /admin/sole-registrar/withdrawal": ADMIN,
        "POST /admin/people/{person}/invitation": ADMIN,
        "POST /admin/people/{person}/sessions/end": ADMIN_OF_ANOTHER,
        "POST /admin/people/{person}/second-factor/reset": ADMIN_OF_ANOTHER,
        "POST /admin/people/{person}/tokens/{token}/revocation": ADMIN,
        "GET /admin/people/{person}/erasure": ADMIN,
        "POST /admin/people/{person}/erasure": ADMIN,
        "POST /admin/people/{person}/legal-holds": ADMIN,
        "POST /admin/people/{person}/legal-holds/{hold}/lifting": ADMIN,
        "GET /admin/invitations": ADMIN,
        "POST /admin/invitations": ADMIN,
        "GET /admin/services": ADMIN,
        "POST /admin/services": ADMIN,
        "POST /admin/services/tokens": ADMIN,
        "GET /admin/feed": ADMIN,
        "POST /admin/feed": ADMIN,
        "POST /admin/feed/{subscription}/again": ADMIN,
        "POST /admin/feed/{subscription}/removal": ADMIN,
        "GET /admin/erasures": ADMIN,
        "GET /admin/national-numbers": ADMIN,
        "POST /admin/national-numbers": ADMIN,
    },
    "Pages of the advisor, the invigilator and the disability officer, and requests for accommodation": {
        "GET /accompanied": right(advisor="named own=absent other=absent"),
        "GET /sittings": right(invigilator="theirs own=absent other=absent"),
        "GET /sittings/{sitting}": WATCHES,
        "POST /sittings/{sitting}/opening": WATCHES,
        "POST /sittings/{sitting}/closing": WATCHES,
        "POST /sittings/{sitting}/{candidacy}/identity": WATCHES,
        "POST /sittings/{sitting}/{candidacy}/entry": WATCHES,
        "POST /sittings/{sitting}/{candidacy}/leaving": WATCHES,
        "POST /sittings/{sitting}/{candidacy}/paper": WATCHES,
        "POST /sittings/{sitting}/{candidacy}/incident": WATCHES,
        "GET /candidacies/{candidacy}/accommodation": CANDIDATE,
        "POST /candidacies/{candidacy}/accommodation": CANDIDATE,
        "GET /accommodations": right(disability_officer=ALL),
        "GET /accommodations/{candidacy}": right(disability_officer=ALL),
        "POST /accommodations/{candidacy}/grant": right(disability_officer=ALL),
        "POST /accommodations/{candidacy}/refusal": right(disability_officer=ALL),
    },
    "Pages of the registrar: the register": {
        "GET /registrar/register": REGISTRAR,
        f"GET {HOLDER_PAGE}": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/entry": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/certificate": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/blocks/{{block}}/certificate": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/duplicates": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/reissues": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/replacements": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/national-number": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/attestations": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/declaration": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/corrections": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/corrections/{{correction}}/made": PAGE_RUNS,
        f"POST {HOLDER_PAGE}/corrections/{{correction}}/refusal": PAGE_RUNS,
        "GET /registrar/appeals": REGISTRAR,
        f"GET {APPEAL_PAGE}": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/answer": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/approval": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/rejection": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/proposal": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/court-rulings": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/notice": PAGE_RUNS,
        f"POST {APPEAL_PAGE}/annulment-notice": PAGE_RUNS,
    },
    "Pages of the registrar: certifications, rulebooks, law and rights": {
        "GET /registrar/certifications": REGISTRAR,
        "GET /registrar/certifications/{certification}": REGISTRAR,
        "GET /registrar/certifications/{certification}/compare": REGISTRAR,
        "POST /registrar/certifications/{certification}/routes": REGISTRAR,
        "GET /registrar/certifications/{certification}/registration": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/suspension": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/resumption": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/portal": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/end": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/retirement": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/correspondences": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/correspondences/withdrawal": REGISTRAR,
        "POST /registrar/certifications/{certification}/registration/equivalences": REGISTRAR,
        "GET /registrar/certifications/publish": REGISTRAR,
        "POST /registrar/certifications/publish": REGISTRAR,
        "POST /registrar/certifications/publish/confirmation": REGISTRAR,
        "GET /registrar/rulebooks/{rulebook}": REGISTRAR,
        "GET /registrar/rulebooks/{rulebook}/compare": REGISTRAR,
        "GET /registrar/law": REGISTRAR,
        "POST /registrar/law/repeal": REGISTRAR,
        "GET /registrar/rights": REGISTRAR,
    },
    "Files on their own host, at addresses signed for one reader and valid for one minute": {
        "GET /files/{told}": ANYBODY,
    },
    "Check by nginx before it accepts a file; outside nginx the route does not exist": {
        "GET /sender": SIGNED_IN,
    },
    "The API described": {
        "GET /api/docs": ANYBODY,
        "GET /api/openapi.json": ANYBODY,
    },
    "Health": {
        "GET /healthz": ANYBODY,
        "GET /readyz": ANYBODY,
    },
}
