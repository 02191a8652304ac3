"""Methods of exports: begun after a wait, ended, and what is asked within one.

An app asks for everything by the methods there are, wrapped in `invokeWithTakeout`
(core.telegram.org/api/takeout).
"""

from typing import Final

import msgspec

from chappe.core import Kind, Owner, random_number
from chappe.features import auth
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context, Job

from .records import Takeout
from .rules import TakeoutStage, ends_at, may_begin_at, scope_of, takeout_stage
from .sessions import takeout_of
from .telling import ASKED, BEGUN, FINISHED, tell

LAST_MESSAGE: Final = 2_147_483_647  # the highest number a message may have


class CloseTakeout(Job, frozen=True):
    """Forget an export that is over."""

    name = "takeout.close"

    user: int
    key_id: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            found = await change.get(Takeout, self.key_id)
            if found is None or found.number != self.number:
                return
            if takeout_stage(found, change.now) is TakeoutStage.OVER:
                change.drop(Takeout, self.key_id)
            else:
                change.schedule(ends_at(found), self)


@method(
    api.AccountInitTakeoutSession,
    rate=Rate.TAKEOUT,
    home=Home.CALLER,
    raises=(errors.TakeoutInitDelay,),
)
async def init_takeout_session(
    call: Call, request: api.AccountInitTakeoutSession
) -> api.AccountTakeout:
    """Begin to export, once the other devices had a day to refuse it, or one of them confirmed it.

    The first call begins that day and tells all devices; TAKEOUT_INIT_DELAY_X says how long it still is.
    """
    async with call.change() as change:
        found = await takeout_of(change, call.client.key_id)
        stage = TakeoutStage.OVER if found is None else takeout_stage(found, change.now)
        if found is None or stage is TakeoutStage.OVER:
            found = await _asked(call, change)
            stage = TakeoutStage.WAITING
        elif stage is TakeoutStage.OPEN:
            found = msgspec.structs.replace(
                found,
                begun=change.now,
                wants=scope_of(request),
                file_bytes_max=max(request.file_max_size or 0, 0),
            )
            change.put(found)
            tell(change, found, BEGUN)
    if stage is TakeoutStage.WAITING:
        raise errors.TakeoutInitDelay(max(may_begin_at(found) - call.now, 1))
    return api.AccountTakeout(id=found.number)


async def _asked(call: Call, change: Change) -> Takeout:
    """Keep that the caller's device asks for an export from now on."""
    key_id = call.client.key_id
    found = Takeout(
        key_id=key_id,
        number=random_number(call.context.entropy),
        session=await auth.session_since(change, key_id),
        asked=change.now,
        device=call.client.device.device_model,
    )
    change.put(found)
    tell(change, found, ASKED)
    done = CloseTakeout(user=call.user, key_id=key_id, number=found.number)
    change.schedule(ends_at(found), done)
    return found


def _require(call: Call) -> None:
    """Check that a call is part of an export that runs.

    Raises:
        errors.TakeoutRequired: it is not.
    """
    if not call.takeout:
        raise errors.TakeoutRequired


@method(
    api.AccountFinishTakeoutSession,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.TakeoutRequired,),
)
async def finish_takeout_session(call: Call, request: api.AccountFinishTakeoutSession) -> bool:
    """End the export that this call is part of; the next one waits again."""
    _require(call)
    async with call.change() as change:
        found = await change.get(Takeout, call.client.key_id)
        if found is not None and found.number == call.takeout:
            change.drop(Takeout, found.key_id)
            tell(change, found, FINISHED)
    return True


@method(api.MessagesGetSplitRanges)
async def get_split_ranges(
    call: Call, request: api.MessagesGetSplitRanges
) -> list[api.MessageRange]:
    """Return that one's messages may be read in one go: there is one range of numbers."""
    return [api.MessageRange(min_id=1, max_id=LAST_MESSAGE)]


@method(api.ChannelsGetLeftChannels, raises=(errors.TakeoutRequired,))
async def get_left_channels(call: Call, request: api.ChannelsGetLeftChannels) -> api.MessagesChats:
    """Return no channels: which ones somebody has left is not kept."""
    _require(call)
    return api.MessagesChats(chats=[])
