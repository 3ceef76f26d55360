"""Tests that no personal value is in clear in databases, files, logs, problems or headers.

Every personal field of every fact is sent over HTTP with a unique word, and so are requests
that are refused or fail; then all output is searched for each word, also in hexadecimal and base64.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest
import structlog
from psycopg2.extensions import parse_dsn

from adapters.log.application import FactMapper, WrittenFact
from adapters.log.codec import PERSONAL, Envelope
from adapters.log.recorder import LogRecorder
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.state_address import StateAddress
from domain.fact import Personal
from domain.people.facts import Registered
from domain.ports import Role
from tests.given.files.specimens import pdf_with
from tests.given.servers.server_log import overheard
from tests.given.webapi.browsing import browse
from tests.given.webapi.hearings import hearing, tie
from tests.given.webapi.jury_acts import colleague, confirm_annulment
from tests.given.webapi.national_numbers import collecting
from tests.given.webapi.paper_minutes import put_scan, session_of
from tests.given.webapi.portfolios import ADDRESS as PORTFOLIO
from tests.given.webapi.portfolios import keep
from tests.given.webapi.reviews import decided
from tests.given.webapi.sittings import planned
from tests.given.webapi.town import FEBRUARY, PLACE
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

from tests.given.webapi.town import Caller, World

COLUMNS = """
select format('%I.%I', table_schema, table_name),
       string_agg(format('%I', column_name), ', ' order by ordinal_position)
  from information_schema.columns join information_schema.tables using (table_schema, table_name)
 where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
   and (table_schema, table_name, column_name) <> ('desk', 'account', 'login')
 group by 1
"""
BARE = "select type, s.key from log.event, jsonb_each(body::jsonb->'sealed') s"


@dataclass
class Canaries:
    """The unique words, and all answers to refused requests that contained one."""

    words: list[str] = field(default_factory=list)
    problems: list[bytes] = field(default_factory=list)

    def word(self, what: str) -> str:
        """Return a new unique word of letters and digits, which every format writes unchanged."""
        self.words.append(f"kanari{what}{uuid4().hex}")
        return self.words[-1]

    def refused(self, answer: TestResponse, *statuses: int) -> None:
        assert answer.status_code in statuses, answer.text
        self.problems.append(answer.data + str(answer.headers).encode())

    def found_in(self, written: dict[str, bytes]) -> dict[str, set[str]]:
        """Return the words found in each place, in clear, hexadecimal or base64."""
        found: dict[str, set[str]] = {}
        for where, text in written.items():
            lower = text.lower()
            for word in self.words:
                if any(form in text for form in _base64(word)) or any(form in lower for form in _plain(word)):
                    found.setdefault(where, set()).add(word)
        return found


def _plain(word: str) -> list[bytes]:
    return [word.encode(), word.encode().hex().encode()]


def _base64(word: str) -> list[bytes]:
    """Return the word in base64 at each offset, without the characters shared with its neighbours."""
    return [base64.b64encode(b"\0" * shift + word.encode())[4 if shift else 0 : -4] for shift in range(3)]


def ask(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def dumped(dsn: str) -> bytes:
    """Return a dump of every table except the column of logins."""
    text = io.StringIO()
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, columns in cursor.fetchall():
            cursor.copy_expert(f"copy {table} ({columns}) to stdout", text)
    return text.getvalue().encode()


def everything(world: World, said: io.StringIO, canaries: Canaries) -> dict[str, bytes]:
    """Return everything that the played requests have written."""
    world.projector.catch_up()
    data = world.acquis.settings.data
    written = {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    written |= {"names of files": "\n".join(str(path) for path in data.rglob("*")).encode()}
    written |= {"the log's database": dumped(world.url), "the keys' database": dumped(world.acquis.server.keys_dsn)}
    written |= {"lines of the log": said.getvalue().encode(), "problems": b"\n".join(canaries.problems)}
    server = Path(parse_dsn(world.url).get("host", "/nowhere")).parent / "database.log"
    return written | ({"database.log": server.read_bytes()} if server.is_file() else {})


def judge(world: World, canaries: Canaries, applied: str) -> None:
    """Play a refusal of admissibility, corrected, refused again, notified and taken back."""
    word = canaries.word
    told = {each: word(each) for each in ("reason", "gaps", "recommendations")}
    judged = {"admissible": False, "file_received_on": "2021-02-01", **told}
    done(world.rose.post(f"{applied}/admissibility", judged, If_Match=etag(world.rose, applied)))
    error = {"error": "file", "reason": word("error")}
    done(world.rose.post(f"{applied}/admissibility/correction", error, If_Match=etag(world.rose, applied)))
    done(world.rose.post(f"{applied}/admissibility", judged, If_Match=etag(world.rose, applied)))
    done(world.rose.post(f"{applied}/admissibility/notice", {"channel": "post"}))
    again = {"reason": word("again")}
    done(world.rose.post(f"{applied}/admissibility/reconsideration", again, If_Match=etag(world.rose, applied)))


def play(world: World, canaries: Canaries) -> None:
    """Play every personal field of every fact at least once."""
    word = canaries.word
    who = {"name": word("name"), "email": f"{word('email')}@example.org", "roles": ["candidate"]}
    who |= {"born": word("born"), "sex": "f"}
    person = done(world.ulysse.post("/api/v1/persons", who))["id"]
    hold = {"classes": ["papers"], "ground": word("ground")}
    done(world.rose.post(f"/api/v1/persons/{person}/legal-holds", hold))

    vae = apply(world, world.nadia, "VAE")
    judge(world, canaries, f"/api/v1/candidacies/{vae}")

    tie = {"candidate": person, "tie": "family"}
    ties = f"/api/v1/persons/{world.odile.id}/ties"
    done(world.rose.post(ties, tie))
    done(world.rose.post(f"{ties}/withdrawal", tie | {"reason": word("mistaken")}))

    candidacy, session, deliberation = hearing(world)
    base = f"/api/v1/candidacies/{candidacy}"
    piece = put_in(world.marie, candidacy, canaries)
    why = {"reason": word("withdrawal")}
    done(world.marie.post(f"{base}/evidence/{piece}/withdrawal", why, If_Match=etag(world.marie, base)))
    for form in ({"statement": word("statement")}, {"link": f"https://{word('link')}.example/"}):
        done(world.marie.post(f"{base}/evidence", form | {"title": word("title"), "competences": [1]}))
    for form in ({"statement": word("refused") + "\x07"}, {"link": f"ftp://{word('refused')}.example/"}):
        canaries.refused(
            world.marie.post(f"{base}/evidence", form | {"title": word("title"), "competences": [1]}), 422
        )
    block = range(1, 10)
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": list(block)}))
    for number in block:
        mark = {"competence": number, "mark": "acquired", "comment": word("comment")}
        done(world.hugo.post(f"{base}/assessments", mark))
    done(world.hugo.post(f"{base}/assessments/filing", If_Match=etag(world.hugo, f"{base}/assessments/mine")))
    reopening = {"reason": word("reopening")}
    shown = etag(world.hugo, f"{base}/assessments/mine")
    done(world.rose.post(f"{base}/assessments/{world.hugo.id}/reopening", reopening, If_Match=shown))
    done(world.hugo.post(f"{base}/assessments/filing", If_Match=etag(world.hugo, f"{base}/assessments/mine")))
    ines = world.people["ines"].id
    done(world.rose.post(f"{base}/assessors", {"assessor": str(ines), "competences": [20]}))
    done(world.rose.post(f"{base}/assessors/{ines}/release", {"reason": word("release")}))
    recusal = {"juror": str(world.lucien.id), "reason": word("recusal")}
    done(world.rose.post(f"{deliberation}/recusals", recusal))
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = [{"competence": number, "acquired": False, "reason": word("ruling")} for number in block]
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, deliberation)))
    said = [{"block": 1, "granted": False, "reason": word("block"), "advice": word("advice")}]
    decided_twice(world, deliberation, said, canaries)
    undone(world, session, deliberation, canaries)
    questions(world, canaries)
    derogation(world, canaries)
    epreuves(world, canaries)
    on_the_way(world, canaries)
    on_the_desk(world, canaries)
    sessions(world, canaries)
    credit(world, canaries)


def portfolio(world: World, who: Caller, candidacy: UUID, canaries: Canaries) -> None:
    """Play a portfolio piece that is kept, described again and put into a candidacy."""
    word = canaries.word
    content = pdf_with(word("kept").encode() + bytes(100_000))
    canaries.words.append(hashlib.sha256(content).hexdigest())
    described = ("title", "employer", "mission", "reflection")
    for _ in range(2):
        said: dict[str, Any] = {each: word(each) for each in described}
        piece = done(keep(who, content, f"{word('file')}.pdf", **said))["id"]
        done(who.post(f"{PORTFOLIO}/{piece}/description", {each: word(each) for each in said}))
    world.catch_up()
    link = {"pieces": [piece], "ends_on": "2021-03-01", "for_whom": word("employer")}
    canaries.words.append(done(who.post("/api/v1/private-links", link))["secret"])
    assert who.world.app.test_client().get(f"/api/v1/private-links/shown/{canaries.words[-1]}").status_code == 200
    put = {"piece": piece, "competences": [1]}
    done(who.post(f"/api/v1/candidacies/{candidacy}/evidence", put))
    levels = [{"competence": number, "level": "under_way", "comment": word("self")} for number in (1, 2)]
    done(who.post(f"/api/v1/candidacies/{candidacy}/self-assessment", {"statements": levels}))
    canaries.refused(who.post(PORTFOLIO, {"title": word("title"), "link": word("nowhere")}), 422)
    canaries.refused(keep(who, b"", word("empty")), 422)


def decided_twice(world: World, deliberation: str, decisions: list[dict[str, Any]], canaries: Canaries) -> None:
    """Play a decision taken back and decided again, then a declared recusal."""
    decision = {"outcome": "unanimous", "decisions": decisions}
    done(world.jules.post(f"{deliberation}/decision", decision, If_Match=etag(world.jules, deliberation)))
    back = {"reason": canaries.word("back")}
    done(world.jules.post(f"{deliberation}/taking-back", back, If_Match=etag(world.jules, deliberation)))
    done(world.jules.post(f"{deliberation}/decision", decision, If_Match=etag(world.jules, deliberation)))
    declared = {"juror": str(world.people["noe"].id), "reason": canaries.word("declared")}
    done(world.people["noe"].post(f"{deliberation}/recusals", declared))


def undone(world: World, session: str, deliberation: str, canaries: Canaries) -> None:
    """Play a deferral, a late recusal that undoes the decision, and a signature in the chair's stead."""
    word = canaries.word
    put_off = {"reason": word("deferral")}
    done(world.jules.post(f"{deliberation}/deferral", put_off, If_Match=etag(world.jules, deliberation)))
    canaries.refused(world.rose.post(f"{session}/minutes/chair", chair_of(world, word("early"))), 409)
    tie(world, "noe")
    why = {"reason": word("tied")}
    done(world.rose.post(f"{deliberation}/reopening", why, If_Match=etag(world.rose, deliberation)))
    done(world.jules.post(f"{deliberation}/referral"))
    done(world.rose.post(f"{session}/closing"))
    done(world.rose.post(f"{session}/minutes/chair", chair_of(world, word("dead"))))


def chair_of(world: World, reason: str) -> dict[str, str]:
    """Name Katia to sign in the chair's stead, with a reason."""
    return {"juror": str(world.katia.id), "reason": reason}


def sessions(world: World, canaries: Canaries) -> None:
    """Play sessions postponed and cancelled, an excused candidate, and a commission whose chair does not sign."""
    word = canaries.word
    world.clock.set(FEBRUARY)
    candidacy = apply(world, world.join("pia", Role.CANDIDATE))
    assessed(world, candidacy)
    off, jury = plan(world), plan(world)
    later = {"held_on": "2021-07-01", "reason": word("putoff")}
    done(world.rose.post(f"{off}/postponement", later, If_Match=etag(world.rose, off)))
    done(world.rose.post(f"{off}/cancellation", {"reason": word("cancelled")}))
    commission = session_of(world, reports_to=jury.rsplit("/", 1)[1])
    for session in (commission, jury):
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, commission)
    before = f"{commission}/deliberations/{candidacy}"
    done(world.rose.post(f"{before}/absence", {"excused": True, "reason": word("excuse")}))
    canaries.refused(world.jules.post(f"{before}/opening"), 409)
    came = {"reason": word("came")}
    done(world.rose.post(f"{before}/attendance/correction", came, If_Match=etag(world.rose, before)))
    done(world.jules.post(f"{before}/opening"))
    rulings = [{"competence": number, "acquired": False, "reason": word("proposed")} for number in range(1, 31)]
    canaries.refused(world.katia.post(f"{before}/rulings", {"rulings": rulings}), 403, 428)
    done(world.jules.post(f"{before}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, before)))
    done(world.rose.post(f"{commission}/closing"))
    refusal = {"juror": str(world.jules.id), "reason": word("unsigned")}
    canaries.refused(world.katia.post(f"{commission}/minutes/refusals", refusal), 404)
    done(world.jules.post(f"{commission}/minutes/refusals", refusal))
    spare = session_of(world, reports_to=jury.rsplit("/", 1)[1])
    freed = {"candidacy": str(candidacy), "reason": word("freed")}
    canaries.refused(world.rose.post(f"{spare}/freed", freed), 409)
    mona = apply(world, world.join("mona", Role.CANDIDATE))
    done(world.rose.post(f"{spare}/summonses", {"candidacy": str(mona)}))
    canaries.refused(world.jules.post(f"{spare}/freed", freed | {"candidacy": str(mona)}), 403)
    done(world.rose.post(f"{spare}/freed", freed | {"candidacy": str(mona)}))
    done(world.rose.post(f"{spare}/freed/undoing", {"candidacy": str(mona), "reason": word("back")}))
    removed = {"juror": str(world.katia.id), "reason": word("removed")}
    canaries.refused(world.jules.post(f"{spare}/jurors/removal", removed), 403)
    done(world.rose.post(f"{spare}/jurors/removal", removed))
    on_paper(world, canaries)


def on_paper(world: World, canaries: Canaries) -> None:
    """Play the upload of a scan of paper minutes, and its refusal a second time."""
    session = session_of(world, on_paper=True)
    content = pdf_with(canaries.word("minutes").encode() + bytes(100_000))
    canaries.words.append(hashlib.sha256(content).hexdigest())
    done(put_scan(world, session, content, f"{canaries.word('scan')}.pdf"))
    canaries.refused(put_scan(world, session, content, f"{canaries.word('scan')}.pdf"), 409)
    done(put_scan(world, session, content, f"{canaries.word('scan')}.pdf", canaries.word("pages")))


def credit(world: World, canaries: Canaries) -> None:
    """Play a block satisfied by another certification and withdrawn with a reason."""
    world.clock.set(FEBRUARY)
    ugo = world.join("ugo", Role.CANDIDATE)
    candidacy, certification = apply(world, ugo), f"/api/v1/certifications/{world.framework}"
    other = {"certification": "RNCP00001", "part": "BC02", "blocks": [2], "ground": "Décision du 3 mai."}
    done(world.rose.post(f"{certification}/equivalences", other))
    proof = {"evidence": put_in(ugo, candidacy, canaries), "obtained_on": "2019-07-05"}
    portfolio(world, ugo, candidacy, canaries)
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.rose.post(f"{base}/satisfied-blocks", {"block": 2, "equivalence": 1} | proof))
    withdrawal = f"{base}/credited-blocks/2/withdrawal"
    shown = etag(world.rose, base)
    done(world.rose.post(withdrawal, {"reason": canaries.word("mistaken")}, If_Match=shown))
    canaries.refused(world.rose.post(withdrawal, {"reason": canaries.word("again")}, If_Match=shown), 409)


def on_the_way(world: World, canaries: Canaries) -> None:
    """Play an incomplete file, a withdrawal, and duplicate files linked and unlinked."""
    word = canaries.word
    world.clock.set(FEBRUARY)
    zoe, zora = world.join("zoe", Role.CANDIDATE), world.join("zora", Role.CANDIDATE)
    base = f"/api/v1/candidacies/{apply(world, zoe, 'VAE')}"
    began = {"began_on": "2020-12-01", "reason": word("beginning")}
    done(world.rose.post(f"{base}/beginning-correction", began, If_Match=etag(world.rose, base)))
    done(world.rose.post(f"{base}/feasibility-file", {"received_on": "2021-02-01"}))
    corrected = {"received_on": "2021-01-30", "reason": word("receipt")}
    done(world.rose.post(f"{base}/feasibility-file/receipt-correction", corrected, If_Match=etag(world.rose, base)))
    done(
        world.rose.post(
            f"{base}/feasibility-file/missing", {"missing": word("missing")}, If_Match=etag(world.rose, base)
        )
    )
    done(zoe.post(f"{base}/withdrawal", {"reason": word("leaving")}, If_Match=etag(zoe, base)))
    ill = f"/api/v1/candidacies/{apply(world, zora, 'VAE')}"
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{ill}/admissibility", verdict, If_Match=etag(world.rose, ill)))
    excuse = {"ground": "legitimate_reason", "reason": word("illness")}
    done(world.rose.post(f"{ill}/admissibility/keeping", excuse, If_Match=etag(world.rose, ill)))
    linked = f"/api/v1/persons/{zoe.id}/duplicates"
    rene = colleague(world)
    done(rene.post(linked, {"other": str(zora.id), "reason": word("link-proposed")}))
    done(rene.post(f"{linked}/{zora.id}/rejection", {"reason": word("link-rejected")}))
    done(rene.post(linked, {"other": str(zora.id), "reason": word("link-again")}))
    done(world.rose.post(linked, {"other": str(zora.id), "reason": word("linked"), "confirms": True}))
    roles = f"/api/v1/persons/{zoe.id}/roles"
    world.acquis.do(GrantRole(person=zoe.id, role=Role.ADMIN), world.ulysse.actor)
    done(world.ulysse.post(f"{roles}/rejections", {"role": "admin", "reason": word("role-rejected")}))
    world.projector.catch_up()
    done(world.rose.post(f"{linked}/{zora.id}/unlinking", {"reason": word("unlinked")}))


def on_the_desk(world: World, canaries: Canaries) -> None:
    """Play drafts about a candidate and an assessor's saved comments."""
    hugo, about = world.hugo.id, world.marie.id
    drafts = world.acquis.drafts
    drafts.save(hugo, uuid4(), "competence-1", canaries.word("draft"), subject=about, since=None)
    world.acquis.comments.add(hugo, canaries.word("kept"))


def epreuves(world: World, canaries: Canaries) -> None:
    """Play accommodation requests and refusals, incident reports and a cancelled sitting."""
    word = canaries.word
    for name, role in (("olive", Role.INVIGILATOR), ("dina", Role.DISABILITY_OFFICER)):
        world.join(name, role)
    world.clock.set(FEBRUARY)
    world.join("yann", Role.CANDIDATE)
    candidacy = apply(world, world.yann)
    accommodation = f"/api/v1/candidacies/{candidacy}/accommodation"
    done(world.yann.post(accommodation, {"reason": word("handicap")}))
    shown = etag(world.dina, accommodation)
    done(world.dina.post(f"{accommodation}/refusal", {"reason": word("certificate")}, If_Match=shown))
    off, otto = planned(world, candidacy), world.join("otto", Role.INVIGILATOR)
    stand_in = {"replaced": str(world.olive.id), "invigilator": str(otto.id), "reason": word("replaced")}
    done(world.rose.post(f"{off}/invigilator", stand_in))
    done(world.rose.post(f"{off}/cancellation", {"reason": word("calledoff")}))
    sitting, here = planned(world, candidacy), {"candidacy": str(candidacy)}
    world.clock.set(JURY_DAY)
    done(world.olive.post(f"{sitting}/opening"))
    done(world.olive.post(f"{sitting}/identities", here | {"document": "passport", "matches": True}))
    done(world.olive.post(f"{sitting}/signatures", here | {"movement": "in"}))
    done(world.olive.post(f"{sitting}/incidents", here | {"account": word("incident")}))


def questions(world: World, canaries: Canaries) -> None:
    """Play a title upheld by a court and annulled by a review, with the reason in the register."""
    word, (candidacy, session, review) = canaries.word, decided(world, world.nadia)
    rectified(world, review.removesuffix("/review"), canaries)
    papers(world, candidacy, canaries)
    suspicion(world, candidacy, session, canaries)
    done(world.nadia.post(review, {"ground": "procedural", "statement": word("statement")}))
    stands = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": word("reference"), "annuls": False}
    done(world.rose.post(f"{review}/court-rulings", stands))
    answer = {"accepted": True, "reason": word("upheld")}
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    annulments = f"/api/v1/candidacies/{candidacy}/annulments"
    no, path = {"reason": word("left")}, f"{annulments}/{session.rsplit('/', 1)[-1]}/rejection"
    done(world.rose.post(path, no, If_Match=etag(world.rose, annulments)))
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    confirm_annulment(world, candidacy)


def papers(world: World, candidacy: UUID, canaries: Canaries) -> None:
    """Play certificates of a title and a block, reissued for another name and for a material error."""
    stated = {"born": canaries.word("stated"), "sex": "f"}
    done(world.nadia.post(f"/api/v1/persons/{world.nadia.id}/birth-and-sex", stated))
    address = StateAddress(person=world.nadia.id, email=f"{canaries.word('address')}@example.org")
    world.acquis.do(address, world.rose.actor)
    word, path = canaries.word, f"/api/v1/candidacies/{candidacy}/papers"
    nadia, proposal = f"/api/v1/persons/{world.nadia.id}", f"/api/v1/persons/{world.nadia.id}/identity-proposal"

    def proposed(cause: str) -> None:
        said = {"name": word("holder"), "born": word("born"), "reason": word("reason"), "cause": cause}
        said |= {"seen": "passport", "dated": "2019-05-02", "sex": "f"}
        done(world.rose.post(proposal, said, If_Match=etag(world.rose, proposal)))

    def agreed() -> None:
        done(world.ulysse.post(f"{proposal}/approval", If_Match=etag(world.ulysse, proposal)))

    keyed = {"name": word("holder"), "born": word("born"), "document": word("document")}
    done(world.rose.post(f"{nadia}/identity-corrections", keyed, If_Match=etag(world.rose, nadia)))
    done(world.rose.post(f"{path}/certificate", {}))
    done(world.rose.post(f"{path}/blocks", {"block": 1}))
    attestations = f"/api/v1/candidacies/{candidacy}/attestations"
    done(world.nadia.post(f"{attestations}/requests", {"attestation": "certification"}))
    done(world.rose.post(attestations, {"attestation": "certification"}))
    proposed("civil_status")
    agreed()
    done(world.rose.post(f"{path}/reissues", {}))
    proposed("material_error")
    no = {"reason": word("reason")}
    done(world.ulysse.post(f"{proposal}/rejection", no, If_Match=etag(world.ulysse, proposal)))
    proposed("material_error")
    agreed()
    done(world.rose.post(f"{path}/replacements", {}))
    back = {"name": "Nadia Exemple", "document": word("document")}
    done(world.rose.post(f"{nadia}/identity-corrections", back, If_Match=etag(world.rose, nadia)))
    declaration(world, candidacy, canaries)


def declaration(world: World, candidacy: UUID, canaries: Canaries) -> None:
    """Play a valid and an invalid national number, and a refused correction."""
    word, base = canaries.word, f"/api/v1/candidacies/{candidacy}/declaration"
    collecting(world, "99999999900033")
    stem = 2 * 10**12 + uuid4().int % 10**12
    for key in (97 - stem % 97, 97 - (stem + 1) % 97):
        canaries.words.append(f"{stem}{key:02}")
    right, wrong = canaries.words[-2:]
    canaries.refused(world.nadia.post(f"{base}/national-number", {"number": wrong}), 422)
    done(world.nadia.post(f"{base}/national-number", {"number": right}))
    done(world.rose.post(base, {"reference": "lot 1"}))
    done(world.rose.post(f"{base}/corrections", {"requested_on": "2021-06-15", "asks": word("asks")}))
    done(world.rose.post(f"{base}/corrections/1/refusal", {"reason": word("unfounded")}))


def suspicion(world: World, candidacy: UUID, session: str, canaries: Canaries) -> None:
    """Play a fraud found with a sanction and one dismissed."""
    word, path = canaries.word, f"/api/v1/candidacies/{candidacy}/frauds"
    for found in (True, False):
        done(world.jules.post(path, {"competences": [1], "statement": word("fraud")}))
        case = world.rose.read(path)["items"][-1]["case"]
        heard_on = world.clock.today() + timedelta(days=8)
        done(world.rose.post(f"{path}/{case}/notice", {"hearing_on": heard_on.isoformat()}))
        world.clock.set(heard_on)
        done(world.rose.post(f"{path}/{case}/hearing", {"statement": word("heard")}))
        withdraws = [session.rsplit("/", 1)[-1]] if found else []
        decision = {"found": found, "reason": word("finding"), "withdraws": withdraws}
        done(world.rose.post(f"{path}/{case}/decision", decision, If_Match=etag(world.rose, path)))
        if found:
            confirm_annulment(world, candidacy)
            sanction = {"sanction": "avertissement", "reason": word("sanction")}
            done(world.rose.post(f"{path}/{case}/sanctions", sanction, If_Match=etag(world.rose, path)))
            rudy = world.join("rudy", Role.REGISTRAR)
            review = f"{path}/{case}/review"
            done(world.nadia.post(review, {"ground": "material", "statement": word("questioned")}))
            answer = {"accepted": False, "reason": word("answered")}
            done(rudy.post(f"{review}/answer", answer, If_Match=etag(rudy, path)))
            ruling = {
                "court": "Tribunal",
                "ruled_on": heard_on.isoformat(),
                "reference": word("judged"),
                "annuls": True,
            }
            done(rudy.post(f"{path}/{case}/court-rulings", ruling))
            confirm_annulment(world, candidacy)


def rectified(world: World, deliberation: str, canaries: Canaries) -> None:
    """Play two proposed rectifications: one taken back, one approved by the chair."""
    path = f"{deliberation}/rectification"
    for number, ends in ((1, "rejection"), (2, "approval")):
        says = {"rulings": [{"competence": number, "acquired": False}], "reason": canaries.word("proposal")}
        done(world.rose.post(path, says, If_Match=etag(world.rose, deliberation)))
        reason = {"reason": canaries.word(ends)}
        done(world.jules.post(f"{path}/{ends}", reason, If_Match=etag(world.jules, path)))


def put_in(who: Caller, candidacy: UUID, canaries: Canaries) -> str:
    """Upload a piece whose name, content and digest are canaries."""
    content = pdf_with(canaries.word("content").encode() + bytes(100_000))
    canaries.words.append(hashlib.sha256(content).hexdigest())
    piece: str = done(who.upload(candidacy, content, f"{canaries.word('file')}.pdf"))["id"]
    return piece


def derogation(world: World, canaries: Canaries) -> None:
    """Play a derogation for a panel of one sex."""
    world.clock.set(FEBRUARY)
    body: dict[str, Any] = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    body |= {"held_on": "2021-06-20", "place": PLACE, "places": 1}
    session = f"/api/v1/jury-sessions/{done(world.rose.post('/api/v1/jury-sessions', body))['id']}"
    for name, seat in SEATS:
        done(world.rose.post(f"{session}/jurors", {"juror": str(world.people[name].id), **seat, "sex": "m"}))
    said = {"rule": "panel-balance-panel", "reason": canaries.word("derogation"), "proof": canaries.word("proof")}
    done(world.rose.post(f"{session}/derogations", said))
    done(world.rose.post(f"{session}/one-sex", {"reason": canaries.word("one_sex")}))


def abuse(world: World, canaries: Canaries) -> None:
    """Send requests that are refused, with canaries in their personal fields."""
    word, refused = canaries.word, canaries.refused
    candidacy = apply(world, world.marie, "FC")
    base = f"/api/v1/candidacies/{candidacy}"
    refused(world.marie.upload(candidacy, name=word("unknown"), competences=[31]), 422)
    refused(world.marie.upload(candidacy, b"\x7fELF" + bytes(8) + word("program").encode(), word("exe")), 415)
    refused(world.marie.upload(candidacy, b"", word("empty")), 422)
    refused(world.nadia.upload(candidacy, name=word("theirs")), 404)
    mark = {"competence": 1, "mark": "acquired", "comment": word("unassigned")}
    refused(world.hugo.post(f"{base}/assessments", mark), 403)
    refused(world.hugo.post(f"{base}/assessments", mark | {"mark": word("mark")}), 422)
    refused(world.rose.post(f"{base}/{word('path')}"), 404)
    refused(world.rose.get(f"/api/v1/candidacies?cursor={word('cursor')}"), 400, 422)
    refused(world.ulysse.post("/api/v1/persons", {"name": word("n"), word("field"): word("value")}), 422)
    refused(world.ulysse.post("/api/v1/persons", {"name": word("n"), "email": word("email")}), 422)
    broken = f'{{"name": "{word("json")}'
    client = world.app.test_client()
    headers = world.ulysse.bearer | {"Content-Type": "application/json"}
    refused(client.post("/api/v1/persons", data=broken, headers=headers), 400)
    refused(client.get(base, headers={"Authorization": f"Bearer {word('token')}"}), 401)
    login = {"login": f"{word('login')}@example.org", "password": word("password")}
    refused(client.post("/sign-in", data=login, headers={"User-Agent": word("agent")}), 400, 403)
    for path in ("/people", "/candidacies", "/admin/people"):
        assert browse(world, world.rose).get(f"{path}?q={word('search')}").status_code in {200, 403}
        assert client.get(f"{path}?q={word('search')}").status_code == 401
    person = f"/api/v1/persons/{world.marie.id}/legal-holds"
    refused(world.marie.post(person, {"classes": ["papers"], "ground": word("hold")}), 403)
    review = f"/api/v1/jury-sessions/{uuid4()}/deliberations/{candidacy}/review"
    refused(world.marie.post(review, {"ground": "merits", "statement": word("merits")}), 404)


def breakage(world: World, canaries: Canaries) -> None:
    """Make the databases fail in the middle of requests that contain canaries."""
    candidacy = apply(world, world.nadia, "FC")
    name = {"name": canaries.word("broken"), "roles": ["candidate"]}
    append = "execute on function log.append"
    for dsn, breaks, mends in (
        (world.url, f"revoke {append} from acquis_web", f"grant {append} to acquis_web"),
        (
            world.acquis.server.keys_dsn,
            "alter table vault.key add constraint no check (false) not valid",
            "alter table vault.key drop constraint no",
        ),
    ):
        ask(dsn, breaks)
        canaries.refused(world.ulysse.post("/api/v1/persons", name), 500, 503)
        ask(dsn, mends)
    piece = put_in(world.nadia, candidacy, canaries)
    (kept,) = (world.acquis.settings.data / "evidence" / "kept").rglob(f"{piece}.age")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:300])
    canaries.refused(world.nadia.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content"), 500)
    kept.write_bytes(whole)


def test_personal_canaries_appear_in_clear_nowhere(world: World) -> None:
    canaries = Canaries()
    with overheard() as said:
        play(world, canaries)
        abuse(world, canaries)
        breakage(world, canaries)
        written = everything(world, said, canaries)
    assert set(ask(world.url, BARE)) >= {(name, each) for name, kept in PERSONAL.items() for each in kept}
    assert len(canaries.words) > 40
    assert len(written["lines of the log"].splitlines()) > 15
    assert len(written["problems"]) > 5_000
    assert canaries.found_in(written) == {}
    assert "Marie Exemple" in world.rose.get(f"/api/v1/persons/{world.marie.id}").text, "who may read still does"


class OnlyEncoded:
    """A cipher that encodes without encrypting."""

    def seal(self, text: bytes, *_: object) -> str:
        return base64.b64encode(b"any nonce" + text).decode()


def test_control_search_finds_an_unsealed_canary_in_each_place(world: World) -> None:
    """A canary is put on purpose into each searched place."""
    canaries, acquis = Canaries(), world.acquis
    sealed_by_nobody = FactMapper(OnlyEncoded())
    fact = Registered(name=Personal(canaries.word("name"), world.marie.id))
    written = WrittenFact(
        originator_id=uuid4(),
        originator_version=1,
        fact=fact,
        append_id=uuid4(),
        n=0,
        head=Envelope(by=None, role="operator", on=date(2021, 2, 1), request=None),
    )
    recorder = LogRecorder(acquis.database)
    recorder.insert_events([sealed_by_nobody.to_stored_event(written)], append_id=written.append_id)
    file = acquis.settings.data / "evidence" / "incoming" / canaries.word("file")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\1" + canaries.word("content").encode())
    ask(acquis.server.keys_dsn, f"create table vault.bare as select '{canaries.word('bytes')}'::bytea as value")
    with overheard() as said:
        structlog.get_logger("control").info("said", what=canaries.word("line"))
        answer = world.marie.get(f"/api/v1/{canaries.word('path')}")
        canaries.problems.append(json.dumps({"title": canaries.words[-1], "was": answer.status_code}).encode())
        found = canaries.found_in(everything(world, said, canaries))
    ask(acquis.server.keys_dsn, "drop table vault.bare")
    file.unlink()
    relative = str(file.relative_to(acquis.settings.data))
    assert set(found) == {
        "the log's database",
        "the keys' database",
        relative,
        "names of files",
        "lines of the log",
        "problems",
    }


@pytest.mark.parametrize("shift", range(3))
def test_canary_is_found_in_base64_at_each_offset(shift: int) -> None:
    canaries = Canaries()
    text = b"a" * shift + canaries.word("encoded").encode() + b"zz"
    assert canaries.found_in({"there": base64.b64encode(text)})
    assert canaries.found_in({"there": text.hex().encode()})
    assert not canaries.found_in({"there": base64.b64encode(text[::-1])})
