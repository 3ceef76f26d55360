"""C2SP signed notes and checkpoints, against the vectors of Go's `sumdb/note` package and of the C2SP texts."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.log.merkle import EMPTY, leaf_hash
from adapters.log.note import (
    COSIGNATURE,
    Checkpoint,
    MalformedNote,
    Signature,
    SignedNote,
    Signer,
    VerifierKey,
    time_line,
)
from tests.given.log.notes import BadSignature, cosign, signed_by

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"  # Neumann
)
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
BEHIND_THE_SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
THE_SOFAS_COSIGNED = (
    BEHIND_THE_SOFA
    + "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0"
    "xUe+mbIUBkBIfZ+qnA==\n"
)


def test_a_key_is_read_and_written_as_go_does() -> None:
    key = VerifierKey.parse(PETER)
    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", PETER)
    signer = Signer.parse(PETERS)
    assert (signer.key, signer.secret()) == (key, PETERS)


def test_no_part_of_a_key_and_no_key_with_another_byte_is_a_key() -> None:
    for text, parse in ((PETER, VerifierKey.parse), (PETERS, Signer.parse)):
        for first in range(len(text) + 1):
            for end in range(first + 1, len(text) + 1):
                if (first, end) != (0, len(text)):
                    with pytest.raises(MalformedNote):
                        parse(text[first:end])
        for place in range(len(text)):
            with pytest.raises(MalformedNote):
                parse(text[:place] + chr(ord(text[place]) + 1) + text[place + 1 :])


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # its length, under its own id
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # another algorithm, under its own id
    ],
)
def test_a_key_of_another_length_or_algorithm_is_refused(key: str) -> None:
    with pytest.raises(MalformedNote):
        VerifierKey.parse(key)


def test_a_note_is_signed_as_go_signs_it() -> None:
    assert str(SignedNote(TEXT, (Signer.parse(PETERS).sign(TEXT),))) == TEXT + "\n" + BY_PETER


def test_a_note_of_two_is_verified_for_those_whose_keys_are_known() -> None:
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    note = SignedNote.parse(TEXT + "\n" + BY_PETER + BY_ENOCH)
    assert note.text == TEXT
    assert signed_by(note, [peter, enoch]) == [peter, enoch]
    assert signed_by(note, [peter]) == [peter]
    assert signed_by(note, []) == []
    assert signed_by(SignedNote.parse((TEXT + "\n" + BY_ENOCH).encode()), [peter]) == []


@pytest.mark.parametrize(
    "note",
    [
        TEXT.replace("answer", "question") + "\n" + BY_PETER,
        TEXT + "\n" + BY_PETER[:60] + "ABCD" + BY_PETER[60:],
        TEXT + "\n" + BY_PETER + BY_PETER[:60] + "ABCD" + BY_PETER[60:],
    ],
    ids=["another text", "another signature", "a second one that is false"],
)
def test_a_false_signature_of_a_known_key_is_refused(note: str) -> None:
    with pytest.raises(BadSignature, match=r"PeterNeumann\+c74f20a3"):
        signed_by(SignedNote.parse(note), [VerifierKey.parse(PETER)])


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + BY_PETER[:-1],
        "\x01" + TEXT + "\n" + BY_PETER,
        b"\xff" + (TEXT + "\n" + BY_PETER).encode(),
        TEXT + "\n" + BY_PETER.replace("PeterNeumann", "Bad Name"),
        TEXT + "\n" + BY_PETER + "Unexpected line.\n",
        TEXT + "\n" + BY_PETER * 101,
        TEXT + "\n" + BY_PETER.replace("— ", "- "),
        TEXT + "\n— PeterNeumann x08gow==\n",
        TEXT + "\n" + BY_PETER.replace("JnAM=", "JnAN="),
        "a" * 1_000_001 + "\n\n" + BY_PETER,
        (TEXT + "\n" + BY_PETER).replace("\n", "\r\n"),
    ],
)
def test_malformed_note_is_refused(note: str | bytes) -> None:
    with pytest.raises(MalformedNote):
        SignedNote.parse(note)


def test_the_checkpoint_of_the_specification_is_read() -> None:
    read = Checkpoint.parse(BEHIND_THE_SOFA)
    assert (read.origin, read.size, len(read.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert (read.extensions, read.at) == ((), None)
    assert str(read) == BEHIND_THE_SOFA
    assert [each.name for each in Checkpoint.parse(THE_SOFAS_COSIGNED).signatures][1] == "witness.example.com/w1"


def test_a_checkpoint_with_a_time_is_read_back_and_signed_for_its_time_too() -> None:
    signer = Signer.generate("acquis/one")
    at = datetime(2026, 3, 1, 9, 30, 5, tzinfo=UTC)
    made = Checkpoint(origin="acquis/one", size=3, root=EMPTY, extensions=(time_line(at),)).signed(signer)
    read = Checkpoint.parse(str(made))
    assert (read, read.at) == (made, at)
    assert signed_by(read.note, [signer.key]) == [signer.key]
    with pytest.raises(BadSignature):
        signed_by(SignedNote.parse(str(made).replace("09:30", "09:31")), [signer.key])


def test_a_witness_signs_for_the_text_and_the_instant() -> None:
    signer, witness = Signer.generate("acquis/one"), Signer.generate("witness.example/w")
    key = VerifierKey(witness.key.name, witness.key.public, COSIGNATURE)
    made = Checkpoint(origin="acquis/one", size=3, root=EMPTY).signed(signer)
    theirs = cosign(witness, made.text, 1679315147)
    cosigned = made.with_signatures(Signature(key.name, key.id, theirs.raw))
    assert VerifierKey.parse(str(key)) == key
    assert signed_by(cosigned.note, [signer.key, key]) == [signer.key, key]
    later = Signature(key.name, key.id, (1679315148).to_bytes(8) + theirs.raw[8:])
    with pytest.raises(BadSignature):
        signed_by(made.with_signatures(later).note, [key])
    assert cosigned.with_signatures(*cosigned.signatures) == cosigned


@pytest.mark.parametrize(
    "text",
    [
        "one\n3\n",
        "one\n03\nROOT\n",
        "one\n-3\nROOT\n",
        "one\n+3\nROOT\n",
        "one\n٣\nROOT\n",
        "one\n3\nROOT=\n",
        "one\n3\nAAAA\n",
        "one\n3\n\nROOT\n",
        "\n3\nROOT\n",
        "one\n3\nROOT\n\nmore\n",
        "one\n99999999999999999999\nROOT\n",
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    text = text.replace("ROOT", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    note = str(SignedNote(text, (Signer.parse(PETERS).sign(text),)))
    assert signed_by(SignedNote.parse(note), [VerifierKey.parse(PETER)])
    with pytest.raises(MalformedNote):
        Checkpoint.parse(note)


@given(st.integers(0, 10**18), st.binary(max_size=20), st.data())
def test_every_checkpoint_is_read_back_and_no_changed_one_verifies(
    size: int, leaf: bytes, data: st.DataObject
) -> None:
    signer = Signer.generate("acquis/one")
    note = str(Checkpoint(origin="acquis/one", size=size, root=leaf_hash(leaf)).signed(signer))
    assert str(Checkpoint.parse(note)) == note
    place = data.draw(st.integers(0, len(note) - 1))
    put = data.draw(st.sampled_from("AQgw059+/=\n —Zé"))
    changed = note[:place] + put + note[place + 1 :]
    if changed != note:
        with suppress(MalformedNote, BadSignature):
            assert signed_by(Checkpoint.parse(changed).note, [signer.key]) == []


def test_a_name_with_a_space_or_a_plus_is_no_key_s_name() -> None:
    for name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(MalformedNote):
            Signer.generate(name)
