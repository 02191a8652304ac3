"""Exports: everything of one person by class and date, nothing of anybody else, and whole after a cut."""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from tests.operating import operate

from chappe import app
from chappe.features import export
from chappe.features.export import (
    CLASSES,
    Archive,
    Conversation,
    DataClass,
    NoSuchPersonError,
    Progress,
    Wanted,
)
from chappe.tl import api

from .post import document
from .test_files_go import send
from .village import Person, Village, village

MONTH_S = 31 * 86_400
SECRET = "the semaphore at Lille stands still"


class Folder:
    """A sink in memory; it is cut off once it holds so many whole files."""

    def __init__(self, files_max: int = 1 << 30) -> None:
        self.whole: dict[str, bytes] = {}
        self.files_max = files_max
        self.begun = 0
        self._name = ""
        self._open = bytearray()

    async def has(self, name: str) -> bool:
        """See `Sink`."""
        return name in self.whole

    async def begin(self, name: str) -> None:
        """See `Sink`."""
        if len(self.whole) >= self.files_max:
            raise ConnectionError
        self._name, self._open = name, bytearray()
        self.begun += 1

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        self._open += data

    async def end(self) -> None:
        """See `Sink`."""
        self.whole[self._name] = bytes(self._open)


async def exported(
    v: Village,
    who: Person,
    wanted: Wanted | None = None,
    folder: Folder | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> dict[str, bytes]:
    """Return the files of somebody's export."""
    folder = folder or Folder()
    context = v.server.context
    ask = export.asking(context, who.id)
    await export.write(export.parts(context, ask, who.id, wanted or Wanted()), folder, tell)
    return folder.whole


async def upload(who: Person, data: bytes, part_bytes: int = 512 * 1024) -> Any:
    """Upload bytes in parts; return the InputFile."""
    parts = range(0, len(data), part_bytes)
    for number, first in enumerate(parts):
        part = data[first : first + part_bytes]
        await who(api.UploadSaveFilePart(file_id=7, file_part=number, bytes=part))
    return api.InputFile(id=7, parts=len(parts), name="x.bin", md5_checksum="")


def read(files: dict[str, bytes], name: str) -> Any:
    """Return a file of an export that is JSON."""
    return json.loads(files[name])


def texts(files: dict[str, bytes]) -> list[str]:
    """Return the texts of all messages in an export, in the order of its files."""
    found = []
    for name in files:
        if "/messages-" in name and "/user777000/" not in name:  # what the service says is apart
            found += [m["text"] for m in read(files, name)["messages"] if "text" in m]
    return found


async def test_it_holds_what_somebody_reads_by_month() -> None:
    """In the shape of Telegram Desktop's; the oldest first, also where there are more than a page."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for number in range(120):
            await claude.say(ada, f"number {number}")
        await v.wait(MONTH_S)
        await ada.say(claude, "a month later")
        files = await exported(v, ada)
        assert texts(files) == [*(f"number {n}" for n in range(120)), "a month later"]
        months = sorted(name for name in files if name.startswith(f"chats/user{claude.id}/"))
        assert len(months) == 2
        first = read(files, months[0])
        assert (first["id"], first["name"], first["type"]) == (
            f"user{claude.id}",
            "Claude",
            "users",
        )
        assert first["messages"][0] == {
            "id": first["messages"][0]["id"],
            "type": "message",
            "date": first["messages"][0]["date"],
            "date_unixtime": first["messages"][0]["date_unixtime"],
            "from": "Claude",
            "from_id": f"user{claude.id}",
            "text": "number 0",
            "text_entities": [{"type": "plain", "text": "number 0"}],
        }
        said = read(files, "export.json")
        assert (said["format"], said["version"], said["person"]) == ("chappe-export", 1, ada.id)
        assert set(said["classes"]) == {of.value for of in DataClass}


async def test_account_sessions_contacts_and_settings_are_in_it() -> None:
    """Also what no method shows; no network address, since none is kept."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada(
            api.ContactsAddContact(
                id=ada.user(claude),
                first_name="Monsieur",
                last_name="Chappe",
                phone=claude.phone,
            )
        )
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="not sent yet"))
        files = await exported(v, ada)
        account = read(files, "account.json")
        assert (account["user"]["first_name"], account["user"]["phone"]) == ("Ada", ada.phone)
        assert account["made"]
        assert len(read(files, "sessions.json")["sessions"]) == 2  # she has two devices
        (saved,) = read(files, "contacts.json")["contacts"]
        assert (saved["first_name"], saved["phone_number"]) == ("Monsieur", claude.phone)
        assert "not sent yet" in files["settings.json"].decode()
        assert "access_hash" not in b"".join(files.values()).decode()


async def test_nothing_of_others_and_nothing_deleted_is_in_it() -> None:
    """Markers are planted where she may not read: none of them comes, and what she may read does."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        group = await eve.group("Eve's own", claude)
        await eve.say(group, SECRET)
        await eve.say(claude, SECRET)
        await eve(api.MessagesSaveDraft(peer=eve.peer(ada), message=SECRET))
        await eve(
            api.ContactsAddContact(
                id=eve.user(ada),
                first_name=SECRET,
                last_name="",
                phone="",
            )
        )
        await eve.say(ada, "hello")
        await eve.say(ada, "gone again: " + SECRET)
        (gone,) = [m for m in await eve.history(ada) if SECRET in m.message]
        await eve(api.MessagesDeleteMessages(id=[gone.id], revoke=True))
        files = await exported(v, ada)
        assert texts(files) == ["hello"]
        for name, content in files.items():
            assert SECRET not in content.decode("utf-8", "replace"), name
        assert SECRET in b"".join((await exported(v, eve)).values()).decode()


async def test_of_nobody_there_is_none() -> None:
    """Neither of a number that is nobody's, nor of an account that was deleted."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        context = v.server.context
        await operate(v.server, "erase", user=ada.id)
        for nobody in (ada.id, ada.id + 4096):
            with pytest.raises(NoSuchPersonError):
                await anext(export.parts(context, export.asking(context, nobody), nobody, Wanted()))


async def test_it_is_bounded_by_class_kind_of_chat_and_date() -> None:
    """Nothing but what is wanted is asked for."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        group = await ada.group("Friends", claude)
        await ada.say(group, "to all")
        await claude.say(ada, "early")
        begun = v.clock.time
        await v.wait(1000)
        await claude.say(ada, "in time")
        await v.wait(1000)
        await claude.say(ada, "late")
        users = frozenset({Conversation.USERS})
        wanted = Wanted(
            classes=frozenset({DataClass.MESSAGES}),
            conversations=users,
            since=int(begun + 500),
            until=int(begun + 1500),
        )
        files = await exported(v, ada, wanted)
        assert texts(files) == ["in time"]
        assert len(files) == 2  # and what it says of itself
        only = Wanted(classes=frozenset({DataClass.CHATS}))
        files = await exported(v, ada, only)
        assert sorted(files) == ["chats.json", "export.json"]
        assert {c["name"] for c in read(files, "chats.json")} >= {"Claude", "Friends"}


async def test_every_conversation_is_in_it_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They come page by page; each once, those too that are pinned or in the archive."""
    monkeypatch.setattr(sys.modules[export.parts.__module__], "PAGE_DIALOGS", 2)
    async with village(twins=False) as v:
        ada, *others = await v.people_named("Ada", "Bea", "Cem", "Dan", "Eve", "Fay")
        for number, one in enumerate(others):
            await one.say(ada, f"number {number}")
            await v.wait(10)
        pinned = api.InputDialogPeer(peer=ada.peer(others[0]))
        await ada(api.MessagesToggleDialogPin(pinned=True, peer=pinned))
        moved = api.InputFolderPeer(peer=ada.peer(others[2]), folder_id=1)
        await ada(api.FoldersEditPeerFolders(folder_peers=[moved]))
        files = await exported(v, ada)
        names = [c["name"] for c in read(files, "chats.json")]
        assert sorted(n for n in names if len(n) == 3) == ["Bea", "Cem", "Dan", "Eve", "Fay"]
        assert sorted(texts(files)) == [f"number {n}" for n in range(5)]


async def test_one_that_was_cut_off_goes_on() -> None:
    """Files that are whole are not made again, and in the end it is the same."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for _ in range(3):
            await claude.say(ada, "hello")
            await v.wait(MONTH_S)
        whole = await exported(v, ada)
        folder, told = Folder(files_max=6), list[Progress]()
        with pytest.raises(ConnectionError):
            await exported(v, ada, folder=folder, tell=told.append)
        assert [p.files for p in told] == [1, 2, 3, 4, 5, 6]
        begun, folder.files_max = folder.begun, 1 << 30
        await exported(v, ada, folder=folder)
        assert folder.begun - begun == len(whole) - 6
        assert folder.whole.keys() == whole.keys()
        assert texts(folder.whole) == texts(whole)


async def test_as_an_archive_it_is_whole_and_no_more_than_a_file_is_ever_held() -> None:
    """With the files people sent, byte for byte, under names that lead nowhere else."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        data = bytes(range(256)) * 8_000
        called = api.DocumentAttributeFilename(file_name="../../etc/plan.bin")
        sent = await upload(ada, data)
        await send(ada, claude, document(sent, attributes=[called]))
        came = bytearray()
        largest = 0

        async def take(piece: bytes) -> None:
            nonlocal largest
            largest = max(largest, len(piece))
            came.extend(piece)

        archive = Archive(take)
        context = v.server.context
        found = export.parts(context, export.asking(context, ada.id), ada.id, Wanted())
        await export.write(found, archive)
        await archive.finish()
        assert largest < len(data)
        with zipfile.ZipFile(io.BytesIO(came)) as opened:
            assert opened.testzip() is None
            files = {name: opened.read(name) for name in opened.namelist()}
        assert files.keys() == (await exported(v, ada)).keys()
        (name,) = [n for n in files if n.endswith("plan.bin")]
        assert ".." not in name.split("/")
        assert files[name] == data
        (month,) = [n for n in files if n.startswith(f"chats/user{claude.id}/messages")]
        (message,) = read(files, month)["messages"]
        assert (message["file"], message["file_size"]) == (name, len(data))
        small = await exported(v, ada, Wanted(file_bytes_max=1000))
        assert name not in small
        assert read(small, month)["messages"][0]["file"].startswith("(left out: larger")


def test_of_every_class_it_is_said_what_it_is() -> None:
    """Also who asks for it, and by which category the law knows it."""
    assert CLASSES.keys() == set(DataClass)
    assert all(one.about and one.files and one.readers for one in CLASSES.values())
    assert {one.category for one in CLASSES.values()} == set(export.Category)


def test_no_command_of_an_operator_writes_one() -> None:
    """No name of one says so, and nothing that declares commands knows the writer."""
    declared = (*app.slices.commands(), *app.installation.COMMANDS)
    assert not [c.name for c in declared if "export" in c.name or "takeout" in c.name]
    makers = {sys.modules[c.run.__module__] for c in declared}
    assert len(makers) > 10
    writers = {export, export.parts, export.write, export.asking}
    assert not [
        m.__name__
        for m in makers
        if writers & {v for v in vars(m).values() if callable(v) or v is export}
    ]
