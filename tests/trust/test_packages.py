"""Packages: an authority makes a key, and opens by the same tool what was given to it, and nothing else."""

import contextlib
import io
import json
import random
from pathlib import Path

import pytest

from chappe.trust import custody
from chappe.trust.custody import ChosenPart, CustodianKey, CustodyError
from chappe.trust.custody.vault import CHUNK_BYTES, PartSealer, part_key
from chappe_custodian import commands

CASE, CASE_KEY = b"c" * 32, b"k" * 32
CONTENT = {
    "subscriber.account.12": b"Ada",
    "content.messages.12": random.Random(1).randbytes(CHUNK_BYTES + 9),
}
SECRET = b"nobody approved this part"


def vault() -> list[tuple[ChosenPart, bytes]]:
    """Parts as they lie in a vault, the last of which is not given."""
    found = []
    every = {**CONTENT, "traffic.chats.12": SECRET}
    for number, (name, content) in enumerate(every.items()):
        sealer = PartSealer(part_key(CASE_KEY, CASE, number), CASE, number)
        kept = sealer.update(content) + sealer.finish()
        found.append((ChosenPart(number, sealer.written(name)), kept))
    return found


def package(public: bytes) -> bytes:
    """A package of the first two."""
    parts = vault()[:2]
    header = custody.package_header(CASE, CASE_KEY, [one for one, _ in parts], public)
    return header + b"".join(kept for _, kept in parts)


def run(*given: str | Path) -> tuple[int, str, str]:
    """Run the tool."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = commands.main([*map(str, given)])
    return code, out.getvalue(), err.getvalue()


def test_an_authority_opens_what_it_was_given(tmp_path: Path) -> None:
    """By the key it made, whose public half it handed out; a key is never written over."""
    code, line, _ = run("package-key", tmp_path / "key")
    assert code == 0
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    (tmp_path / "given").write_bytes(package(custody.authority_key(line)))
    code, out, _ = run("package-open", tmp_path / "key", tmp_path / "given", tmp_path / "to")
    assert code == 0
    assert sorted(out.split()) == sorted(str(tmp_path / "to" / f"{name}.zip") for name in CONTENT)
    for name, content in CONTENT.items():
        assert (tmp_path / "to" / f"{name}.zip").read_bytes() == content
    code, out, err = run("package-key", tmp_path / "key")
    assert (code, out) == (2, "")
    assert "never written over" in err


def test_nobody_else_opens_it_and_no_part_that_was_not_given(tmp_path: Path) -> None:
    """Another key, another package's bytes, a cut; and what is appended has no key in it."""
    chance = random.Random(3).randbytes
    mine, other = custody.new_custodian_key(chance), custody.new_custodian_key(chance)
    whole = package(mine.public())
    hidden = vault()[2][1]
    assert SECRET not in whole

    def opened(content: bytes, key: CustodianKey = mine) -> dict[str, bytes]:
        return {
            name: b"".join(pieces)
            for name, pieces in custody.open_package(io.BytesIO(content), key)
        }

    assert opened(whole) == opened(whole + hidden) == CONTENT
    for wrong in (whole[:-1], whole[:-1] + b"x", b"{}\n", b"", whole.partition(b"\n")[2]):
        with pytest.raises(CustodyError):
            opened(wrong)
    with pytest.raises(CustodyError, match="does not open by this key"):
        opened(whole, other)
    renamed = whole.replace(b"content.messages.12", b"../../messages12")
    kept = json.dumps({"scalar": mine.scalar.hex(), "seed": mine.seed.hex()})
    (tmp_path / "key").write_text(kept)
    (tmp_path / "given").write_bytes(renamed)
    code, _, err = run("package-open", tmp_path / "key", tmp_path / "given", tmp_path / "to")
    assert code == 2
    assert "a name that none has" in err
    (tmp_path / "no-key").write_text("{}")
    assert run("package-open", tmp_path / "no-key", tmp_path / "given", tmp_path / "to")[0] == 2


def test_a_text_that_is_no_key_is_refused() -> None:
    """In a sentence that says who makes one."""
    for wrong in ("", "AA==", "a key"):
        with pytest.raises(ValueError, match="package-key"):
            custody.authority_key(wrong)
