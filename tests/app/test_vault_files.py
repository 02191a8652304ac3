"""Files of the vault: whole or not there, readable by nobody else, and gone when they are dropped."""

import contextlib
from pathlib import Path

import pytest

from chappe.app.vault_files import FolderVault


async def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """Whatever breaks off in the middle; a folder that is dropped takes its own files alone."""
    vault = FolderVault(tmp_path / "vault")
    async with vault.writing("case/0") as write:
        await write(b"one ")
        await write(b"two")
    with contextlib.suppress(RuntimeError):
        async with vault.writing("case/1") as write:
            await write(b"half")
            raise RuntimeError
    assert [piece async for piece in vault.read("case/0")] == [b"one two"]
    with pytest.raises(FileNotFoundError):
        [piece async for piece in vault.read("case/1")]
    path = tmp_path / "vault" / "case" / "0"
    assert await vault.hand_out("case/0") == str(path)
    assert path.stat().st_mode & 0o077 == 0
    async with vault.writing("other/0") as write:
        await write(b"kept")
    await vault.drop("case")
    async with vault.writing("released/1.package") as write:
        await write(b"theirs")
    await vault.drop("released/1.package")
    with pytest.raises(FileNotFoundError):
        [piece async for piece in vault.read("released/1.package")]
    await vault.drop("nothing")
    assert not path.parent.exists()
    assert [piece async for piece in vault.read("other/0")] == [b"kept"]
