"""What is asked of the queue of updates; it is polled in `polls`, and no webhook can be set yet."""

from typing import Any

from ..caller import Caller
from ..params import Params
from ..shown.peers import Json
from .acting import Told, act


class DeleteWebhook(Params, frozen=True):
    """See the Bot API."""

    drop_pending_updates: bool = False


class GetWebhookInfo(Params, frozen=True):
    """See the Bot API."""


@act(DeleteWebhook)
async def delete_webhook(caller: Caller, given: DeleteWebhook) -> Told:
    """Say that there is no webhook, and forget what waits if that is wished."""
    if given.drop_pending_updates:
        await caller.parts.updates.forget(caller.bot)
    return Told(result=True, description="Webhook is already deleted")


@act(GetWebhookInfo)
async def get_webhook_info(caller: Caller, given: GetWebhookInfo) -> Json:
    """Return that updates are asked for, and how many wait."""
    updates = caller.parts.updates
    waiting = await updates.pending(caller.bot)
    shown: dict[str, Any] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": waiting,
    }
    allowed = await updates.allowed(caller.bot)
    return shown | ({"allowed_updates": allowed} if allowed else {})
