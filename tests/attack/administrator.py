"""The database administrator: rows of a stopped store are moved, added, put back; it is started again."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from telethon import errors
from telethon.tl import functions, types

from chappe.app import Server
from chappe.app.installation.checking import check
from chappe.core import Kind, Owner
from chappe.core.owners import SHARD_COUNT
from chappe.features import accounts
from chappe.ports import Cell, encode_key
from chappe.trust.sealing import HiddenOwners
from tests.journeys.server import RealServer

from .expected import Attack
from .findings import Finding, caught, got
from .people import Person
from .stage import PASSPHRASE, Stage

ANSWER_S_MAX: Final = 10.0  # seconds until somebody who gets no answer gives up
SERVICE: Final = 777000  # the chat that tells what happens to an account
ALARM: Final = "does not open"  # in the server's log, and what `chappe check` says


@dataclass(frozen=True)
class Ids:
    """Who is who, by number."""

    ada: int
    claude: int
    emmy: int
    lise: int
    marie: int
    group: int


@dataclass(frozen=True)
class Guide:
    """What the store hides, told to whoever writes into it, so that nothing is left to luck."""

    owners: HiddenOwners
    marie_in_the_group: bytes  # the key of a row that would make her a member


async def guide_of(server: Server, ids: Ids) -> Guide:
    """Return the guide to the store of a server."""
    engine: Any = server.context.store.engine
    group = await engine.keys.hidden(Owner.channel(ids.group))
    return Guide(engine.keys.owners, group.hide("member", encode_key((ids.marie,))))


class Rows:
    """The cells of a stopped store, as SQL has them."""

    def __init__(self, data: Path, owners: HiddenOwners) -> None:
        self._db = sqlite3.connect(data / "chappe.db", isolation_level=None)
        self._owners = owners

    def _box(self, kind: Kind, owner: int) -> tuple[int, int, int]:
        hidden = self._owners.hide(Owner(kind, owner))
        if hidden is None:
            raise RuntimeError("nobody has this id")
        return owner % SHARD_COUNT, int(kind), hidden.id

    def of(self, kind: Kind, owner: int, table: str) -> dict[bytes, bytes]:
        """Return the rows of a table of a box."""
        where = (*self._box(kind, owner), table)
        asked = "SELECT key, value FROM cell WHERE shard=? AND kind=? AND owner=? AND tbl=?"
        return dict(self._db.execute(asked, where).fetchall())

    def put(self, kind: Kind, owner: int, table: str, key: bytes, value: bytes) -> None:
        """Put a row, in place of another or as a new one."""
        row = (*self._box(kind, owner), table, key, value)
        self._db.execute("INSERT OR REPLACE INTO cell VALUES (?,?,?,?,?,?)", row)

    def drop(self, kind: Kind, owner: int, table: str) -> int:
        """Remove the rows of a table of a box; return how many."""
        where = (*self._box(kind, owner), table)
        asked = "DELETE FROM cell WHERE shard=? AND kind=? AND owner=? AND tbl=?"
        return self._db.execute(asked, where).rowcount

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


async def ids_of(stage: Stage) -> Ids:
    """Return everybody's numbers."""
    world = stage.sealed
    people = (world.ada, world.claude, stage.emmy, stage.lise, stage.marie)
    numbers = [(await one.client.get_me()).id for one in people]
    return Ids(*numbers, group=world.group.channel_id)


async def age(server: Server, ids: Ids) -> bytes:
    """Change Ada's about text, and return the sealed value from before."""
    owner = Owner(Kind.USER, ids.ada)
    engine: Any = server.context.store.engine
    (before,) = await engine.inner.read([Cell(owner, "user", b"")])
    async with server.context.change(owner) as change:
        record: Any = await change.get(accounts.User)
        change.put(msgspec.structs.replace(record, about="changed"))
    return bytes(before)


def tamper(data: Path, ids: Ids, keys: dict[str, int], guide: Guide) -> None:
    """Do everything at once, each to somebody else."""
    rows = Rows(data, guide.owners)
    user, shard = Kind.USER, Kind.AUTH_KEYS
    (theirs, *_) = rows.of(user, ids.ada, "message").values()
    for key in rows.of(user, ids.emmy, "message"):
        rows.put(user, ids.emmy, "message", key, theirs)
    (dialog, *_) = rows.of(user, ids.ada, "dialog").values()
    for key in rows.of(user, ids.emmy, "dialog"):
        rows.put(user, ids.emmy, "dialog", key, dialog)
    adas = rows.of(shard, keys["ada"] % SHARD_COUNT, "auth_key")
    (key,) = rows.of(shard, keys["lise"] % SHARD_COUNT, "auth_key")
    rows.put(shard, keys["lise"] % SHARD_COUNT, "auth_key", key, next(iter(adas.values())))
    members = rows.of(Kind.CHANNEL, ids.group, "member")
    member = next(iter(members.values()))
    rows.put(Kind.CHANNEL, ids.group, "member", guide.marie_in_the_group, member)
    for key, value in rows.of(user, ids.claude, "joined").items():
        rows.put(user, ids.marie, "joined", key, value)
    (key, session), *_ = rows.of(user, ids.emmy, "session").items()
    rows.put(user, ids.claude, "session", key, session)
    for key, value in rows.of(user, ids.claude, "contact").items():
        rows.put(user, ids.claude, "contact", key, value[:-1] + bytes([value[-1] ^ 1]))
    rows.close()


class Reopened:
    """The tampered server, and people who come back to it by the sessions they had."""

    def __init__(self, server: RealServer) -> None:
        self.server = server

    async def tries(self, person: Person, act: Callable[[Person], Awaitable[Any]]) -> Any:
        """Return what somebody gets, or the refusal."""
        again = person.elsewhere(self.server)
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                await again.client.connect()
                return await act(again)
        except (errors.RPCError, EOFError, OSError, ValueError, TimeoutError) as refusal:
            return refusal
        finally:
            await again.leave()

    def judged(self, answer: Any, gained: Callable[[Any], bool]) -> Finding:
        """Return whether somebody gained anything, and whether the server said that something is wrong."""
        if isinstance(answer, Exception):
            if ALARM not in self.server.log():
                return got(f"refused ({answer}), and nobody is told")
            return caught(f"refused, and the server's log says so ({type(answer).__name__})")
        return got("it worked") if gained(answer) else caught("it is not taken for one")


async def _texts(person: Person) -> list[str]:
    """Return every message of somebody, by each conversation."""
    return [
        m.message
        async for d in person.client.iter_dialogs()
        async for m in person.client.iter_messages(d)
    ]


async def _service(person: Person) -> list[str]:
    """Return what the service wrote to somebody."""
    return [one.message for one in await person.client.get_messages(SERVICE, limit=100)]


async def _sessions(person: Person) -> Any:
    """Return somebody's sessions."""
    return (await person.ask(functions.account.GetAuthorizationsRequest())).authorizations


async def _contacts(person: Person) -> Any:
    """Return somebody's contacts."""
    return (await person.ask(functions.contacts.GetContactsRequest(0))).users


async def _name(person: Person) -> int:
    """Return who somebody is."""
    return (await person.ask(functions.users.GetUsersRequest([types.InputUserSelf()])))[0].id


async def play_administrator(
    stage: Stage, ids: Ids, keys: dict[str, int], base: Path, guide: Guide
) -> dict[Attack, Finding]:
    """Tamper with a copy of a store, start the server on it, and let everybody look."""
    world, data = stage.sealed, stage.folder / "tampered"
    shutil.copytree(base, data)
    tamper(data, ids, keys, guide)
    server = RealServer(data, passphrase=PASSPHRASE)
    await asyncio.to_thread(server.start)
    seen = Reopened(server)

    try:
        marked = set(world.words.values())
        emmys = await seen.tries(stage.emmy, _texts)
        moved = await seen.tries(stage.emmy, _service)
        lises = await seen.tries(stage.lise, _name)
        maries = await seen.tries(stage.marie, _texts)
        claudes = await seen.tries(world.claude, _sessions)
        flipped = await seen.tries(world.claude, _contacts)
        found = {
            Attack.ROW_MOVED: seen.judged(emmys, lambda got_: bool(marked & set(got_))),
            Attack.MESSAGE_MOVED: seen.judged(moved, lambda got_: bool(marked & set(got_))),
            Attack.KEY_MOVED: seen.judged(lises, lambda who: who == ids.ada),
            Attack.MEMBER_ADDED: seen.judged(maries, lambda got_: bool(marked & set(got_))),
            Attack.SESSION_ADDED: seen.judged(claudes, lambda listed: len(listed) > 1),
            Attack.BIT_FLIPPED: seen.judged(flipped, bool),
        }
    finally:
        server.stop()
    return found | await _checked(data, ids, found)


async def _checked(data: Path, ids: Ids, found: dict[Attack, Finding]) -> dict[Attack, Finding]:
    """Let `chappe check` look, too: what was caught must be named by it."""
    wrong = await check(data, PASSPHRASE, lambda _: None, lambda done, of: None)
    named = " ".join(wrong)
    boxes = {
        Attack.ROW_MOVED: f"user box {ids.emmy}",
        Attack.MEMBER_ADDED: f"channel box {ids.group}",
        Attack.SESSION_ADDED: f"user box {ids.claude}",
    }
    return {
        attack: caught(f"{found[attack].seen}; `chappe check` names {box}")
        if f"{box}: a value does not open" in named
        else got(f"`chappe check` does not name {box}: {named}")
        for attack, box in boxes.items()
        if found[attack].outcome.name == "CAUGHT"
    }
