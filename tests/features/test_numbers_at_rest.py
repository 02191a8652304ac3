"""Nothing personal lies readable in the store: keys of cells are not sealed, so none may hold any."""

import asyncio
import sqlite3
import typing
from collections.abc import Iterator
from pathlib import Path

from tests.operating import operate

from chappe import app
from chappe.core.configuration import Configuration
from chappe.ports import Record

PHONE = "33612345678"
KEYED_BY_TEXT = {
    "ActUndo.act",  # one of nine words
    "AppSetting.what",
    "BotCommands.language",
    "BotWords.language",  # two letters
    "CaseDue.lane",  # one of six words
    "Code.blind",
    "OrderRequest.tag",
    "OrderSeen.approver",
    "Guessed.blind",
    "Content.blind",
    "Device.blind",
    "Importer.blind",
    "PendingDelete.blob",  # random
    "Invite.blind",
    "JoinLink.link",
    "KnownPlace.blind",
    "FolderLink.blind",
    "Link.blind",
    "Listed.blind",
    "ListedPerson.blind",
    "Marked.mark",
    "LoginToken.hash",
    "NameClaim.blind",
    "NotifySettings.what",
    "Passkey.blind",
    "PublicLogKeys.origin",  # the name by which the public log is known to everybody
    "PublicLogSeen.origin",  # likewise
    "SaidOfServer.step",  # one of four words
    "PushPlace.blind",
    "RosterEntry.blind",
    "RuleUsed.rule",  # words of two fixed lists
    "Rules.what",
    "TermsAccepted.version",  # a hash of the text that everybody is shown
    "StaffKey.blind",
    "StaffLink.hashed",  # SHA-256 of a token at random
    "StaffSession.hashed",  # likewise, of a cookie
}  # a new one belongs here once somebody has seen to it that it tells nothing of anybody


def test_an_invited_number_is_in_no_file_of_the_store(tmp_path: Path) -> None:
    """The operator can list and withdraw the invite; whoever has the disk cannot read the number."""

    async def invite_and_list() -> list[dict[str, object]]:
        server = await app.start(Configuration(), tmp_path, None)
        await operate(server, "invite", phone="+" + PHONE)
        listed: list[dict[str, object]] = await operate(server, "invites")
        await server.stop()
        return listed

    listed = asyncio.run(invite_and_list())
    assert [invite["phone"] for invite in listed] == [PHONE]
    with sqlite3.connect(tmp_path / "chappe.db") as store:
        keys = [key for (key,) in store.execute("SELECT key FROM cell WHERE tbl='invite'")]
    assert len(keys) == 1
    for file in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert PHONE.encode() not in file.read_bytes()


def test_keys_of_cells_are_made_of_numbers_hashes_and_names_of_settings() -> None:
    """A record whose key holds outside text must keep it under a blind index instead."""
    records = list(every_kind(Record))
    assert len(records) > 20
    readable = {
        f"{record.__name__}.{part}"
        for record in records
        for part in record.key
        if typing.get_type_hints(record)[part] is str
    }
    assert readable <= KEYED_BY_TEXT


def every_kind(kind: type[Record]) -> Iterator[type[Record]]:
    """Every record the program declares."""
    for below in kind.__subclasses__():
        if below.__module__.startswith("chappe.") and "table" in vars(below):
            yield below
        yield from every_kind(below)
