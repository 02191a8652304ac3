"""Vectors that others publish: Wycheproof for Ed25519, and the examples of C2SP."""

import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chappe.trust.ledger import verify
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.notes import parse_note

ED25519 = json.loads((Path(__file__).parent / "vectors" / "ed25519.json").read_text("ascii"))
# https://c2sp.org/tlog-cosignature: "Below is an example of a checkpoint that contains a cosignature."
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz"
    "Gku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
    "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says that the log itself signs and checks by."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_ed25519_is_what_wycheproof_says() -> None:
    """In the file for strangers, and where the log itself signs and checks."""
    wrong = []
    for number, *given, result in ED25519:
        public, message, signature = map(bytes.fromhex, given)
        found = verify.ed25519_signed(public, message, signature)
        if not found == is_signed(public, message, signature) == (result == "valid"):
            wrong.append(number)
    assert wrong == []


def test_there_are_as_many_vectors_as_were_published() -> None:
    """Of both kinds, but for two long ones."""
    results = [case[4] for case in ED25519]
    assert len(results) == 149
    assert {*results} == {"valid", "invalid"}


def test_the_example_of_a_cosigned_head_is_read_alike() -> None:
    """By the log's own code and by the file for strangers, and written again as it is."""
    note, head = parse_note(COSIGNED), verify.read_head(COSIGNED)
    assert note.content == COSIGNED
    known = parse_checkpoint(note.text)
    assert (known.origin, known.size, known.root) == (head.origin, head.size, head.root)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20_852_163)
    _, key_id, signature = head.lines[1]
    assert key_id.hex() == "8d66cf3f"
    assert int.from_bytes(signature[:8], "big") == 1_679_315_147  # 2023-03-20, in the example
