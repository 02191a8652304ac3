"""What an earlier release stored is read by this one: conversations, files, log-ins, at both levels."""

import asyncio
import re
from pathlib import Path
from typing import Any, Final

import pytest
from tools.snapshot import LEVELS, PACKED_BYTES_MAX, connected, enter, run, serving, shown, unpack

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
ARCHIVES: Final = sorted(HERE.glob("*.tar.xz"))
LATER_S: Final = 60  # seconds after it was packed


def test_every_release_is_kept() -> None:
    """One archive for each version that was released, small enough to be in every clone."""
    kept = {path.name.removesuffix(".tar.xz") for path in ARCHIVES}
    released = re.findall(r"^## (\d+\.\d+\.\d+), ", (ROOT / "CHANGES.md").read_text(), re.MULTILINE)
    assert kept
    assert set(released) <= kept
    assert all(path.stat().st_size <= PACKED_BYTES_MAX for path in ARCHIVES)


async def see(data: Path, port: int, people: dict[str, Any]) -> dict[str, Any]:
    """What each is shown now, with the session they had then."""
    found = {}
    for name, kept in people.items():
        async with connected(data, port, kept["session"]) as client:
            found[name] = await shown(client)
    return found


async def go_on(data: Path, port: int, people: dict[str, Any]) -> None:
    """They talk; and one logs in from a new device, by a code and the password they had."""
    async with connected(data, port, people["Ada"]["session"]) as ada:
        await ada.send_message("claude_of_the_tower", "After the upgrade")
    async with connected(data, port) as claude:
        await enter(claude, data, "Claude")
        (newest,) = await claude.get_messages("ada_of_the_tower", limit=1)
        assert newest.message == "After the upgrade"
        (older,) = await claude.get_messages("ada_of_the_tower", limit=1, add_offset=1)
        assert newest.id > older.id


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda p: p.name.removesuffix(".tar.xz"))
def test_what_a_release_stored_is_read_and_written_on(
    archive: Path, level: str, tmp_path: Path
) -> None:
    """All that three people were shown then they are shown now; then they go on, and it stays whole."""
    told = unpack(archive, tmp_path)
    people = told["levels"][level]
    data = tmp_path / level
    with serving(level, data, at=told["at"] + LATER_S) as port:
        found = asyncio.run(see(data, port, people))
        for name, kept in people.items():
            assert found[name] == kept["shown"]
        asyncio.run(go_on(data, port, people))
    run(level, data, "check")
