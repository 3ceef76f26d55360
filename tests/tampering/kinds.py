"""What may be done to an installation by whoever is a superuser of its database and writes its folders.

Each kind is one function over a copy of a played house; its docstring is its row on the page.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from adapters.log.checkpoint import origin_of
from adapters.log.doubt import doubts
from adapters.log.note import Checkpoint, Signer
from adapters.log.tree import Tree
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.facts import Doubted
from domain.ports import OPERATOR, Role
from tests.tampering.in_the_catalogue import CATALOGUE, SERVICES
from tests.tampering.world import World
from webapi.signing.checkpoint_key import signer, watching

Kind = Callable[[World], None]

REHASH = """
update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8'))
  from log.event e where e.position = l.position
"""
NODES = "delete from log.node"
"""They are worked out anew from the leaves, by whoever wants one."""
LAST = "(select max(position) from log.leaf)"
SWAP = """
update {table} set {key} = {aside} where {key} = {one};
update {table} set {key} = {one} where {key} = {other};
update {table} set {key} = {other} where {key} = {aside};
"""


def said(position: int, key: str, value: str) -> str:
    """Have a fact say another value of a key."""
    changed = f"jsonb_set(body::jsonb, '{{{key}}}', '{value}')::text"
    return f"update log.event set body = {changed} where position = {position}"  # noqa: S608  (our own words)


def cut(world: World, left: int) -> None:
    """Take the end of the log away, leaves and head with it."""
    world.sql(
        f"delete from log.event where position > (select position from log.leaf where index = {left - 1})",  # noqa: S608
        f"delete from log.leaf where index >= {left}",  # noqa: S608
        f"update log.head set next_index = {left}, sealed = {LAST}",  # noqa: S608
    )


def sign_again(world: World) -> None:
    """Have all notes gone, and one signed for what now stands, with the true key."""
    for note in world.folder.path.glob("*/*.note"):
        note.unlink()
    tree = Tree(world.projecting)
    size = tree.size()
    unsigned = Checkpoint(origin=origin_of(tree), size=size, root=tree.root(size))
    signed = unsigned.signed(signer(world.settings, world.projecting))
    world.folder.add(str(signed))
    world.sql("delete from log.note")


def note(world: World, nth: int = -1) -> Path:
    """The file of a kept note, the oldest first."""
    return sorted(world.folder.path.glob("*/*.note"))[nth]


def somebody(world: World) -> str:
    """Register one more person, as a day goes on; gives their stream."""
    return str(
        next(iter(world.acquis.do(RegisterPerson(name="Anne Essai", given=(Role.CANDIDATE,)), OPERATOR).versions))
    )


def piece(world: World, nth: int = 0) -> Path:
    """The file of a piece of evidence."""
    return sorted((world.settings.data / "evidence" / "kept").rglob("*.age"))[nth]


# facts


def payload(world: World) -> None:
    """The content of a fact is changed: a mark, the leaf unchanged"""
    at = world.a_fact("CompetenceAssessed")
    world.sql(said(at, "mark", '"another"'))


def actor(world: World) -> None:
    """Who did it is changed"""
    world.sql(said(world.a_fact("CompetenceRuled"), "by", f'"{uuid4()}"'))


def role(world: World) -> None:
    """In which role it was done is changed"""
    world.sql(said(world.a_fact("CompetenceRuled"), "as", '"admin"'))


def day(world: World) -> None:
    """The day of a fact is changed"""
    world.sql(said(world.a_fact("ResultsReleased"), "on", '"2020-01-01"'))


def instant(world: World) -> None:
    """The instant at which a fact was recorded is changed"""
    at = world.a_fact("ResultsReleased")
    world.sql(f"update log.event set recorded_at = recorded_at - interval '1 day' where position = {at}")  # noqa: S608


def type_(world: World) -> None:
    """The type of a fact is changed"""
    at = world.a_fact("BlockNotGranted")
    world.sql(f"update log.event set type = 'BlockGranted' where position = {at}")  # noqa: S608


def register_number(world: World) -> None:
    """A register number is changed"""
    world.sql(said(world.a_fact("RegisterEntered"), "number", "4711"))


def another_s(world: World) -> None:
    """A fact is moved to another person's stream"""
    at, to = world.a_fact("BlockGranted"), world.a_fact("BlockNotGranted")
    stream = world.one(f"select stream from log.event where position = {to}")  # noqa: S608
    world.sql(f"update log.event set stream = '{stream}', version = 900 where position = {at}")  # noqa: S608


def version(world: World) -> None:
    """The version of a fact in its stream is changed"""
    at = world.a_fact("CompetenceRuled")
    world.sql(f"update log.event set version = version + 500 where position = {at}")  # noqa: S608


def swapped(world: World) -> None:
    """Two facts are swapped"""
    one, other = world.a_fact("CompetenceAssessed", 0), world.a_fact("CompetenceAssessed", 3)
    world.sql(SWAP.format(table="log.event", key="position", one=one, other=other, aside=-1))


def gone(world: World) -> None:
    """A fact is removed"""
    world.sql(f"delete from log.event where position = {world.a_fact('JurorRecused')}")  # noqa: S608


def gone_with_its_leaf(world: World) -> None:
    """A fact is removed with its leaf, and the leaves are renumbered"""
    at = world.a_fact("JurorRecused")
    index = world.one(f"select index from log.leaf where position = {at}")  # noqa: S608
    world.sql(
        f"delete from log.event where position = {at}",  # noqa: S608
        f"delete from log.leaf where position = {at}",  # noqa: S608
        f"update log.leaf set index = -index where index > {index}",  # noqa: S608
        "update log.leaf set index = -index - 1 where index < 0",
        "update log.head set next_index = next_index - 1",
    )


def tail(world: World) -> None:
    """The end of the log is removed, back to before the newest note"""
    cut(world, world.one("select next_index from log.head") - 2)


def payload_and_leaf(world: World) -> None:
    """A fact is changed and its leaf hashed again, the nodes unchanged"""
    world.sql(said(world.a_fact("CompetenceAssessed"), "mark", '"another"'), REHASH)


def payload_leaf_and_nodes(world: World) -> None:
    """A fact is changed, its leaf hashed again, the nodes recomputed"""
    world.sql(said(world.a_fact("CompetenceAssessed"), "request", '"forged"'), REHASH, NODES)


def rewritten_and_signed(world: World) -> None:
    """The same, and all notes replaced by one signed with the true key (the key was left within reach)"""
    world.sql(said(world.a_fact("CompetenceAssessed"), "request", '"forged"'), REHASH, NODES)
    sign_again(world)


def added_within(world: World) -> None:
    """A fact is inserted at a position that an append rolled back had left free"""
    free = world.one("select nextval('log.position')")
    somebody(world)
    world.project()
    world.sign()
    ghost(world, free)


def ghost(world: World, position: int = 1_000_000_000) -> None:
    """A fact is inserted at a position that no sequence has given: a role for somebody"""
    at = world.a_fact("RoleGranted")
    world.sql(
        f"insert into log.event select {position}, stream, (select max(version) + 1 from log.event v where"  # noqa: S608
        f" v.stream = e.stream), type, replace(body, '\"assessor\"', '\"admin\"'), gen_random_uuid(), 0, now()"
        f" from log.event e where position = {at}"
    )


def ghost_with_the_sequence(world: World) -> None:
    """The same, and the sequence moved up to it"""
    ghost(world, 100_000)
    world.sql("select setval('log.position', 100000)")


def lawful_append(world: World) -> None:
    """A fact that breaks no rule is appended as the web appends, in somebody's name"""
    at = world.a_fact("RoleGranted")
    stream = world.one(f"select stream from log.event where position = {at}")  # noqa: S608
    newest = world.one(f"select max(version) from log.event where stream = '{stream}'")  # noqa: S608
    body = json.loads(world.one(f"select body from log.event where position = {at}")) | {"role": "reporter"}  # noqa: S608
    said = json.dumps(body, separators=(",", ":"), sort_keys=True).replace("'", "''")
    world.open(
        f"select log.append(gen_random_uuid(), array['{stream}'::uuid], array[{newest + 1}::bigint],"
        f" array['RoleGranted'], array['{said}'])"
    )
    world.project()


# leaves, nodes, head


def leaf(world: World) -> None:
    """The hash of a leaf is changed"""
    world.sql("update log.leaf set hash = sha256('') where index = 20")


def leaf_time(world: World) -> None:
    """The time of a leaf is moved"""
    world.sql("update log.leaf set at = at + interval '1 day' where index = 20")


def node(world: World) -> None:
    """A node of the tree is changed"""
    world.sql("update log.node set hash = sha256('') where level = 4 and index = 1")


def head_back(world: World) -> None:
    """The head is moved back, so that sealed facts are no longer sealed"""
    world.sql("update log.head set next_index = next_index - 2, sealed = sealed - 2")


def head_forward(world: World) -> None:
    """The head is moved forward, so that facts to come are never sealed"""
    world.sql("update log.head set sealed = sealed + 1000")
    somebody(world)


# notes and keys that sign


def note_edited(world: World) -> None:
    """A note is edited"""
    path = note(world, 0)
    lines = path.read_text("utf-8").split("\n")
    lines[2] = lines[2][::-1]
    path.write_text("\n".join(lines), "utf-8")


def note_removed(world: World) -> None:
    """A note in the middle is removed"""
    note(world, 1).unlink()


def newest_note_removed(world: World) -> None:
    """The newest note is removed"""
    note(world).unlink()


def notes_emptied(world: World) -> None:
    """The folder of notes is emptied, keys included"""
    for each in world.folder.path.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()


def note_of_another_key(world: World) -> None:
    """The newest note is signed again with a stranger's key, which is added to the folder"""
    path = note(world)
    kept = Checkpoint.parse(path.read_bytes())
    stranger = Signer.generate(kept.origin)
    unsigned = Checkpoint(origin=kept.origin, size=kept.size, root=kept.root)
    path.write_text(str(unsigned.signed(stranger)), "utf-8")
    world.folder.add_key(stranger.key)


def key_swapped(world: World) -> None:
    """The public key in the folder of notes is replaced by a stranger's under its name"""
    stranger = Signer.generate(origin_of(Tree(world.projecting)))
    for path in world.folder.keys_path.glob("*.vkey"):
        path.write_text(f"{stranger.key}\n", "utf-8")


# erasure and keys of personal data


def register_line_forged(world: World) -> None:
    """A line is forged in the register of erasures, for somebody whom nobody erased"""
    path = world.acquis.vault.register.path
    person = world.one(f"select stream from log.event where position = {world.a_fact('RoleGranted')}")  # noqa: S608
    line = json.loads(path.read_bytes().splitlines()[0]) | {"person": str(person)}
    with path.open("ab") as file:
        file.write(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def register_line_removed(world: World) -> None:
    """The register of erasures is emptied"""
    world.acquis.vault.register.path.write_bytes(b"")


def key_destroyed(world: World) -> None:
    """A key of personal data is deleted though nobody was erased"""
    world.keys("delete from vault.key where ctid in (select ctid from vault.key order by person limit 1)")


def keys_swapped(world: World) -> None:
    """The keys of two people are swapped"""
    world.keys(
        """update vault.key k set wrapped = o.wrapped from vault.key o
            where k.class = 'identity' and o.class = 'identity' and k.person <> o.person and (k.person, o.person) in
            (select a, b from (select min(person::text)::uuid a, max(person::text)::uuid b from vault.key
               where class = 'identity') x union select b, a from (select min(person::text)::uuid a,
               max(person::text)::uuid b from vault.key where class = 'identity') y)"""
    )


# read models and desk


def row_changed(world: World) -> None:
    """A row of a read model is changed: a block shown as granted"""
    world.open("update projection.block_status set state = 'granted' where state <> 'granted'")


def row_removed(world: World) -> None:
    """Rows of a read model are removed"""
    world.open("delete from projection.decision_history")


def tracked_ahead(world: World) -> None:
    """The read models' position is moved ahead of the log, so that facts to come are skipped"""
    world.open("update projection.tracking set position = position + 1000")


def tracked_back(world: World) -> None:
    """The read models' position is moved back, so that facts are counted twice"""
    world.open("update projection.tracking set position = position - 5")


def password(world: World) -> None:
    """The hash of somebody's password is replaced"""
    world.open("update desk.account set password = 'forged'")


# guards


def trigger_dropped(world: World) -> None:
    """A trigger that keeps the log from being rewritten is dropped"""
    world.open("drop trigger never_rewritten on log.leaf")


def function_replaced(world: World) -> None:
    """A function of the log is replaced by one that reports no problem"""
    world.open(
        "create or replace function log.left_behind() returns bigint language sql stable as 'select 0::bigint'"
    )


def view_replaced(world: World) -> None:
    """The view of facts shows every row"""
    world.open("create or replace view log.fact as select * from log.event")


def right_given(world: World) -> None:
    """The web is given the right to change facts"""
    world.open("grant update on log.event to acquis_web")


def doubt_removed(world: World) -> None:
    """A fact is changed, the watch finds it, and the doubt is removed"""
    payload(world)
    world.watch.whole_round()
    world.open("delete from log.doubt")


def changed_and_named(world: World) -> AcceptDoubt:
    """Change a fact, have the watch find it, and give what would accept it."""
    payload(world)
    world.watch.whole_round()
    named = [Doubted(slug=each.slug, place=each.place, digest=each.digest) for each in doubts(world.projecting)]
    return AcceptDoubt(findings=tuple(named), reason="none")


def accepted_afterwards(world: World) -> None:
    """A fact is changed, and the web's login accepts the doubt"""
    world.acquis.do(changed_and_named(world), OPERATOR)


def accepted_beforehand(world: World) -> None:
    """The web's login accepts a doubt that is not there yet, and the fact is changed then"""
    at = world.a_fact("CompetenceAssessed")
    body = world.one(f"select body from log.event where position = {at}").replace("'", "''")  # noqa: S608
    foreseen = changed_and_named(world)
    world.sql(f"update log.event set body = '{body}' where position = {at}", "delete from log.doubt")  # noqa: S608
    world.watch = watching(world.settings, world.projecting)
    world.acquis.do(foreseen, OPERATOR)
    payload(world)


# evidence


def file_altered(world: World) -> None:
    """A byte of a piece of evidence is changed"""
    path = piece(world)
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 1
    path.write_bytes(bytes(raw))


def file_swapped(world: World) -> None:
    """Two pieces of evidence are swapped"""
    one, other = piece(world, 0), piece(world, 1)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def file_removed(world: World) -> None:
    """A piece of evidence is removed"""
    piece(world).unlink()


KINDS: dict[str, tuple[Kind, ...]] = {
    "Facts": (
        payload,
        actor,
        role,
        day,
        instant,
        type_,
        register_number,
        another_s,
        version,
        swapped,
        gone,
        gone_with_its_leaf,
        tail,
        payload_and_leaf,
        payload_leaf_and_nodes,
        rewritten_and_signed,
        ghost,
        ghost_with_the_sequence,
        added_within,
        lawful_append,
    ),
    "Leaves, nodes and the head": (leaf, leaf_time, node, head_back, head_forward),
    "Notes and the keys that sign them": (
        note_edited,
        note_removed,
        newest_note_removed,
        notes_emptied,
        note_of_another_key,
        key_swapped,
    ),
    "Erasures and the keys of personal data": (
        register_line_forged,
        register_line_removed,
        key_destroyed,
        keys_swapped,
    ),
    "Read models and operational tables": (row_changed, row_removed, tracked_ahead, tracked_back, password),
    "Guards of the database, and the watch itself": (
        trigger_dropped,
        function_replaced,
        view_replaced,
        right_given,
        doubt_removed,
        accepted_afterwards,
        accepted_beforehand,
    ),
    "The catalogue of the database": CATALOGUE,
    "With the login of one service, and no other right": SERVICES,
    "Evidence": (file_altered, file_swapped, file_removed),
}
"""What is tried, in the order of the page."""
