"""Who gives a right code: let in at once, once a device of the account confirmed it, or told to wait."""

from typing import Final

from chappe.core import Kind, Owner, random_number
from chappe.core.levels import code_is_enough
from chappe.features import auth
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Change, Command, Context, Job

from .records import CodeEntry
from .rules import (
    CODE_ENTRIES_MAX,
    HOUR_S,
    CodeEntryStage,
    code_entry_over_at,
    code_entry_ready_at,
    code_entry_stage,
)
from .telling import BEGUN, USED, note_code_entry

DEVICE_CHARACTERS_MAX: Final = 64  # characters of what a device calls itself


async def beside_code(call: Call, user: int) -> auth.UseUp | None:
    """Return what lets the caller in beside the right code; see `auth.hooks.beside_code`.

    A two-step password is enough: it is asked for after this. Else the entry of this very device must have
    been confirmed by a device of the account, or have waited; which is used up with the log-in.

    Raises:
        errors.FloodWait: it waits, or was refused; carries the whole seconds it still does. Apps show it.
    """
    context, owner = call.context, Owner(Kind.USER, user)
    look = call.look(owner)
    if code_is_enough(context.config.code_alone, context.level):
        return None
    if await auth.has_password(context, user):
        return None
    entries = {one.key_id: one for one in await look.scan(CodeEntry)}
    entry = entries.get(call.client.key_id)
    stage = CodeEntryStage.OVER if entry is None else code_entry_stage(entry, call.now)
    if entry is None or stage is CodeEntryStage.OVER:
        alive = [one for one in entries.values() if code_entry_over_at(one) > call.now]
        if len(alive) >= CODE_ENTRIES_MAX:
            raise errors.FloodWait(min(map(code_entry_over_at, alive)) - call.now)
        wait_s = int(context.config.reentry_wait_hours) * HOUR_S
        device = call.client.device.device_model[:DEVICE_CHARACTERS_MAX]
        begin = BeginCodeEntry(key_id=call.client.key_id, device=device, wait_s=wait_s)
        async with call.change(auth.key_box(call.client.key_id)) as change:
            change.send_command(owner, begin)
        raise errors.FloodWait(wait_s)
    if stage is CodeEntryStage.REFUSED:
        raise errors.FloodWait(code_entry_over_at(entry) - call.now)
    if stage is CodeEntryStage.WAITING:
        raise errors.FloodWait(code_entry_ready_at(entry) - call.now)
    number = entry.number

    async def use(change: Change) -> bool:
        kept = await change.get(CodeEntry, call.client.key_id)
        if kept is None or kept.number != number:
            return False
        if code_entry_stage(kept, change.now) is not CodeEntryStage.OPEN:
            return False
        change.drop(CodeEntry, kept.key_id)
        note_code_entry(change, kept, USED)
        return True

    return use


class BeginCodeEntry(Command, frozen=True):
    """Begin the wait of a device that gave the right code: sent by its key, to the account."""

    name = "code_entries.begin"

    key_id: int
    device: str
    wait_s: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`. Who asks once more changes nothing, nor does one too many."""
        others = [
            one
            for one in await change.scan(CodeEntry)
            if code_entry_stage(one, change.now) is not CodeEntryStage.OVER
        ]
        known = any(one.key_id == self.key_id for one in others)
        if known or len(others) >= CODE_ENTRIES_MAX:
            return
        entry = CodeEntry(
            key_id=self.key_id,
            number=random_number(context.entropy),
            asked=change.now,
            wait_s=self.wait_s,
            device=self.device,
        )
        change.put(entry)
        note_code_entry(change, entry, BEGUN)
        close = CloseCodeEntry(user=change.owner.id, key_id=self.key_id, number=entry.number)
        change.schedule(code_entry_over_at(entry), close)


class CloseCodeEntry(Job, frozen=True):
    """Forget an entry that is over, whatever became of it."""

    name = "code_entries.close"

    user: int
    key_id: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            entry = await change.get(CodeEntry, self.key_id)
            if entry is not None and entry.number == self.number:
                change.drop(CodeEntry, self.key_id)
