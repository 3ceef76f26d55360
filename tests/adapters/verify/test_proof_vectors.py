"""The arithmetic of proofs, compared with published vectors and with `cryptography`."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from adapters.verify.proof import (
    CheckpointNote,
    Claims,
    Endorsement,
    Finding,
    Frontier,
    Judgement,
    Key,
    L,
    LogLine,
    LogReading,
    Malformed,
    continued,
    included,
    leaf_hash,
    signed,
)
from tests.given.log.proof_only import read
from tests.given.log.random_logs import Fact, Signer, leaf
from tests.given.log.second_opinion import mth, path, subproof

# RFC 8032, section 7.1: secret key, public key, message, signature
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]

# RFC 6962/9162 reference trees, as Certificate Transparency's own tests give them: leaves and the root of each prefix
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

# The Go checksum database's key and a signed tree head of it, as golang.org/x/mod/sumdb/note documents them
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(secret: str, public: str, message: str, signature: str) -> None:
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex() == public
    assert signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not signed(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


def test_cryptography_and_we_agree_on_random_signatures_whole_or_bent() -> None:
    random = Random(8032)  # noqa: S311  (a fixed seed for the test)
    for _ in range(60):
        private = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
        public, message = private.public_key().public_bytes_raw(), random.randbytes(random.randrange(80))
        signature = bytearray(private.sign(message))
        if random.random() < 0.5:
            signature[random.randrange(64)] ^= 1 << random.randrange(8)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(bytes(signature), message)
        except InvalidSignature:
            assert not signed(public, message, bytes(signature))
        else:
            assert signed(public, message, bytes(signature))


def test_a_signature_has_one_form_only() -> None:
    """S + L would verify as S does: RFC 8032, 5.1.7, refuses it, and so do a y not below p and the sign of no x."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    assert signed(public, b"m", signature)
    again = int.from_bytes(signature[32:], "little") + L
    assert not signed(public, b"m", signature[:32] + again.to_bytes(32, "little"))
    for none in (b"\xff" * 32, (2**255 - 19 + 1).to_bytes(32, "little"), (1 | 1 << 255).to_bytes(32, "little")):
        assert not signed(none, b"m", signature)
    assert not signed(public, b"m", signature[:-1])


def test_the_roots_of_certificate_transparency_s_reference_tree_hold() -> None:
    tree = Frontier()
    roots = [tree.root().hex()]
    for text in LEAVES:
        tree.add([leaf_hash(bytes.fromhex(text))])
        roots.append(tree.root().hex())
    assert roots == ROOTS


@given(st.lists(st.integers(0, 70), max_size=6))
def test_a_tree_has_the_same_root_however_its_leaves_came(batches: list[int]) -> None:
    hashes, tree = [], Frontier()
    for number, batch in enumerate(batches):
        some = [leaf_hash(bytes([number, n])) for n in range(batch)]
        tree.add(some)
        hashes += some
        assert (tree.size, tree.root()) == (len(hashes), mth(hashes))


def test_every_proof_of_every_small_tree_holds_and_holds_nowhere_else() -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(20)]
    roots = [mth(hashes[:n]) for n in range(21)]
    for size in range(1, 21):
        for index in range(size):
            proof = path(index, hashes[:size])
            assert included(hashes[index], index, size, proof, roots[size])
            assert not included(hashes[index], (index + 1) % size, size, proof, roots[size]) or size == 1
            assert not included(hashes[index], index, size, [*proof, bytes(32)], roots[size])
            assert not included(hashes[index], index, size, proof[:-1], roots[size]) or not proof
        for old in range(1, size):
            steps = subproof(old, hashes[:size])
            assert continued(old, size, steps, roots[old], roots[size])
            assert not continued(old, size, steps, roots[old - 1], roots[size])
            assert not continued(old, size, steps[:-1], roots[old], roots[size])
            assert not continued(old, size, [*steps, bytes(32)], roots[old], roots[size])
        assert continued(size, size, [], roots[size], roots[size])
        assert continued(0, size, [], roots[0], roots[size])
        assert not continued(size, size, [], roots[size - 1], roots[size])
    assert not included(hashes[0], 0, 0, [], roots[0])


def test_the_note_that_the_format_is_documented_with_is_signed_by_its_key() -> None:
    key = Key.read(GO_KEY)
    assert str(key) == GO_KEY
    text, _, line = GO_NOTE.rpartition("\n\n")
    raw = base64.b64decode(line.split(" ")[2])
    assert raw[:4] == key.id
    assert signed(key.public, f"{text}\n".encode(), raw[4:])


@pytest.mark.parametrize("text", ["", "a+b+c", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-1], "x" + GO_KEY])
def test_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Key.read(text)


SIGNER = Signer(seed=b"k" * 32)
NOTE = SIGNER.note(7, bytes(32))


def test_a_checkpoint_is_read_with_its_extensions_and_other_signatures() -> None:
    assert CheckpointNote.read(NOTE, "x").holds(Key.read(SIGNER.key))
    other = Signer(seed=b"w" * 32, name="witness")
    cosigned = CheckpointNote.read(NOTE + other.note(8, bytes(32)).rpartition(b"\n\n")[2], "x")
    assert cosigned.holds(Key.read(SIGNER.key))
    assert not cosigned.holds(Key.read(other.key))  # the key signed another text
    assert cosigned.signer([Key.read(other.key)]) is not None
    more = CheckpointNote.read(NOTE.replace(b"\n\n", b"\ntime 2022-05-02T08:00:00Z\n\n"), "x")
    assert (more.origin, more.size, more.root) == (SIGNER.name, 7, bytes(32))
    assert not more.holds(Key.read(SIGNER.key))


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\xff",
        NOTE[:-1],
        NOTE.replace(b"\n7\n", b"\n07\n"),
        NOTE.replace(b"\n7\n", b"\n-7\n"),
        NOTE.replace(b"=\n\n", b"\n\n"),
        NOTE.replace(b"\n\n", b"\n\r\n\n"),
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace(b"\n\n", b"\n\n\n"),
        NOTE + b"\n",
        NOTE + NOTE.rpartition(b"\n\n")[2] * 100,
    ],
)
def test_malformed_checkpoint_is_refused(note: bytes) -> None:
    with pytest.raises(Malformed):
        CheckpointNote.read(note, "x")


# Keys endorsed by other keys


def a_log(*keys: tuple[str, str | None]) -> list[bytes]:
    """Return facts that each endorse a key."""
    bodies = (
        f'{{"key":"{key}","replaces":{"null" if old is None else chr(34) + old + chr(34)}}}' for key, old in keys
    )
    return [
        Fact(
            append_id=f"00000000-0000-4000-8000-{n:012}",
            body=body,
            n=0,
            position=n + 1,
            recorded_at="2022-05-02T08:00:00.000000Z",
            stream="00000000-0000-4000-8000-000000000000",
            type="CheckpointKeyEndorsed",
            version=n + 1,
        ).line()
        for n, body in enumerate(bodies)
    ]


def judged(lines: list[bytes], trusted: str, *notes: bytes, endorsed: tuple[bytes, ...] = ()) -> list[Finding]:
    hashes = [leaf(line) for line in lines]
    leaves = [
        b'{"hash":"%b","index":%d,"position":%d}' % (base64.b64encode(kept), n, n + 1)
        for n, kept in enumerate(hashes)
    ]
    checkpoints = [CheckpointNote.read(note, str(n)) for n, note in enumerate(notes)]
    sizes = frozenset(each.size for each in checkpoints)
    newest = max(checkpoints, key=lambda each: each.size)
    claims = Claims(facts=lines, leaves=leaves, size=newest.size, root=newest.root, sizes=sizes)
    reading = read(claims)
    endorsements = [Endorsement.read(note, str(n)) for n, note in enumerate(endorsed)]
    judgement = Judgement(reading, Key.read(trusted), checkpoints, endorsements=endorsements)
    return reading.findings + judgement.findings


def judgement(notes: list[bytes], trusted: str, *endorsed: bytes) -> Judgement:
    """Return the judgement of notes alone, as for a receipt."""
    checkpoints = [CheckpointNote.read(note, str(n)) for n, note in enumerate(notes)]
    newest = checkpoints[-1]
    reading = LogReading(Claims(facts=(), leaves=(), size=newest.size, root=newest.root, whole=False))
    endorsements = [Endorsement.read(note, str(n)) for n, note in enumerate(endorsed)]
    return Judgement(reading, Key.read(trusted), checkpoints, endorsements=endorsements)


def kinds(findings: list[Finding]) -> list[str]:
    return [each.kind for each in findings]


OLD, NEW, STRANGER = (Signer(seed=letter * 32) for letter in (b"o", b"n", b"s"))


REPLACED = a_log((OLD.key, None), (NEW.key, OLD.key), (STRANGER.key, NEW.key))
"""A log that endorses OLD, then NEW in its place, then a third key by a fact alone."""


def signed_by(*signers: Signer) -> tuple[bytes, ...]:
    """Return the checkpoints over 1, 2, … leaves of that log."""
    hashes = [leaf(line) for line in REPLACED]
    return tuple(signer.note(n, mth(hashes[:n])) for n, signer in enumerate(signers, 1))


def test_a_rotation_is_followed_forward_by_its_signature_and_backward_by_its_fact() -> None:
    """The endorsing fact is the first leaf that the old key signs no checkpoint over."""
    lines, notes, vouched = REPLACED[:2], signed_by(OLD, NEW), (OLD.endorse(NEW.key),)
    assert judged(lines, OLD.key, *notes, endorsed=vouched) == []
    assert judged(lines, NEW.key, *notes, endorsed=vouched) == []
    assert judged(lines, NEW.key, *notes) == []
    assert kinds(judged(lines, OLD.key, *notes)) == ["unknown-key"]


def test_an_endorsement_counts_by_its_own_key_s_signature_only() -> None:
    lines, notes = REPLACED[:2], signed_by(OLD, NEW)
    for false in (STRANGER.endorse(NEW.key, OLD.key), NEW.endorse(NEW.key, OLD.key)):
        assert kinds(judged(lines, OLD.key, *notes, endorsed=(false,))) == ["bad-signature", "unknown-key"]
    assert kinds(judged(lines, OLD.key, *notes, endorsed=(STRANGER.endorse(NEW.key),))) == ["unknown-key"]


def test_where_several_vouch_for_a_key_it_rests_on_the_first_in_order() -> None:
    own, other = OLD.endorse(NEW.key), OLD.endorse(STRANGER.key)
    by_other = STRANGER.endorse(NEW.key)
    for vouched, of in (
        ((own, other, by_other), OLD),
        ((by_other, own, other), OLD),  # the first endorsement that counts at its turn
        ((other, by_other, own), STRANGER),
    ):
        relied = judgement([OLD.note(1, bytes(32))], OLD.key, *vouched).relied
        assert relied[Key.read(NEW.key)].of == Key.read(of.key)


def test_a_chain_of_keys_costs_as_much_as_it_is_long_in_whatever_order_it_comes() -> None:
    def looked_up(length: int) -> int:
        signers = [Signer(seed=bytes([n]) * 32) for n in range(length + 1)]
        vouched = [old.endorse(new.key) for old, new in pairwise(signers)]
        calls: Counter[str] = Counter()
        sys.setprofile(lambda frame, event, _: calls.update([frame.f_code.co_name] if event == "call" else []))
        try:
            relied = judgement([signers[-1].note(1, bytes(32))], signers[0].key, *reversed(vouched)).relied
        finally:
            sys.setprofile(None)
        assert len(relied) == length + 1
        return calls["__hash__"] + calls["__eq__"]

    assert 0 < looked_up(40) < 6 * looked_up(10)


def test_a_key_that_was_replaced_signs_nothing_larger() -> None:
    notes, vouched = signed_by(OLD, NEW, OLD), (OLD.endorse(NEW.key),)
    for trusted in (OLD, NEW):
        (found,) = judged(REPLACED, trusted.key, *notes, endorsed=vouched)
        assert (found.kind, found.file, found.first, found.last) == ("retired-key", "2", 2, 2)


def test_endorsing_fact_alone_makes_no_key_trusted_and_replaces_none() -> None:
    vouched = (OLD.endorse(NEW.key),)
    assert judged(REPLACED, NEW.key, *signed_by(OLD, NEW, NEW), endorsed=vouched) == []
    assert kinds(judged(REPLACED, NEW.key, *signed_by(OLD, NEW, STRANGER), endorsed=vouched)) == ["unknown-key"]


def test_second_endorsement_of_a_key_has_no_effect() -> None:
    lines = a_log((OLD.key, None), (NEW.key, OLD.key), (NEW.key, STRANGER.key))
    hashes = [leaf(line) for line in lines]
    notes = [STRANGER.note(1, mth(hashes[:1])), NEW.note(3, mth(hashes))]
    assert kinds(judged(lines, NEW.key, *notes)) == ["unknown-key"]


def test_endorsement_without_a_trusted_signature_has_no_effect() -> None:
    lines = a_log((OLD.key, None), (STRANGER.key, OLD.key))
    hashes = [leaf(line) for line in lines]
    first, second = OLD.note(1, mth(hashes[:1])), STRANGER.note(2, mth(hashes))
    assert kinds(judged(lines, OLD.key, first, second)) == ["unknown-key"]


@pytest.mark.parametrize("name", ["\\ud800", "a b", "", "acquis/another"])
def test_endorsed_key_of_another_log_is_ignored(name: str) -> None:
    lines = a_log((OLD.key, f"{name}+00000000+AbpmC2F6ntSwYF+azPHgEs7ifLaSNgr0Wm3YPidqphv3"))
    assert judged(lines, OLD.key, OLD.note(1, mth([leaf(lines[0])]))) == []


def test_a_leaf_s_index_a_second_time_is_found() -> None:
    hashes = [leaf(line) for line in REPLACED]
    leaves = [
        b'{"hash":"%b","index":%d,"position":%d}' % (base64.b64encode(kept), index, n + 1)
        for n, (kept, index) in enumerate(zip(hashes, (0, 1, 1), strict=True))
    ]
    reading = read(Claims(facts=REPLACED, leaves=leaves, size=3, root=mth(hashes), sizes=frozenset({3})))
    assert [(found.kind, found.index) for found in reading.findings] == [("reordered-facts", 1)]
    assert reading.endorsed[STRANGER.key] == (2, NEW.key)  # the index of its row, whatever its leaf claims


def test_a_line_is_read_in_its_only_form() -> None:
    (line,) = a_log((OLD.key, None))
    assert LogLine.read(line).version == 1
    for old, new in ((b":1,", b":1.0,"), (b'"n":0', b'"n":-0'), (b"2022-05-02", b"2022-02-30"), (b"}", b"}\r")):
        with pytest.raises(Malformed):
            LogLine.read(line.replace(old, new, 1) if new != b"}\r" else line + b"\r")
    with pytest.raises(Malformed):
        LogLine.read(b"[" * 100_000)
