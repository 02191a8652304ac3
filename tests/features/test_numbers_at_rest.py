"""No phone number lies readable in the store: keys of cells are not sealed, so none may be a number."""

import asyncio
import sqlite3
from pathlib import Path

from chappe import app
from chappe.core.configuration import Configuration

PHONE = "33612345678"


def test_an_invited_number_is_in_no_file_of_the_store(tmp_path: Path) -> None:
    """The operator can list and withdraw the invite; whoever has the disk cannot read the number."""

    async def invite_and_list() -> list[dict[str, object]]:
        server = await app.start(Configuration(), tmp_path, None)
        await server.act("invite", {"phone": "+" + PHONE})
        listed: list[dict[str, object]] = await server.act("invites", {})
        await server.stop()
        return listed

    listed = asyncio.run(invite_and_list())
    assert [invite["phone"] for invite in listed] == [PHONE]
    with sqlite3.connect(tmp_path / "chappe.db") as store:
        keys = [key for (key,) in store.execute("SELECT key FROM cell WHERE tbl='invite'")]
    assert len(keys) == 1
    for file in tmp_path.iterdir():
        assert PHONE.encode() not in file.read_bytes()
