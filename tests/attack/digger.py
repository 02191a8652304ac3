"""Who digs: for a message and an account that were deleted, in files and older copies, with today's keys."""

import shutil
import time
from pathlib import Path
from typing import Any, Final

from chappe import app
from chappe.app import Server
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.ports import EngineError
from chappe.rpc import MACHINE, Call, Client
from chappe.tl import api

from .administrator import Ids
from .expected import Attack
from .findings import Finding, caught, got
from .markers import Place
from .search import files_of
from .stage import PASSPHRASE, Stage

DAY_S: Final = 86_400  # seconds until what was deleted is shredded
ROWS_MAX: Final = 1_000  # of a box that is looked through


async def start(data: Path) -> Server:
    """Start the server's own program on a store, in the lab's process."""
    return await app.start(Configuration(port=0), data, PASSPHRASE)


class Later:
    """The clock of the machine, a day ahead: by then what was deleted is to be shredded."""

    def now(self) -> float:
        """See `Clock`."""
        return time.time() + DAY_S

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic() + DAY_S


async def _rows(server: Server, owner: Owner) -> list[tuple[bytes, bytes]]:
    """Return the sealed and the opened values of a box.

    Raises:
        EngineError: they do not open.
    """
    engine: Any = server.context.store.engine
    opened = await engine.walk(owner, ("", b""), limit=ROWS_MAX)
    sealed = await engine.inner.walk(owner, ("", b""), limit=ROWS_MAX)
    raw = {(table, key): value for table, key, value in sealed}
    return [
        (raw[table, key], clear) for table, key, clear in opened
    ]  # what is shredded opens no more


async def opened(data: Path, owner: Owner) -> bytes:
    """Return what is in a box of a store, as far as it opens."""
    server = await start(data)
    try:
        return b"\n".join(clear for _, clear in await _rows(server, owner))
    except EngineError:
        return b""
    finally:
        await server.stop()


async def _holds(data: Path, owner: Owner, word: bytes) -> bool:
    """Whether a box of a store opens, and has a word."""
    return word in await opened(data, owner)


def with_store(base: Path, store: Path, target: Path) -> Path:
    """Return a directory with the keys of one and the store of another."""
    shutil.copytree(base, target)
    for old in target.glob("chappe.db*"):
        old.unlink()
    for kept in store.glob("chappe.db*"):
        shutil.copy(kept, target)
    return target


async def play_digger(stage: Stage, ids: Ids, base: Path) -> dict[Attack, Finding]:
    """Delete, and look for it."""
    ada, emmy = Owner(Kind.USER, ids.ada), Owner(Kind.USER, ids.emmy)
    text, begun = (stage.sealed.words[place].encode() for place in (Place.TEXT, Place.DRAFT))
    after = stage.folder / "deleted"
    shutil.copytree(base, after)
    server = await start(after)
    try:
        raw = [sealed for sealed, clear in await _rows(server, ada) if text in clear]
        client = Client(1, 1, lambda _: None)
        client.user = ids.ada
        had_begun = any(begun in clear for _, clear in await _rows(server, ada))
        for request in (
            api.MessagesDeleteMessages(revoke=True, id=[stage.sealed.sent[Place.TEXT]]),
            api.MessagesClearAllDrafts(),
        ):
            serve = server.dispatcher.methods[type(request)].serve
            await serve(Call(server.context, client), request)
        await server.delivery.relay.settle()
        await server.command("erase", {"user": ids.emmy}, MACHINE)
        files = files_of(after)
        server.context.clock = Later()
        await server.shredder.run()
    finally:
        await server.stop()
    left = [name for name, content in files.items() for one in raw if one in content]
    old_store = with_store(after, base, stage.folder / "old store")
    own_keys = base
    gone = not await _holds(after, emmy, b"Emmy")
    shut = not await _holds(old_store, emmy, b"Emmy")
    open_still = await _holds(own_keys, emmy, b"Emmy")
    left_of_old = await opened(old_store, ada)
    message, draft = text in left_of_old, begun in left_of_old or not had_begun
    return {
        Attack.DELETED_MESSAGE: (
            got(f"its sealed bytes are in {', '.join(sorted(set(left)))}")
            if left
            else caught("its bytes are in no file")
        ),
        Attack.DELETED_ACCOUNT: caught("its key is gone") if gone else got("its box opens"),
        Attack.OLD_BACKUP_NEW_KEYS: (
            caught("the account's box does not open") if shut else got("the account's box opens")
        ),
        Attack.OLD_MESSAGE_NEW_KEYS: (
            got("the deleted message opens") if message else caught("it does not open")
        ),
        Attack.OLD_DRAFT_NEW_KEYS: (
            got("the draft opens, or there was none") if draft else caught("it does not open")
        ),
        Attack.OLD_BACKUP_OWN_KEYS: (
            got("the deleted account's box opens") if open_still else caught("it does not open")
        ),
    }
