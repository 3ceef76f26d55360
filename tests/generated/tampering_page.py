"""Generator of `deploy/TAMPERING.md` (`make tampering`): what tampering is noticed, by whom, after how long."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.settings import Settings
from tests.given.servers.databases import a_database, migrated_template
from tests.tampering import in_the_catalogue, kinds, watchers
from tests.tampering.kinds import KINDS, Kind
from tests.tampering.served import SERVED, ServedRow, logins, row_of
from tests.tampering.world import World, copied, play

PAGE = Path(__file__).parents[2] / "deploy" / "TAMPERING.md"
HEAD = """\
# Tampering: what is noticed, by whom, and after how long

`make tampering` writes this page by running a campaign (`tests/tampering`), and a test compares it with the
results. The demonstration is played on a real database, with three signed checkpoints and an erasure. For each
row the whole installation is copied: database, keys, folders. A superuser of the database who can also write to
every folder disables all guards, does what the row says, and enables the guards again. In the last section the
login of one service does it, without other rights. Then each watcher looks, independently:

- **running server**: the projector's watch, which runs before the tampering and continues step by step, as
  deployed. The number says after how many rounds the log is in doubt, or `/readyz` is red: then nothing is
  recorded or signed, and a letter is sent. A round takes a day at most, and a minute for some thousand facts
  ([ADR 44](adr/0044-the-log-watches-itself.md)).
- **doctor**, **check-log**, **rebuild --check**, **evidence scrub**: that command of `acquis`, without a watch.
- **verify**: `acquis verify` on a bag of the whole log, written after the tampering, by a reader who took one
  checkpoint home before it, and knows the public key.
- **outside witness**: `acquis witness` on another host, which reads the log each hour and noted it before. The
  alarm is that host's; the installation reports the witness missing after six hours of silence
  (`witness-silent`).

"—": not noticed. If nobody notices it, the last column says so and names the record with the reason.
"""

SERVED_HEAD = """\
# The served application

These kinds were also tried on the application as it is served in production: gunicorn and `acquis project`, each a
process with a login of its own role, on a copy of the same installation. Only the pace of the watch differs: half a
second between its steps and between its rounds, in place of five seconds and a minute. Once it had time for two
rounds or more, requests were sent:

- **`/readyz` names**: the alarms for which it answers 503; "—": it is green.
- **reads**: the list of candidacies, and each candidacy with its standing, compared with the same before the
  tampering. A doubt stops no reading.
- **a write**: the answer to a registrar who registers somebody.
"""


@dataclass(frozen=True)
class Row:
    """A kind of tampering and who noticed it: rounds of the server's watch (0: never), and the watchers by name."""

    kind: Kind | None
    rounds: int
    noticed: frozenset[str]

    @property
    def by_nobody(self) -> bool:
        """Whether nothing noticed it."""
        return not self.rounds and not self.noticed


LAWFUL = "[ADR 44](adr/0044-the-log-watches-itself.md): the fact is in the log, visible to people"
DESK = "[ADR 13](adr/0013-threat-model.md): operational tables are no evidence"
GOES_ON = (
    "[ADR 44](adr/0044-the-log-watches-itself.md): the watch continues, and overwrites it with its real position"
)
ARGUED: dict[Kind, str] = {
    kinds.lawful_append: LAWFUL,
    kinds.ghost_with_the_sequence: LAWFUL,
    kinds.password: DESK,
    in_the_catalogue.SEEN_IN_2100: GOES_ON,
}
"""What nobody notices, and where that is argued."""


@dataclass(frozen=True)
class Campaign:
    """Where worlds are copied and tampered with."""

    settings: Settings
    older: Path
    server_url: str
    folder: Path

    @contextmanager
    def world(self, name: str) -> Iterator[World]:
        """A copy of the played house."""
        with copied(self.settings, self.older, self.server_url, self.folder / name) as world:
            yield world

    def row(self, kind: Kind | None) -> Row:
        """Tamper with a copy and ask each watcher; None: with a copy that nobody touches."""
        with self.world("world") as world:
            if kind:
                kind(world)
            noticed = {name for name, look in watchers.OTHERS.items() if look(world)}
        with self.world("running") as world:  # on its own: what doctor found is kept, and told by /readyz
            watchers.a_round(world)  # it runs already
            if kind:
                kind(world)
            rounds = watchers.server(world)
        return Row(kind, rounds, frozenset(noticed))

    def served(self, who: dict[str, str], kind: Kind | None) -> ServedRow:
        """Serve a copy, tamper with it, and return how it answers; `who` are the logins."""
        with self.world("served") as world:
            return row_of(world, who, kind)

    def run_served(self) -> dict[str, list[ServedRow]]:
        """Everything that is tried on the served application, by who does it."""
        with logins(self.server_url) as who:
            return {title: [self.served(who, kind) for kind in family] for title, family in SERVED.items()}

    def run(self) -> dict[str, list[Row]]:
        """Everything, by section."""
        return {section: [self.row(kind) for kind in family] for section, family in KINDS.items()}


@contextmanager
def campaign(server_url: str, template: str, folder: Path) -> Iterator[Campaign]:
    """Play the house that is copied."""
    with a_database(server_url, template) as url:
        settings = Settings(data=folder / "data", database_url=url, secret_key="tests only " * 4, pool_size=2)
        play(settings, folder / "older.note")
        yield Campaign(settings, folder / "older.note", server_url, folder)


def name_of(kind: Kind | None) -> str:
    """What a kind is called on the page."""
    return " ".join(((kind and kind.__doc__) or "").split())


def text(found: dict[str, list[Row]], served: dict[str, list[ServedRow]]) -> str:
    """The whole page."""
    rows = [row for each in found.values() for row in each]
    unseen = sum(row.by_nobody for row in rows)
    said = f"{len(rows)} kinds were tried; nobody notices {unseen} of them.\n"
    return "\n".join([HEAD, said, *(line for title, each in found.items() for line in section(title, each)),
                      *served_sections(served)])  # fmt: skip


def section(title: str, rows: list[Row]) -> Iterator[str]:
    """The table of one family of kinds."""
    yield f"## {title}\n"
    yield "| what is done | running server | " + " | ".join(watchers.OTHERS) + " | nobody |"
    yield "|---" * (len(watchers.OTHERS) + 3) + "|"
    yield from map(line, rows)
    yield ""


def line(row: Row) -> str:
    """What the page says of one kind."""
    rounds = f"{row.rounds}" if row.rounds else "—"
    looked = " | ".join("yes" if name in row.noticed else "—" for name in watchers.OTHERS)
    nobody = ((row.kind and ARGUED.get(row.kind)) or "nobody") if row.by_nobody else ""
    return f"| {name_of(row.kind)} | {rounds} | {looked} | {nobody} |"


def served_sections(found: dict[str, list[ServedRow]]) -> Iterator[str]:
    """The tables of the served application."""
    yield SERVED_HEAD
    for title, rows in found.items():
        yield f"## {title}\n"
        yield "| what is done | `/readyz` names | reads | a write |"
        yield "|---" * 4 + "|"
        yield from map(served_line, rows)
        yield ""


def served_line(row: ServedRow) -> str:
    """What the page says of one kind that was tried on the served application."""
    named = ", ".join(f"`{each}`" for each in row.unready) or "—"
    return f"| {name_of(row.kind)} | {named} | {row.reads} | {row.writes} |"


def main() -> None:
    """Run the campaign on an embedded server and write the page."""
    from adapters.database.embedded import EmbeddedPostgres  # noqa: PLC0415  (the tests have a server already)

    with tempfile.TemporaryDirectory(prefix="acquis-tampering-") as name:
        server = EmbeddedPostgres.start(Path(name) / "pg", durable=False)
        try:
            url = server.dsn("postgres")
            with campaign(url, migrated_template(url), Path(name)) as made:
                PAGE.write_text(text(made.run(), made.run_served()), "utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
