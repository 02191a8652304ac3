"""Notes, keys, checkpoints, policies and proofs of the public log, and what is refused of each."""

import base64
import contextlib
import hashlib
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.trust.ledger import keys, merkle, notes, policies, proofs
from chappe.trust.ledger.checkpoints import Checkpoint, parse_checkpoint
from chappe.trust.ledger.errors import LedgerError

# The example of https://c2sp.org/signed-note and the one of Go's package `note`.
EXAMPLES: Final = (
    (
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "This is an example message.\n",
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
    ),
    (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        (
            "If you think cryptography is the answer to your problem,\n"
            "then you don't know what your problem is.\n"
        ),
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
    ),
)
ORIGIN: Final = "chappe.example/log"
NOW: Final = 1_796_000_000
SEEDS: Final = tuple(bytes([n]) * 32 for n in range(1, 9))
LOG: Final = keys.log_keys(ORIGIN, SEEDS[:2])
ONE, TWO, THREE = (keys.witness_keys(f"witness.example/{n}", SEEDS[n : n + 2]) for n in (2, 4, 6))
HEAD: Final = Checkpoint(ORIGIN, 8, hashlib.sha256(b"a root").digest())


def signed(head: Checkpoint, *signers: keys.SigningKey) -> notes.SignedNote:
    """A checkpoint, signed by each."""
    return notes.SignedNote(head.text, tuple(key.sign(head, NOW) for key in signers))


def policy(quorum: str) -> policies.LogPolicy:
    """A policy of our log and three witnesses, the last lines of which are given."""
    lines = [f"log {key.verifier.text}" for key in LOG]
    lines += [
        f"witness w{n} {w[0].verifier.text} http://w{n}.example"
        for n, w in enumerate((ONE, TWO, THREE), 1)
    ]
    return policies.parse_policy(("\n".join(lines) + f"\n{quorum}\n").encode())


@pytest.mark.parametrize(("vkey", "text", "signature"), EXAMPLES)
def test_examples_of_the_specification_verify(vkey: str, text: str, signature: str) -> None:
    """And none that is changed in one place."""
    key = keys.parse_vkey(vkey)
    example = f"{text}\n— {key.name} {signature}\n"
    assert key.text == vkey
    note = notes.parse_note(example.encode())
    assert note.content.decode() == example
    assert keys.open_note(note, (key,)).signers == {key: 0}
    with pytest.raises(LedgerError, match="wrong"):
        keys.open_note(note._replace(text=note.text.replace(b"is", b"iz", 1)), (key,))
    with pytest.raises(LedgerError, match="none of the keys"):
        keys.open_note(note, (LOG[0].verifier,))


def test_cosignatures_are_over_what_the_specification_says() -> None:
    """Built here a second time, by its words."""
    for key in ONE:
        line = key.sign(HEAD, NOW)
        assert line.signature[:8] == NOW.to_bytes(8, "big")
        assert keys.check_signature(key.verifier, HEAD.text, line.signature) == NOW
    ed, dsa = (keys._cosigned_message(key.type, key.name, NOW, HEAD.text) for key in ONE)
    root = base64.b64encode(HEAD.root).decode()
    assert ed.decode() == f"cosignature/v1\ntime {NOW}\n{ORIGIN}\n8\n{root}\n"
    names = [bytes([len(n)]) + n.encode() for n in (ONE[1].name, ORIGIN)]
    numbers = [n.to_bytes(8, "big") for n in (NOW, 0, 8)]
    assert dsa == b"".join(
        (b"subtree/v1\n\0", names[0], numbers[0], names[1], *numbers[1:], HEAD.root)
    )


@pytest.mark.parametrize("key", [*LOG, *ONE])
def test_a_key_signs_and_nothing_else_passes(key: keys.SigningKey) -> None:
    """Each kind: its own text forms lead back, and a changed head, time, key or bit is refused."""
    assert keys.parse_vkey(key.verifier.text) == key.verifier
    assert keys.parse_signing_key(key.text) == key
    assert key.seed.hex() not in repr(key)
    line = key.sign(HEAD, NOW)
    assert notes.parse_signature_line(line.text[:-1]) == line
    keys.check_signature(key.verifier, HEAD.text, line.signature)
    flipped = [
        line.signature[:at] + bytes([line.signature[at] ^ 1]) + line.signature[at + 1 :]
        for at in (0, 7, 8, len(line.signature) - 1)
    ]
    for signature in (*flipped, line.signature[:-1], line.signature + b"\0", b""):
        with pytest.raises(LedgerError):
            keys.check_signature(key.verifier, HEAD.text, signature)
    for head in (HEAD._replace(size=9), HEAD._replace(origin="x"), HEAD._replace(root=bytes(32))):
        with pytest.raises(LedgerError):
            keys.check_signature(key.verifier, head.text, line.signature)


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    """One of an unknown key is passed over, though it says a known name."""
    note = signed(HEAD, *LOG, *ONE)
    trusted = (LOG[0].verifier, ONE[0].verifier)
    assert keys.open_note(note, trusted).signers == {trusted[0]: 0, trusted[1]: NOW}
    stranger = keys.witness_keys(ONE[0].name, SEEDS[6:8])[0].sign(HEAD, NOW)
    assert len(keys.open_note(notes.with_signatures(note, (stranger,)), trusted).signers) == 2
    forged = stranger._replace(key_id=ONE[0].verifier.key_id)
    with pytest.raises(LedgerError, match="wrong"):
        keys.open_note(notes.with_signatures(note, (forged,)), trusted)


def test_a_quorum_is_what_the_policy_says() -> None:
    """Two of three, all, any, one by name, none; a group in a group."""
    both = "group one 1 w1\ngroup rest any w2 w3\ngroup g all one rest\nquorum g"
    for quorum, enough, short in (
        ("quorum none", (), None),
        ("quorum w1", (ONE,), (TWO, THREE)),
        ("group g 2 w1 w2 w3\nquorum g", (ONE, THREE), (TWO,)),
        ("group g all w1 w2 w3\nquorum g", (ONE, TWO, THREE), (ONE, TWO)),
        ("group g any w1 w2 w3\nquorum g", (THREE,), ()),
        (both, (ONE, THREE), (TWO, THREE)),
    ):
        trusted = policy(quorum)
        accepted = trusted.check(signed(HEAD, *LOG, *(w[0] for w in enough)))
        assert accepted.head == HEAD
        assert set(accepted.cosigned.values()) <= {NOW}
        if short is not None:
            with pytest.raises(LedgerError, match="not enough"):
                trusted.check(signed(HEAD, *LOG, *(w[0] for w in short)))
    with pytest.raises(LedgerError, match="not signed by the log"):
        policy("quorum w1").check(signed(HEAD, ONE[0]))
    with pytest.raises(LedgerError, match="no log of the policy"):
        policy("quorum w1").check(signed(HEAD._replace(origin="other"), *LOG, ONE[0]))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "quorum w1",
        "quorum none\nquorum none",
        "group g 2 W",
        "group none any W\nquorum none",
        "WITNESS\ngroup g 2 w\nquorum g",
        "WITNESS\ngroup g 0 w\nquorum g",
        "WITNESS\ngroup g any\nquorum none",
        "WITNESS\nWITNESS\nquorum w",
        "WITNESS\ngroup g any w w\nquorum g",
        "LOG\nLOG\nquorum none",
        "WITNESS\ngroup g any w\ngroup h any w\nquorum g",
        "group g any w\nWITNESS\nquorum g",
        "said\nquorum none",
        "witness w LOGKEY\nquorum w",
        "log WITNESSKEY\nquorum none",
        "quorum none\r",
        "quorum none\0",
        "log\nquorum none",
        "WITNESS\ngroup g 01 w\nquorum g",
    ],
)
def test_a_policy_that_is_none_is_refused(wrong: str) -> None:
    """Whatever is said twice, before it is known, or not at all."""
    log, witness = LOG[0].verifier.text, ONE[0].verifier.text
    said = wrong.replace("WITNESSKEY", witness).replace("LOGKEY", log)
    said = said.replace("WITNESS", f"witness w {witness}").replace("LOG", f"log {log}")
    with pytest.raises(LedgerError):
        policies.parse_policy(f"{said}\n".encode())


def test_a_policy_may_have_comments_and_spaces() -> None:
    """And names that are no UTF-8."""
    said = (
        f"# whom we believe\n\n \t log {LOG[0].verifier.text}\thttps://x \n  # end\nquorum  none\n"
    )
    assert policies.parse_policy(said.encode()).logs[0].url == "https://x"
    named = f"witness \xff {ONE[0].verifier.text}\nquorum \xff\n".encode("latin-1")
    assert policies.parse_policy(named).satisfied_by(["\udcff"])


def test_a_proof_holds_offline_and_for_its_entry_alone() -> None:
    """Written, read again, and checked by the policy."""
    entries = [str(n).encode() for n in range(11)]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    head = Checkpoint(ORIGIN, 11, merkle.root_of(leaves))
    way = merkle.inclusion_proof(
        9, 11, lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])
    )
    proof = proofs.LogProof(9, way, signed(head, *LOG, ONE[0]), b"beside it")
    assert proofs.parse_proof(proof.content) == proof
    assert b"\nextra " not in proof._replace(extra=b"").content
    trusted = policy("quorum w1")
    assert proof.check(entries[9], trusted).cosigned == {"w1": NOW}
    for wrong, entry in (
        (proof, entries[8]),
        (proof._replace(position=8), entries[9]),
        (proof._replace(hashes=way[:-1]), entries[9]),
        (proof._replace(note=signed(head, *LOG)), entries[9]),
        (proof._replace(note=signed(head._replace(size=20), *LOG, ONE[0])), entries[9]),
    ):
        with pytest.raises(LedgerError):
            wrong.check(entry, trusted)


PARSERS: Final[tuple[tuple[Callable[[bytes], Any], bytes], ...]] = (
    (notes.parse_note, signed(HEAD, LOG[0], ONE[0]).content),
    (parse_checkpoint, HEAD.text),
    (proofs.parse_proof, proofs.LogProof(3, (bytes(32),), signed(HEAD, LOG[0]), b"x").content),
    (policies.parse_policy, f"log {LOG[0].verifier.text}\nquorum none\n".encode()),
    (lambda content: keys.parse_vkey(content.decode("latin-1")), LOG[0].verifier.text.encode()),
    (lambda content: keys.parse_signing_key(content.decode("latin-1")), LOG[0].text.encode()),
)


@settings(deadline=None)
@given(st.data())
def test_whatever_is_read_it_is_taken_or_refused_by_one_error(data: st.DataObject) -> None:
    """Rubbish, and what is right but for a piece that is cut out, put in or written over."""
    parse, right = data.draw(st.sampled_from(PARSERS))
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(right))] * 2)))
    between = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"\n", b"\n\n", b"=", "— ".encode()])
    )
    for content in (between * 20, right[:begin] + between + right[end:]):
        with contextlib.suppress(LedgerError):
            parse(content)


@settings(deadline=None)
@given(st.data())
def test_what_is_read_has_one_form(data: st.DataObject) -> None:
    """A note, checkpoint or proof that is taken is written again byte for byte."""
    at = data.draw(st.integers(0, 2))
    parse, right = PARSERS[at]
    place = data.draw(st.integers(0, len(right) - 1))
    content = right[:place] + data.draw(st.binary(min_size=1, max_size=1)) + right[place + 1 :]
    try:
        found = parse(content)
    except LedgerError:
        return
    assert (found.text if at == 1 else found.content) == content


@pytest.mark.parametrize(
    "wrong",
    [
        "\nX\n8\n{r}\n",
        "X\n08\n{r}\n",
        "X\n8\n{r}",
        "X\n8\n{r}\n\n",
        "X\n+8\n{r}\n",
        "X\n٨\n{r}\n",
        "X\n8\nAAAA\n",
        "X\n8 \n{r}\n",
        "X\n9223372036854775808\n{r}\n",
        "X\n0\n{r}\n",
        "X\n8\n\n",
        "",
    ],
)
def test_a_checkpoint_that_is_none_is_refused(wrong: str) -> None:
    """Numbers, hashes and lines have one form."""
    with pytest.raises(LedgerError):
        parse_checkpoint(wrong.format(r=base64.b64encode(HEAD.root).decode()).encode())
