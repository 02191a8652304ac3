"""The order in which attacks are played: first on running servers, then on what they left."""

import asyncio
import shutil
import time
from pathlib import Path

from chappe import app
from chappe.core.configuration import Configuration

from . import root
from .administrator import Ids, age, guide_of, ids_of, play_administrator
from .at_the_desk import play_staff, report_a_message
from .correlation import true_edges
from .curious import play_code, play_code_that_is_not_enough, play_commands, play_reentry
from .digger import play_digger
from .expected import Attack
from .findings import Finding
from .freshness import play_freshness, play_put_back
from .gagged import play_gagged
from .handing_over import play_handing_over
from .returning import play_returning
from .rewriter import Desk, keys_of_log, play_rewriter
from .stage import PASSPHRASE, Stage, set_stage
from .thief import play_correlation, play_graph, play_guessing, play_killed, play_thief, watch_disk


async def play(folder: Path, *, long: bool = False) -> dict[Attack, Finding]:
    """Play every attack; return what became of each."""
    found: dict[Attack, Finding] = {}
    meanwhile: dict[str, bytes] = {}
    watching = asyncio.create_task(watch_disk(folder, meanwhile)) if long else None
    async with set_stage(folder) as stage:
        if watching is not None:
            watching.cancel()
        found |= await play_thief(stage, meanwhile)
        await report_a_message(stage.sealed)
        found |= await play_commands(stage)
        found[Attack.MEMORY] = await asyncio.to_thread(root.play_memory, stage)
        found[Attack.MEMORY_OF_ANOTHER] = root.play_other_user(stage)
        found |= await play_code(stage)
        found[Attack.CODE_NOT_ENOUGH] = await play_code_that_is_not_enough(stage)
        found[Attack.REENTRY] = await play_reentry(stage)
        ids = await ids_of(stage)
        keys = {"ada": stage.sealed.ada.key_id, "lise": stage.lise.key_id}
        found[Attack.KILLED] = play_killed(stage)
        found |= await _on_what_is_left(stage, ids, keys)
    found |= await play_handing_over(folder / "shared")
    return found


async def _on_what_is_left(stage: Stage, ids: Ids, keys: dict[str, int]) -> dict[Attack, Finding]:
    """Play what takes a stopped server: its own program reads its store, as the operator may."""
    base = stage.folder / "read"
    shutil.copytree(stage.server.data, base, ignore=shutil.ignore_patterns("*.sock", "log"))
    (base / "chappe.toml").unlink()  # of this copy nobody keeps a public log
    server = await app.start(Configuration(port=0), base, PASSPHRASE)
    try:
        log_keys = await keys_of_log(server)
        older = await age(server, ids)
        guide = await guide_of(server, ids)
        truth = await true_edges(server.context.store.engine)
        at_the_desk = await play_staff(server, stage.sealed)
    finally:
        await server.stop()
    now = int(time.time())
    desk = await asyncio.to_thread(Desk, stage, log_keys, now)
    found = await asyncio.to_thread(play_rewriter, stage, desk)
    found |= at_the_desk
    found |= await asyncio.to_thread(play_gagged, desk, now)
    found |= await play_administrator(stage, ids, keys, base, guide)
    found |= await play_freshness(stage.folder, ids, base, older, guide)
    found |= await play_digger(stage, ids, base)
    found |= await play_returning(stage, ids, base)
    found[Attack.PASSPHRASE_GUESSED] = play_guessing(base)
    found[Attack.WHO_WITH_WHOM] = play_graph(base, ids)
    found[Attack.GRAPH_GUESSED] = play_correlation(base, truth)
    found |= await play_put_back(stage)
    return found
