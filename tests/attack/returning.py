"""The thief who comes again: they had every key once, and want what was written since."""

import contextlib
import shutil
from pathlib import Path
from typing import Final

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, EngineError, encode_key
from chappe.rpc import MACHINE, Call, Client
from chappe.tl import api
from chappe.trust import sealing

from .administrator import Ids
from .digger import ROWS_MAX, opened, start, with_store
from .expected import Attack
from .findings import Finding, caught, got
from .stage import PASSPHRASE, Stage

SAID: Final = b"said once the keys were others"
ABOUT: Final = b"told of oneself since then"


async def play_returning(stage: Stage, ids: Ids, base: Path) -> dict[Attack, Finding]:
    """Renew the keys of a store, write there, and look at it with the keys it had before."""
    ada, after = Owner(Kind.USER, ids.ada), stage.folder / "renewed"
    shutil.copytree(base, after)
    server = await start(after)
    try:
        await server.command("rotate", {"owners": True, "at_speed": True}, MACHINE)
        client = Client(1, 1, lambda _: None)
        client.user = ids.ada
        for request in (
            api.MessagesSendMessage(
                peer=api.InputPeerSelf(), message=SAID.decode(), random_id=1_234
            ),
            api.AccountUpdateProfile(about=ABOUT.decode()),
        ):
            await server.dispatcher.methods[type(request)].serve(
                Call(server.context, client), request
            )
    finally:
        await server.stop()
    there = await opened(after, ada)
    if SAID not in there or ABOUT not in there:
        nothing = got("what was written is not there: nothing was tried")
        return {Attack.KEYS_OF_BEFORE: nothing, Attack.GRAPH_BY_KEYS_OF_BEFORE: nothing}
    cells, values = await _by_older_keys(with_store(base, after, stage.folder / "returned"), ada)
    read = [word.decode() for word in (SAID, ABOUT) if any(word in value for value in values)]
    with_themselves = encode_key((ids.ada,))
    seen = sum(table == "message" and key.startswith(with_themselves) for table, key in cells)
    return {
        Attack.KEYS_OF_BEFORE: (
            got(f"read: {', '.join(read)}")
            if read
            else caught(f"{len(values)} values of before open, and nothing of what came since")
        ),
        Attack.GRAPH_BY_KEYS_OF_BEFORE: (
            got(f"{seen} messages are seen to be with one person")
            if seen
            else caught("no cell tells with whom")
        ),
    }


async def _by_older_keys(data: Path, owner: Owner) -> tuple[list[tuple[str, bytes]], list[bytes]]:
    """Return all cells of a box by the keys beside it, and the values that open by those."""
    root, entropy = sealing.open_root(data, PASSPHRASE), SystemEntropy()
    kept = SqliteEngine(data / "keys.db", forget=True)
    keys = sealing.KeyStore(kept, root, entropy, sealing.EpochFile(data / "keys.epochs", kept))
    await keys.open()
    boxes = SqliteEngine(data / "chappe.db")
    await boxes.seal_journal(sealing.JournalSeal(keys.secret(sealing.JOURNAL), entropy))
    engine = sealing.seal(boxes, keys, entropy)
    cells: list[tuple[str, bytes]] = []
    values: list[bytes] = []
    try:
        for table, key, sealed in await engine.inner.walk(owner, ("", b""), limit=ROWS_MAX):
            cells.append((table, key))
            with contextlib.suppress(EngineError):
                found = await engine._opened(owner, [(Cell(owner, table, key), sealed)])
                values += [value for value in found if value is not None]
    finally:
        await engine.close()
    return cells, values
