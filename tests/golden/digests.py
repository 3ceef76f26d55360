"""What are the bytes of the demonstration: its log, an audit bag of it, every projection, the catalogue of facts?

`make golden` writes golden.json anew. `make golden FOLDER=/tmp/now` writes what is digested into a folder instead, a
file for each digest, so that two commits can be compared with `diff -r`.

The ids that are drawn at random are counted here instead: `append_id` of each request, and with it every stream and
person, and the id of each piece of evidence. What still differs from one run to the next is blanked before it is
digested (BLANKS): the ciphertext of sealed fields and the content keys that open them; the instants at which the
database recorded, or a checkpoint or a bag was made; the id of the log; the hashes and signatures that follow from
these. The HMAC of a request is not blanked: its key is fixed by the settings.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from projections.tables import NAMES
from tests.given.log.demonstrated import play as anew
from tests.given.log.played import Played, played
from tests.given.servers.databases import a_database, migrated_template
from webapi.demonstration.story import Story
from webapi.intent import Intent

GOLDEN = Path(__file__).parent / "golden.json"
CATALOGUE = Path(__file__).parents[1] / "facts.json"

Texts = dict[str, dict[str, str]]
"""What is digested: of each part (log, bag, projections, catalogue) the canonical text under each name."""

BASE64 = r"[A-Za-z0-9+/]{20,}=*"
BLANKS = (
    ("ciphertext", rf'("text":"){BASE64}(?="}})'),
    ("ciphertext", rf'(\\"text\\":\\"){BASE64}(?=\\"}})'),  # the body of a fact is a string within its line
    ("instant", r"()\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00(?::00)?)"),
    ("instant", r"(time )\d+"),
    ("day", r"(Bagging-Date: )\d{4}-\d\d-\d\d"),
    ("verifier key", rf"(>\+)[0-9a-f]{{8}}\+{BASE64}"),
    ("signature", rf"(> ){BASE64}$"),
    ("key's id", r"(keys/)[0-9a-f]{8}(?=\.vkey)"),
    ("root", rf"^(){BASE64}$"),
    ("root", rf'("root":"){BASE64}(?=")'),
    ("root", rf"(<code>){BASE64}(?=</code>)"),
    ("hash", rf'("hash":"){BASE64}(?=")'),
    ("content key", rf'("key":"){BASE64}(?=")'),
    ("sha256", r"^()[0-9a-f]{64}(?=  )"),
)
"""What is blanked: what it is called, and how it is found, after a group that stays."""

FACTS = """
select position, json_build_array(type, stream, version, n)::text || ' ' || body, type from log.fact order by position
"""
LOG_ID = "select id::text from log.identity"


def texts(settings: Settings, aside: Path) -> Texts:
    """Play the demonstration and its sequel on a fresh database; give the canonical texts of all that came of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{Intent.__module__}.uuid4", counted("append"))
        patch.setattr(f"{Story.__module__}.uuid4", counted("evidence"))
        with played(settings, anew) as play:
            play.story.appeal()
            play.checkpoint()
            blank = blanking(play)
            return {
                "log": dict(log(play, blank)),
                "bag": bag(play.export(aside / "bag"), blank),
                "projections": dict(projections(play, blank)),
                "catalogue": catalogue(),
            }


def counted(what: str) -> Callable[[], UUID]:
    """Ids that are counted instead of drawn."""
    drawn = 0

    def next_id() -> UUID:
        nonlocal drawn
        drawn += 1
        return uuid5(NAMESPACE_OID, f"golden {what} {drawn}")

    return next_id


def blanking(play: Played) -> Callable[[str], str]:
    """What replaces all that differs from run to run by what it is called."""
    ((own,),) = rows(play, LOG_ID)
    patterns = [
        (rf"\1<{name}>", re.compile(pattern, re.MULTILINE))
        for name, pattern in (("id of the log", f"(){own}"), *BLANKS)
    ]

    def blank(text: str) -> str:
        for name, pattern in patterns:
            text = pattern.sub(name, text)
        return text

    return blank


def rows(play: Played, query: str) -> list[tuple[str, ...]]:
    """What a question to the database answers, in UTC."""
    with play.projecting.transaction() as sql:
        sql.execute("set local timezone = 'UTC'")
        sql.execute(query)
        return sql.fetchall()


def log(play: Played, blank: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Every fact in order, then those of each type: type, stream, version, n and body."""
    by_type: dict[str, list[str]] = defaultdict(list)
    for _, fact, name in rows(play, FACTS):
        by_type["every fact in order"].append(blank(fact))
        by_type[name].append(blank(fact))
    return ((name, "\n".join(facts)) for name, facts in by_type.items())


def bag(folder: Path, blank: Callable[[str], str]) -> dict[str, str]:
    """Every file of a bag under its name; evidence, which may be no text, byte for byte."""
    found = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name, raw = path.relative_to(folder).as_posix(), path.read_bytes()
        found[blank(name)] = raw.decode("latin-1") if "/evidence/" in name else blank(raw.decode())
    return found


def projections(play: Played, blank: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """The rows of every projection's table as text, in the order of that text."""
    for name in NAMES:
        found = rows(play, f"select t::text from projection.{name} t")  # noqa: S608  (our own names)
        yield name, "\n".join(sorted(blank(row) for (row,) in found))


def catalogue() -> dict[str, str]:
    """Each fact's fields with their types, whatever module a type stands in."""
    frozen = json.loads(CATALOGUE.read_text("utf-8"))
    return {name: re.sub(r"[\w.]+\.(?=\w)", "", json.dumps(fields)) for name, fields in frozen.items()}


def digests(found: Texts) -> dict[str, dict[str, str]]:
    """The SHA-256 of each text."""
    return {
        part: {name: sha256(text.encode()).hexdigest() for name, text in sorted(named.items())}
        for part, named in found.items()
    }


def write(found: Texts, folder: Path) -> None:
    """Write each text into a file of its own."""
    for part, named in found.items():
        for name, text in named.items():
            path = folder / part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def settled(data: Path, url: str) -> Settings:
    """The settings of a demonstration whose bytes are digested."""
    return Settings(data=data, database_url=url, secret_key="tests only " * 4)


def played_alone() -> Texts:
    """Play it on a server of its own."""
    with TemporaryDirectory(dir="/tmp") as folder:
        server = EmbeddedPostgres.start(Path(folder) / "pg", durable=False)
        try:
            url = server.dsn("postgres")
            with a_database(url, migrated_template(url)) as own:
                return texts(settled(Path(folder) / "data", own), Path(folder))
        finally:
            server.stop()


if __name__ == "__main__":
    made = played_alone()
    if sys.argv[1:]:
        write(made, Path(sys.argv[1]))
    else:
        GOLDEN.write_text(json.dumps(digests(made), indent=1) + "\n", "utf-8")
