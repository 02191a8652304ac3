"""`chappe check`: every value is opened, and every store examined."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from chappe.core import Kind, Owner
from chappe.core.configuration import load
from chappe.core.system import SystemEntropy
from chappe.engines.sqlite import SqliteEngine
from chappe.gateways.cli import OperatorError, Show, Step
from chappe.ports import EngineError, tables_of_records
from chappe.trust import freshness, sealing

from .layout import PUBLIC_KEY, RESTORED, holds_store
from .opening import open_store
from .root import server_key

CELLS_CHECKED_AT_ONCE: Final = 1_000


async def check(data: Path, secret: sealing.RootSecret, show: Show, step: Step) -> list[str]:
    """Open every sealed value of a data directory and compare what belongs together; return what is wrong.

    `step` is told how many boxes are done, and of how many.

    Raises:
        OperatorError: there is no store. To open one would make it, and find nothing wrong.
    """
    root = sealing.open_root(data, secret)
    config = load(data, os.environ, {})
    if not config.store and not holds_store(data):
        raise OperatorError(f"{data} holds no data of a server: name its directory by --data.")
    engine, keys = await open_store(config, data, root, SystemEntropy(), look=True)
    wrong: list[str] = []
    try:
        if (data / PUBLIC_KEY).exists():
            server_key(data, root, SystemEntropy())
    except EngineError as error:
        wrong.append(str(error))
    try:
        for store in (sealing.stored_in(engine), keys.engine):
            if isinstance(store, SqliteEngine):
                wrong += [f"{store.path.name}: {text}" for text in await store.check()]
        owners = {kind: await _owners(engine, kind) for kind in Kind}
        done, of, boxes = 0, sum(map(len, owners.values())), 0
        for kind, those in owners.items():
            found, lacking = await _check_kind(
                engine, kind, those, show, partial(_step, step, done, of)
            )
            wrong += found
            boxes += lacking
            done += len(those)
        if (data / RESTORED).exists():
            show("sums: this store was restored: the first start counts it anew")
        else:
            named = {text.partition(":")[0] for text in wrong}  # of whose boxes the worse is known
            stale = await _compare(engine, show, step)
            wrong += [text for text in stale if text.partition(":")[0] not in named]
    finally:
        await engine.close()
    if engine.shredded:
        show(
            f"{engine.shredded} values in {boxes} boxes are lost, as of an older backup: something of their"
            " months was deleted or edited after it was made, and the keys with it"
        )
    return wrong


async def _compare(engine: sealing.SealedEngine, show: Show, step: Step) -> list[str]:
    """Compare every box with the sum it keeps, and all of them with that of the store."""
    keys = engine.keys
    seal = freshness.SumSeal(keys, SystemEntropy())
    found = await freshness.compare(
        sealing.stored_in(engine), seal, tables_of_records(), keys.owners.show, step
    )
    if found is None:
        show("sums: none are kept yet; the next start of the server makes them")
        return []
    if found.is_busy:
        show("sums: the store was written meanwhile, and cannot be compared while a server runs")
    elif found.cells:
        show(f"sums: {found.cells} values of {found.boxes} boxes compared")
    return list(found.wrong)


def _step(step: Step, before: int, of: int, done: int) -> None:
    step(before + done, of)


async def _owners(engine: sealing.SealedEngine, kind: Kind) -> list[Owner]:
    """Return every owner of a kind."""
    found: list[Owner] = []
    while page := await engine.owners(kind, after=found[-1].id if found else -(1 << 62)):
        found += page
    return found


async def _check_kind(
    engine: sealing.SealedEngine,
    kind: Kind,
    owners: list[Owner],
    show: Show,
    step: Callable[[int], None],
) -> tuple[list[str], int]:
    """Open every value of every owner of a kind; return what is wrong, and in how many some are shredded."""
    wrong: list[str] = []
    count = lacking = 0
    for number, owner in enumerate(owners):
        before = engine.shredded
        try:
            count += await _open_all(engine, owner)
        except EngineError:
            wrong.append(f"{kind.name.lower()} box {owner.id}: a value does not open")
        lacking += engine.shredded > before
        step(number + 1)
    if count:
        show(f"{kind.name.lower()}: {count} values open")
    return wrong, lacking


async def _open_all(engine: sealing.SealedEngine, owner: Owner) -> int:
    """Open every value of an owner; return how many there are."""
    count, after = 0, ("", b"")
    while rows := await engine.walk(owner, after, limit=CELLS_CHECKED_AT_ONCE):
        count += len(rows)
        after = rows[-1][:2]
    return count
