"""Letters: sent once, over TLS, to their addressee; waiting letters are sealed, kept and tried again."""

from __future__ import annotations

import os
import ssl
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from adapters.database.pool import Database
from adapters.mail import MailMessage, Unsent
from adapters.mail.folder import KEPT, MailFolder
from adapters.mail.smtp import Smtp
from adapters.operations.letters import Letters, waiting
from domain.ports import PersonId
from tests.given.servers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENDER = "acquis@acquis.example"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # one server offers no TLS
LOGIN = (b"acquis", b"hunter2 & co")
SECRET = "tests only " * 4


def message(to: str = "zoe@example.org", subject: str = "Votre accès") -> MailMessage:
    text = "Bonjour,\n\nvoici : https://acquis.example/invitation/abc\n"
    return MailMessage(id=uuid4(), person=PersonId(uuid4()), to=to, subject=subject, text=text, language="fr")


@dataclass
class Taken:
    """A mail server's handler: the accepted letters, and the answers to give first."""

    answers: list[str] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop()
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return "250 taken"

    def knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        self.logins.append(given.login)
        return AuthResult(success=(given.login, given.password) == LOGIN)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a self-signed certificate made for these tests."""
    folder = tmp_path_factory.mktemp("tls")
    pair = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-out", pair[0], "-keyout", pair[1]], check=True, capture_output=True)
    return pair


@contextmanager
def server(taken: Taken, scheme: str, certificate: tuple[Path, Path]) -> Iterator[str]:
    """Run a mail server of this scheme that requires a login; yield its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    port = free_port()
    options: dict[str, Any] = {"authenticator": taken.knows, "auth_required": True, "auth_require_tls": False}
    if scheme == "smtp":
        options |= {"tls_context": context, "require_starttls": True}
    listening = Listening(taken, port, options, context if scheme == "smtps" else None)
    listening.start()
    try:
        yield f"{scheme}://acquis:hunter2%20%26%20co@localhost:{port}"
    finally:
        listening.stop()


class Listening(Controller):
    def __init__(self, taken: Taken, port: int, options: dict[str, Any], tls: ssl.SSLContext | None) -> None:
        self._options = options
        super().__init__(taken, hostname="localhost", port=port, ssl_context=tls, server_hostname="localhost")

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost", **self._options)


@pytest.mark.parametrize("scheme", ["smtps", "smtp", "smtp+plain"])
def test_a_letter_is_taken_by_a_server_that_proves_itself_and_that_we_log_into(certificate, monkeypatch, scheme):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    taken = Taken()
    with server(taken, scheme, certificate) as url:
        Smtp(url, SENDER).send(message())
    ((sender, to, content, secure),) = taken.letters  # the server reports only TLS that began later
    assert (sender, to, secure) == (SENDER, ["zoe@example.org"], scheme == "smtp")
    assert taken.logins == [b"acquis"]
    for line in (b"Auto-Submitted: auto-generated", b"Content-Language: fr", b"From: acquis@acquis.example"):
        assert line in content
    assert b"Subject: Votre =?utf-8?q?acc=C3=A8s?=" in content


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_server_that_cannot_prove_itself_is_given_nothing(certificate, monkeypatch, scheme):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    taken = Taken()
    with server(taken, scheme, certificate) as url, pytest.raises(Unsent) as unsent:
        Smtp(url, SENDER).send(message())
    assert not unsent.value.for_good
    assert (taken.letters, taken.logins) == ([], [])


def test_a_server_that_offers_no_starttls_is_given_nothing(certificate):
    taken = Taken()
    with server(taken, "smtp+plain", certificate) as url, pytest.raises(Unsent):
        Smtp(url.replace("smtp+plain", "smtp"), SENDER).send(message())
    assert (taken.letters, taken.logins) == ([], [])


def test_permanent_refusal_of_a_mail_server_differs_from_a_temporary_one(certificate):
    taken = Taken(answers=["554 refused", "451 not now"])
    with server(taken, "smtp+plain", certificate) as url:
        found = []
        for each in (message(), message(), message("nobody@example.org"), message("later@example.org")):
            with pytest.raises(Unsent) as unsent:
                Smtp(url, SENDER).send(each)
            found.append(unsent.value.for_good)
    assert found == [False, True, True, False]
    with pytest.raises(Unsent) as unsent:
        Smtp("smtp+plain://localhost:1", SENDER).send(message())
    assert not unsent.value.for_good, "a server that is away may come back"


def test_a_line_break_begins_no_other_header(tmp_path):
    for each in (message(to="a@example.org\nBcc: b@example.org"), message(subject="a\r\nBcc: b@example.org")):
        with pytest.raises(Unsent) as unsent:
            MailFolder(tmp_path / "mail", SENDER).send(each)
        assert unsent.value.for_good
    assert not (tmp_path / "mail").exists()


def test_a_folder_of_letters_is_its_owners_and_forgets_whom_it_is_told_to(tmp_path):
    office = MailFolder(tmp_path / "mail", SENDER)
    mine, other = message(), message()
    office.send(mine)
    office.send(other)
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "mail").iterdir()] == [0o600, 0o600]
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert mine.person
    office.forget(mine.person)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == [f"{other.person}-{other.id}.eml"]


@pytest.mark.parametrize("to", ["a@[b", " ..>(>)a<"])
def test_letter_to_an_invalid_address_fails_at_once(tmp_path, to):
    with pytest.raises(Unsent) as unsent:
        MailFolder(tmp_path / "mail", SENDER).send(message(to=to))
    assert unsent.value.for_good


@pytest.mark.parametrize("word", ["a=40evil.example=2C", "a=40evil.example=3E=2C=3Cb", "a=00"])
def test_an_address_names_nobody_but_whom_the_letter_is_for(tmp_path, word):
    """A local part may look like an encoded word (RFC 2047); the header formerly decoded it."""
    for local in (f"=?utf-8?q?{word}?=", f'"=?utf-8?q?{word}?="'):
        with pytest.raises(Unsent) as refused:
            MailFolder(tmp_path, SENDER).send(message(f"{local}@example.org"))
        assert refused.value.for_good


UNUSUAL = (
    *("zoé@example.org", "a'b+c@example.org", "a@[127.0.0.1]", "a@öko.example"),
    *('"a,b"@example.org', '"a..b"@example.org', '"quoted"@example.org', r'"a\"b"@example.org'),
)


@pytest.mark.parametrize("to", UNUSUAL)
def test_an_unusual_address_is_one(tmp_path, to):
    MailFolder(tmp_path, SENDER).send(message(to))


def test_a_folder_keeps_no_letter_and_no_draft_longer_than_its_links_are_valid(tmp_path):
    office, folder = MailFolder(tmp_path / "mail", SENDER), tmp_path / "mail"
    old, late = message(), message()
    for each in (old, late):
        office.send(each)
    before = time.time() - KEPT - 60
    draft = folder / f".{late.person}-{uuid4()}"
    draft.write_bytes(b"begun by who was killed")
    (stale := folder / f".{old.person}-{uuid4()}").write_bytes(b"begun long ago")
    (somebodys := folder / "put there by somebody").mkdir()
    for each in (stale, folder / f"{old.person}-{old.id}.eml", somebodys):
        os.utime(each, (before, before))
    office.tidy()
    assert {path.name for path in folder.iterdir()} == {f"{late.person}-{late.id}.eml", draft.name, somebodys.name}
    assert late.person
    office.forget(late.person)
    assert list(folder.iterdir()) == [somebodys]


# Waiting letters


@pytest.fixture
def desk(database_url: str) -> Iterator[Database]:
    database = Database(database_url, role="acquis_web", size=2)
    yield database
    database.close()


@pytest.fixture
def letters(desk: Database) -> Letters:
    return Letters(desk, SECRET)


def say(url: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
        connection.commit()
        return found


def test_a_letter_is_taken_by_one_sender_and_is_empty_once_sent(letters, desk, database_url):
    letters.put("invitation", "zoe@example.org", "fr", about={"roles": "juror"})
    assert "zoe" not in str(say(database_url, "select l::text, encode(sealed, 'escape') from desk.letter l"))
    letter = letters.claim()
    assert (letter.to, letter.about, letter.tries) == ("zoe@example.org", {"roles": "juror"}, 1)
    assert letters.claim() is None, "it is being sent"
    say(database_url, "update desk.letter set due_at = now()")
    again = letters.claim()
    assert again.id == letter.id, "its sender was killed: another takes it"
    letters.sent(again)
    assert say(database_url, "select sealed, sent_at is not null from desk.letter") == [(None, True)]
    assert waiting(desk) == (0, False)


def test_a_letter_that_is_not_taken_waits_longer_each_time_and_is_given_up_after_a_day(letters, desk, database_url):
    letters.put("invitation", "zoe@example.org", "fr")
    waits = []
    for _ in range(9):
        letter = letters.claim()
        assert not letters.failed(letter, "SMTPServerDisconnected", for_good=False)
        ((seconds,),) = say(database_url, "select round(extract(epoch from due_at - now()))::int from desk.letter")
        waits.append(round(seconds / 60))
        say(database_url, "update desk.letter set due_at = now()")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    say(database_url, "update desk.letter set made_at = now() - interval '25 hours'")
    assert waiting(desk) == (1, True)
    assert letters.failed(letters.claim(), "SMTPServerDisconnected", for_good=False)
    assert say(database_url, "select sealed, failed from desk.letter") == [(None, "SMTPServerDisconnected")]
    say(database_url, "update desk.letter set made_at = now() - interval '31 days'")
    letters.purge()
    assert say(database_url, "select count(*) from desk.letter") == [(0,)]


def test_letter_encrypted_under_another_secret_fails_and_others_are_sent(letters, database_url):
    letters.put("invitation", "zoe@example.org", "fr")
    with closing(Database(database_url, role="acquis_web", size=1)) as database:
        other = Letters(database, "another secret, of another house")
        other.put("invitation", "alix@example.org", "fr")
        claimed = other.claim()
        assert claimed
        assert claimed.to == "alix@example.org"
    assert say(database_url, "select failed from desk.letter where sealed is null") == [("unreadable",)]


def test_a_letter_is_noted_as_sent_before_the_session_with_the_server_ends(certificate):
    noted: list[str] = []

    class EndsLate(Taken):
        async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            noted.append("quit")
            return "221 bye"

    with server(EndsLate(), "smtp+plain", certificate) as url:
        Smtp(url, SENDER).send(message(), lambda: noted.append("sent"))
    assert noted == ["sent", "quit"]


def test_a_session_that_breaks_after_the_server_accepted_a_letter_is_no_failure(certificate):
    noted: list[str] = []

    class Breaks(Taken):
        async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            server.transport.abort()
            return "221 bye"

    with server(Breaks(), "smtp+plain", certificate) as url:
        Smtp(url, SENDER).send(message(), lambda: noted.append("sent"))
    assert noted == ["sent"]
