"""After the operator accepted what was found in the log: does the house go on, with nothing more in doubt?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.log.checkpoint import CheckpointUnreadable
from adapters.log.note import Signer
from adapters.settings import Settings
from tests.store.watched import REHASH, Watched, accept, body, signed


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    with signed(settings) as made:
        yield made


def goes_on(watched: Watched) -> None:
    """A few more facts, each signed for, and whole rounds that find nothing."""
    for _ in range(3):
        watched.register()
        watched.making()
        assert watched.found() == []
    newest = watched.folder.newest()
    assert newest
    assert newest.size > 41


def test_after_a_changed_leaf_or_node_was_accepted_no_new_note_is_doubted(watched: Watched) -> None:
    kinds = {
        "a payload and its leaf, nodes left": (body(12), REHASH),
        "a leaf": ("update log.leaf set hash = sha256('') where index = 11",),
        "a node": ("update log.node set hash = sha256('') where level = 4 and index = 1",),
    }
    for kind, statements in kinds.items():
        with watched.spared():
            watched.tamper(*statements)
            accept(watched, watched.watch.whole_round())
            goes_on(watched)
        assert watched.found() == [], f"after {kind}"


def test_nothing_is_signed_that_readers_of_the_folder_could_not_verify(watched: Watched) -> None:
    """Another key under the name of the one that signs: each new note would be doubted in turn."""
    (path,) = watched.folder.keys_path.glob("*.vkey")
    kept = path.read_text("utf-8")
    path.write_text(f"{Signer.generate(kept.partition('+')[0]).key}\n", "utf-8")
    accept(watched, watched.watch.whole_round())
    watched.register()
    with pytest.raises(CheckpointUnreadable):
        watched.making()
    path.write_text(kept, "utf-8")
    goes_on(watched)
    path.unlink()  # put back by who signs
    goes_on(watched)
