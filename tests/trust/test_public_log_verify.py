"""The file for strangers, run as a stranger runs it: what it finds and says, and by which code it ends."""

import functools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe.trust.ledger import keys, notes, tiles, verify
from chappe.trust.ledger.canonical import subject_of
from chappe.trust.ledger.checkpoints import Checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.policies import parse_policy
from chappe.trust.ledger.receipts import LogReceipt, parse_receipt
from chappe.trust.ledger.storage import LogDirectory, LogFiles
from tests.trust.public_log import (
    KNOWN,
    LOG,
    NOW,
    ORIGIN,
    WITNESSES,
    append,
    cosign,
    entries,
    entry,
    policy,
)

ROOT = Path(__file__).parents[2]
HEAD = Checkpoint("x", 1, bytes(32))
COUNT = 300  # entries: two bundles, two levels of tiles


class Told(NamedTuple):
    """How it ended, and what it said."""

    code: int
    said: str


def run(*arguments: str | Path) -> Told:
    """Run the file alone, as one who downloaded it: isolated, so that nothing of ours can be imported."""
    done = subprocess.run(
        [sys.executable, "-I", verify.__file__, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return Told(done.returncode, done.stdout + done.stderr)


def here(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """The same without a process of its own."""
    code = verify.main([*map(str, arguments)])
    out = capsys.readouterr()
    return Told(code, out.out + out.err)


class Kept(NamedTuple):
    """A log, what a stranger has, and a look at it."""

    root: Path
    public: Path
    policy: Path
    memory: Path
    look: Callable[..., Told]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of some entries, and what a stranger remembers of it."""
    root = tmp_path_factory.mktemp("log")
    append(root / "log", entries(COUNT))
    (root / "policy").write_text(policy())
    told = run(
        "log", root / "log/public", "--policy", root / "policy", "--remember", root / "memory"
    )
    assert told.code == verify.HELD, told.said
    return root


@pytest.fixture
def kept(first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Kept:
    """A copy to play with."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    public, trusted, memory = tmp_path / "log/public", tmp_path / "policy", tmp_path / "memory"

    def look(*more: str | Path, remember: bool = True) -> Told:
        memories = ("--remember", memory) if remember else ()
        return here("log", public, "--policy", trusted, *memories, *more, capsys=capsys)

    return Kept(tmp_path / "log", public, trusted, memory, look)


def rewrite(kept: Kept, every: list[bytes], witnesses: int = 2) -> None:
    """The operator writes the whole log anew, with its real key."""
    shutil.rmtree(kept.root)
    append(kept.root, every, witnesses)


def edit(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the entries of a bundle, and nothing else."""
    width = int(path.name) if path.parent.suffix == ".p" else 256
    path.write_bytes(
        tiles.write_bundle(
            change(tiles.parse_bundle(tiles.LogTile(-1, 0, width), path.read_bytes()))
        )
    )


def test_a_log_holds_and_may_grow(kept: Kept) -> None:
    """In a process of its own, with what it remembered; what cannot be checked is said."""
    append(kept.root, entries(700, COUNT))
    told = run("log", kept.public, "--policy", kept.policy, "--remember", kept.memory)
    assert told.code == verify.HELD, told.said
    assert "All 1000 entries hold" in told.said
    assert f"not checked: the ML-DSA-44 signature of {ORIGIN}" in told.said
    assert "witness w1 saw this head at 2026-" in told.said
    assert kept.look().code == verify.HELD


def test_a_plain_web_server_is_enough(kept: Kept) -> None:
    """The one of the standard library, with the policy from there too."""
    shutil.copy(kept.policy, kept.public / "policy.txt")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(kept.public))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        told = run(
            "log", f"{base}/", "--policy", f"{base}/policy.txt", "--compare", f"{base}/checkpoint"
        )
        missing = run("log", f"{base}/nowhere", "--policy", kept.policy)
        server.shutdown()
    assert told.code == verify.HELD, told.said
    assert missing.code == verify.WRONG
    gone = run("log", base, "--policy", kept.policy)
    assert gone.code == verify.NOT_CHECKED, gone.said


BUNDLE, LAST = "tile/entries/000", "tile/entries/001.p/44"


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        (BUNDLE, lambda e: [*e[:37], entry(999), *e[38:]], "entry 37 was changed"),
        (LAST, lambda e: [*e[:43], entry(999)], "entry 299 was changed"),
        (BUNDLE, lambda e: [*e[:37], *e[38:]], "entry 37 was changed, removed"),
        (BUNDLE, lambda e: [*e[:5], e[6], e[5], *e[7:]], "entry 5 was changed, removed or moved"),
        (BUNDLE, lambda e: [*e[:9], e[8], *e[9:]], "entry 9 was changed"),
    ],
)
def test_an_entry_that_was_touched_is_named(
    kept: Kept, file: str, change: Callable[[list[bytes]], list[bytes]], named: str
) -> None:
    """Edited, removed, moved, put in twice: by somebody without the key."""
    edit(kept.public / file, change)
    told = kept.look(remember=False)
    assert told.code == verify.WRONG
    assert named in told.said


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", BUNDLE, LAST, "checkpoint"]
)
def test_a_file_that_was_dropped_or_cut_is_named(kept: Kept, path: str) -> None:
    """Tiles of each level, bundles, the head."""
    lost = kept.public / path
    content = lost.read_bytes()
    lost.write_bytes(content[:-1])
    assert kept.look(remember=False).code == verify.WRONG
    lost.unlink()
    told = kept.look(remember=False)
    assert told.code == verify.WRONG
    assert f"{path} is missing" in told.said


def test_a_log_rewritten_with_its_real_key_is_found_by_who_remembers(kept: Kept) -> None:
    """Even if every witness helps, and though the rewritten log holds by itself: the entry is named."""
    every = entries(COUNT)
    every[123] = entry(999)
    rewrite(kept, every)
    assert kept.look(remember=False).code == verify.HELD
    told = kept.look()
    assert told.code == verify.WRONG
    assert "entry 123 is not the one you saw before" in told.said
    assert "forked" in told.said


def test_a_log_rewritten_behind_the_witnesses_is_found_by_everybody(kept: Kept) -> None:
    """They do not sign it: too few saw it."""
    rewrite(kept, entries(COUNT, 1), witnesses=1)
    told = kept.look(remember=False)
    assert (told.code, "seen by w1: the policy asks for more" in told.said) == (verify.WRONG, True)


def test_a_fork_is_found_by_comparing_heads(kept: Kept, tmp_path: Path) -> None:
    """Somebody else was shown another head: both are printed, they are the evidence."""
    theirs = tmp_path / "theirs"
    append(tmp_path / "other", [*entries(COUNT - 1), entry(999)])
    shutil.copy(tmp_path / "other/public/checkpoint", theirs)
    told = kept.look("--compare", theirs, remember=False)
    assert told.code == verify.WRONG
    assert "forked" in told.said
    assert theirs.read_text() in told.said


def test_a_rollback_is_found_by_who_remembers(kept: Kept) -> None:
    """An older log is served again: said by itself, before anything else."""
    rewrite(kept, entries(COUNT - 1))
    told = kept.look()
    assert told.code == verify.WRONG
    assert (
        f"rolled back: the head you saw before is over {COUNT} entries, the log serves {COUNT - 1}"
        in told.said
    )


def test_a_tile_whose_hashes_were_changed_too_is_found_by_the_root(kept: Kept) -> None:
    """Bundle and tiles agree with each other, and not with the signed head."""
    every = entries(COUNT)
    every[2] = entry(999)
    head = (kept.public / "checkpoint").read_bytes()
    rewrite(kept, every)
    (kept.public / "checkpoint").write_bytes(head)
    told = kept.look(remember=False)
    assert told.code == verify.WRONG
    assert "do not give the root that the log signed" in told.said
    assert "entry 2 is not the one you saw before" in kept.look().said


@pytest.mark.parametrize("who", ["witness", "log"])
def test_a_forged_signature_is_named(kept: Kept, who: str) -> None:
    """It says that it is of a key one knows, and is not."""
    served = kept.public / "checkpoint"
    note = notes.parse_note(served.read_bytes())
    real = WITNESSES[2][0] if who == "witness" else LOG[0]
    forger = real._replace(seed=b"x" * 32)
    with LogDirectory.opened(LogFiles(kept.root), ORIGIN) as log:
        line = forger.sign(log.head, NOW)._replace(key_id=real.verifier.key_id)
    served.write_bytes(notes.with_signatures(note, (line,)).content)
    told = kept.look(remember=False)
    assert told.code == verify.WRONG
    assert f"{real.name}" in told.said
    assert "is forged" in told.said


def test_an_entry_that_is_no_entry_is_named(kept: Kept) -> None:
    """The operator logs a sentence, and everybody signs; a log of other entries can be checked."""
    append(kept.root, [b'{"kind":"account.suspension","note":"Ada did it","v":1}', b"hello"])
    told = kept.look(remember=False)
    assert told.code == verify.WRONG
    assert f"entry {COUNT} is not in the one form of its kind" in told.said
    assert f"entry {COUNT + 1} is of no kind" in told.said
    assert kept.look("--any-kind").code == verify.HELD


def receipt_of(kept: Kept, position: int, **changed: Any) -> LogReceipt:
    """The receipt that goes to whom an entry is about."""
    with LogDirectory.opened(LogFiles(kept.root), ORIGIN) as log:
        note = cosign(log.sign(LOG, NOW))
        proof = log.proof(position, note)
        return LogReceipt(proof, log.entry(position), **changed)


def test_a_receipt_holds_offline_and_a_forged_one_does_not(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own; whom it is about is shown by the key in it."""
    key, identity = b"r" * 32, "user:77"
    fields = {"day": "2026-11-30", "by": "operator", "subject": subject_of(key, identity)}
    append(kept.root, [KNOWN.write("account.erased", fields)])
    right = receipt_of(kept, COUNT, identity=identity, record_key=key)
    trusted = parse_policy(policy().encode())
    assert parse_receipt(right.content) == right._replace(proof=parse_receipt(right.content).proof)
    right.check(trusted, KNOWN)
    file = tmp_path / "erased.tlog-proof"

    def told(receipt: LogReceipt) -> Told:
        file.write_bytes(receipt.content)
        return here("receipt", file, "--policy", kept.policy, capsys=capsys)

    assert told(right).code == verify.HELD
    held = run("receipt", file, "--policy", kept.policy)
    assert held.code == verify.HELD, held.said
    assert '"kind":"account.erased"' in held.said
    assert "about 'user:77'" in held.said
    for forged in (
        right._replace(entry=entry(1)),
        right._replace(identity="user:78"),
        right._replace(record_key=b"s" * 32),
        right._replace(proof=right.proof._replace(position=COUNT - 1)),
        right._replace(proof=right.proof._replace(note=right.proof.note._replace(signatures=right.proof.note.signatures[:3]))),
    ):  # fmt: skip
        assert told(forged).code == verify.WRONG
        with pytest.raises(LedgerError):
            forged.check(trusted, KNOWN)


def test_what_cannot_be_checked_is_no_success(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy or file that is not there or is none, another log's memory, a wrong word."""
    (tmp_path / "none").write_text("log nobody\n")
    for arguments in (
        ("log", kept.public, "--policy", tmp_path / "missing"),
        ("log", kept.public, "--policy", tmp_path / "none"),
        ("log", tmp_path / "missing", "--policy", kept.policy),
        ("log", "http://127.0.0.1:x/", "--policy", kept.policy),
        ("receipt", tmp_path / "missing", "--policy", kept.policy),
    ):
        assert here(*arguments, capsys=capsys).code == verify.NOT_CHECKED
    assert run("log", kept.public).code == verify.NOT_CHECKED
    stranger = keys.log_keys("other.example/log", (b"\1" * 32, b"\2" * 32))[0]
    (tmp_path / "other").write_text(f"log {stranger.verifier.text}\nquorum none\n")
    told = here("log", kept.public, "--policy", tmp_path / "other", capsys=capsys)
    assert told.code == verify.WRONG
    dsa = f"log {LOG[1].verifier.text}\nquorum none\n"
    (tmp_path / "dsa").write_text(dsa)
    told = here("log", kept.public, "--policy", tmp_path / "dsa", capsys=capsys)
    assert (told.code, "ML-DSA-44 only" in told.said) == (verify.NOT_CHECKED, True)


# RFC 8032, 7.1, tests 1 to 3: key, message, signature.
ED25519_VECTORS = """
d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a -
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c 72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025 af82
6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
"""


def signed(message: bytes) -> tuple[bytes, bytes, bytes]:
    """A key, a message and its signature, by the library."""
    key = Ed25519PrivateKey.from_private_bytes(LOG[0].seed)
    return key.public_key().public_bytes_raw(), message, key.sign(message)


def test_ed25519_is_that_of_the_rfc() -> None:
    """A number too large by the order would be another form of the same: refused."""
    words = [bytes.fromhex(word.strip("-")) for word in ED25519_VECTORS.split()]
    for vector in (words[:3], words[3:6], words[6:], [*signed(b"message")]):
        public, message, signature = vector
        assert verify.ed25519_signed(public, message, signature)
        large = int.from_bytes(signature[32:], "little") + verify._ORDER
        assert not verify.ed25519_signed(
            public, message, signature[:32] + large.to_bytes(32, "little")
        )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2), st.integers(0, 511))
def test_ed25519_takes_nothing_else(which: int, bit: int) -> None:
    """Whichever bit is another."""
    parts = [bytearray(part) for part in signed(b"message")]
    parts[which][bit // 8 % len(parts[which])] ^= 1 << bit % 8
    assert not verify.ed25519_signed(*(bytes(part) for part in parts))


@settings(deadline=None)
@given(st.data())
def test_the_file_for_strangers_fails_by_its_own_errors_only(data: st.DataObject) -> None:
    """Whatever a server or a receipt holds."""
    note = cosign(notes.SignedNote(HEAD.text, (LOG[0].sign(HEAD, NOW),)))
    parse, right = data.draw(
        st.sampled_from([(verify.read_head, note.content), (verify.read_policy, policy().encode())])
    )
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(right))] * 2)))
    between = data.draw(
        st.binary(max_size=6) | st.sampled_from([b"\n", b"\n\n", b"group g 2 w1\n"])
    )
    try:
        parse(right[:begin] + between + right[end:])
    except verify.WrongError:
        pass


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_changed_in_a_file_is_found(
    first: Path, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    """Another bit in a tile or bundle, a piece that is gone or there twice; in the head, no other error."""
    public = first / "log/public"
    path = data.draw(st.sampled_from(sorted(p for p in public.rglob("*") if p.is_file())))
    right = path.read_bytes()
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(right))] * 2)))
    flipped = bytes([right[begin] ^ 1]) if begin < len(right) else b"x"
    piece = data.draw(
        st.sampled_from([flipped + right[begin + 1 : end], b"", right[begin:end] * 2])
    )
    changed = right[:begin] + piece + right[max(end, begin + 1) :]
    try:
        path.write_bytes(changed)
        told = here("log", public, "--policy", first / "policy", capsys=capsys)
    finally:
        path.write_bytes(right)
    if path.name == "checkpoint":  # what says ML-DSA-44 is not looked at
        assert told.code in {verify.HELD, verify.WRONG, verify.NOT_CHECKED}
    else:
        assert told.code == (verify.HELD if changed == right else verify.WRONG), told.said


def test_the_receipt_that_browsers_are_tested_with_holds(tmp_path: Path) -> None:
    """So that this file and the web client judge the same one."""
    sample = json.loads((ROOT / "web/tests/receipt.sample.json").read_text())
    for name, content in sample.items():
        (tmp_path / name).write_text(content)
    said = run("receipt", tmp_path / "receipt", "--policy", tmp_path / "policy")
    assert said.code == verify.HELD
    assert "It is about 'user:7'" in said.said
