"""The curious operator: every command, and the login codes that operators see."""

import asyncio
import json
from typing import Any, Final

from telethon import errors
from telethon.tl import functions, types

from chappe.ports import EngineError
from tests.features.test_operator_sees_no_content import ADA, CLAUDE, GIVEN

from .expected import Attack
from .findings import Finding, caught, got
from .markers import Place
from .people import Person
from .planting import World, code_in
from .search import find
from .stage import Stage
from .waiting import until

# what an operator is told of accounts; the rest is what people wrote
ACCOUNT: Final = frozenset(
    {Place.FIRST_NAME, Place.USERNAME, Place.DEVICE, Place.CODE, Place.PHONE}
)
HARMFUL: Final = frozenset(
    {"end", "erase", "suspend", "suspend-end", "reentry"}
)  # to whom they name
SERVICE: Final = 777000  # whose chat tells of new sessions
SEEN: Final = "no answer of {} commands has what people wrote"


def _given(stage: Stage, name: str, ada: int) -> dict[str, Any]:
    """Return what a command is asked: about Ada, whose texts are looked for; harm is done to Emmy."""
    given = dict(GIVEN[name])
    if given.get("user") in (ADA, CLAUDE):
        given["user"] = stage.emmy_id if name in HARMFUL else ada
    return given


async def play_commands(stage: Stage) -> dict[Attack, Finding]:
    """Give every command there is, harmful ones last but one: Emmy stays."""
    ada = (await stage.sealed.ada.client.get_me()).id
    answers: dict[str, bytes] = {}
    for name in sorted(GIVEN.keys() - {"erase", "end", "reentry", "reentry-lost", "staff-remove"}):
        try:
            answer = await asyncio.to_thread(stage.command, name, **_given(stage, name, ada))
        except (EngineError, ValueError, Exception) as refusal:  # noqa: BLE001  what it says is looked at
            answer = str(refusal)
        answers[name] = json.dumps(answer).encode()
    hits = find(stage.sealed.markers, answers)
    # what was reported is what moderators are handed: it is looked for at the desk
    content = [hit for hit in hits if hit.place not in ACCOUNT and not hit.where.startswith("case")]
    account = [hit for hit in hits if hit.place in ACCOUNT]
    found = {}
    found[Attack.COMMANDS] = (
        got("; ".join(f"the {hit.place.value} by {hit.where}" for hit in content))
        if content
        else caught(SEEN.format(len(answers)))
    )
    found[Attack.ACCOUNTS] = (
        got(", ".join(sorted({f"the {hit.place.value} by `{hit.where}`" for hit in account})))
        if account
        else caught("no answer names anybody")
    )
    return found


async def play_code(stage: Stage) -> dict[Attack, Finding]:
    """Come into accounts by the code that `chappe codes` shows."""
    world = stage.sealed
    found: dict[Attack, Finding] = {}
    intruder = Person(world.server, world.ada.phone, "a stranger's phone")
    known = await intruder.ask_code()
    codes = await asyncio.to_thread(stage.command, "codes")
    hers = [one for one in codes if str(one["to"]) in world.ada.phone]
    code = str(hers[-1]["code"]) if hers else ""
    heard = len(world.ada.heard)
    try:
        await intruder.client.sign_in(world.ada.phone, code, phone_code_hash=known)
    except errors.RPCError as refusal:
        found[Attack.CODE] = caught(f"refused: {refusal}")
        found[Attack.CODE_UNNOTICED] = caught("nobody came in")
    else:
        told = await _told(world, heard)
        read = [one.message async for one in intruder.client.iter_dialogs()]
        found[Attack.CODE] = got(f"logged in, {len(read)} conversations")
        found[Attack.CODE_UNNOTICED] = told
    finally:
        await intruder.leave()
    found[Attack.CODE_AND_PASSWORD] = await _with_password(stage)
    return found


async def play_code_that_is_not_enough(stage: Stage) -> Finding:
    """Come in by a code where the setting says that a device must confirm it, or that it waits.

    Refused once, and confirmed for another device: else it would be a server nobody comes back to.
    """
    ada = stage.unsealed.ada
    for confirm in (False, True):
        intruder = Person(stage.unsealed.server, ada.phone, "another phone")
        try:
            refusal = await _refused(intruder)
            if refusal is None:
                return got("logged in")
            await intruder.leave()
            listed = (await ada.ask(functions.account.GetAuthorizationsRequest())).authorizations
            waiting = [one for one in listed if one.unconfirmed]
            if len(waiting) != 1:
                return got(f"her devices list {len(waiting)} who wait")
            await ada.ask(_settling(waiting[0].hash, confirm=confirm))
            # started anew: Telethon remembers for how long it shall not ask
            restarted = intruder.elsewhere(stage.unsealed.server)
            again = await _refused(restarted)
            await restarted.leave()
            if (again is None) is not confirm:
                return got(f"after an answer of her devices: {again or 'logged in'}")
        finally:
            await intruder.leave()
    return caught(
        f"told to wait {refusal.seconds // 3600} hours; in once a device of hers said yes"
    )


async def _refused(person: Person) -> errors.FloodWaitError | None:
    """Give a code; return the refusal, as an app has it, or None."""
    try:
        await person.log_in()
    except errors.FloodWaitError as refusal:
        return refusal
    return None


def _settling(hash_: int, *, confirm: bool) -> Any:
    if confirm:
        return functions.account.ChangeAuthorizationSettingsRequest(hash_, confirmed=True)
    return functions.account.ResetAuthorizationRequest(hash_)


async def _told(world: World, heard: int) -> Finding:
    """Return whether the other devices know of a session that has read nothing yet."""
    service = await world.ada.client.get_messages(SERVICE, limit=1)
    written = bool(service) and "New login" in service[0].message

    def listed() -> bool:
        return any(isinstance(one, types.UpdateNewAuthorization) for one in world.ada.heard[heard:])

    try:
        await until(listed, "no update")
    except RuntimeError:
        return got("no device was told")
    if not written:
        return got("nothing stands in the service's chat")
    return caught("each device had the update and the message before anything was read")


async def _with_password(stage: Stage) -> Finding:
    """Come by Claude's code, who has a two-step password."""
    world = stage.sealed
    intruder = Person(world.server, world.claude.phone, "a stranger's phone")
    try:
        before = len(stage.office.mails)
        known = await intruder.ask_code()
        await until(lambda: len(stage.office.mails) > before, "no mail came")
        code = code_in(stage.office.mails[-1].get_payload())
        await intruder.client.sign_in(world.claude.phone, code, phone_code_hash=known)
    except errors.SessionPasswordNeededError:
        try:
            await intruder.client.get_dialogs()
        except errors.RPCError as refusal:
            return caught(f"the password is asked for; without it: {refusal}")
    except errors.RPCError as refusal:
        return caught(f"refused: {refusal}")
    finally:
        await intruder.leave()
    return got("logged in")


async def play_reentry(stage: Stage) -> Finding:
    """Make a link into an account, and use it at once; the account's devices hear of it."""
    ada = (await stage.sealed.ada.client.get_me()).id
    link = (await asyncio.to_thread(stage.command, "reentry", user=ada))["link"]
    token = link.partition("#reentry=")[2]
    intruder = Person(stage.server, stage.sealed.ada.phone, "a stranger's phone")
    try:
        await intruder.client.connect()
        request = functions.auth.ImportWebTokenAuthorizationRequest(1, "x", f"reentry:{token}")
        await intruder.ask(request)
    except errors.RPCError as refusal:
        listed = await stage.sealed.ada.ask(functions.account.GetAuthorizationsRequest())
        waiting = [one for one in listed.authorizations if one.unconfirmed]
        if not waiting:
            return got("it waits, and no device lists it")
        return caught(f"refused: {refusal}; her devices list it, and may refuse it")
    finally:
        await intruder.leave()
    return got("logged in at once")
