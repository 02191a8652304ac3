"""Notifies people who are away: decides of what, on which of their browsers, and sends it by Web Push.

The hub says what the push audience may have missed. Whoever caused it waits for nothing here.
"""

import asyncio
import base64
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.ports import PushOutcome, PushResult
from chappe.rpc import CLIENTS
from chappe.updates import (
    PUSH_AUDIENCE,
    Context,
    Event,
    Notification,
    Periodic,
    PerServer,
    Viewer,
    report,
)

from . import hooks
from .loudness import loudness
from .push_queue import Browser, PushObserver, PushQueue
from .rules import payload_of
from .subscriptions import PLACES_BOX, PushPlace, PushSubscription, unsubscribe

CHANNELS_WAITING_MAX: Final = 1_000  # channels whose readers are still to be looked at
CHANGES_KEPT_MAX: Final = (
    16  # changes of one channel, or told to one browser, that are known; the newest
)
READERS_A_TURN: Final = 20  # a channel's readers that are looked at before a pause
TURN_PAUSE_S: Final = (
    0.05  # seconds of that pause: it also bounds how many messages become due at once
)
PLACES_LOADED_MAX: Final = 1_000_000  # subscriptions found again at a start
TICK_S: Final = 1.0  # seconds between two looks at what was to be tried later
HERE_HOLD_S: Final = (
    30  # seconds others of somebody's devices have to show it before a browser is woken
)
TOLD_S: Final = (
    120  # seconds in which a browser that was told turns out to be gone: apps ping once a minute
)
TOLD_MAX: Final = 20_000  # browsers of which it is known what they were told, the newest
TOPIC_BYTES: Final = 18  # bytes of the word by which a push service replaces a message that waits


class Missed(NamedTuple):
    """What happened in one change that may notify somebody."""

    events: Sequence[Event]
    date: int


class Notifier(Periodic):
    """Who is notified of what in one server, as far as it is in memory."""

    def __init__(self, context: Context, observer: PushObserver) -> None:
        super().__init__("notifier", TICK_S, observer)
        self._context = context
        self._push_observer = observer
        self._audience = context.own(PUSH_AUDIENCE)
        self._channels: OrderedDict[int, deque[Missed]] = OrderedDict()  # the first to wait first
        self._working: asyncio.Task[None] | None = None
        self._told: OrderedDict[Browser, deque[tuple[float, Missed]]] = OrderedDict()
        self.queue = PushQueue(context.clock, self._attempt, observer)

    # -- who is in the audience ---------------------------------------------------------------------

    async def load(self) -> None:
        """Find the subscriptions that earlier runs left."""
        house, seen = self._context.look(PLACES_BOX), set[int]()
        async for places in house.pages(PushPlace, limit=PLACES_LOADED_MAX):
            for user in {user for place in places for user in place.users} - seen:
                seen.add(user)
                box = self._context.look(Owner(Kind.USER, user))
                for subscription in await box.scan(PushSubscription):
                    await self.take_in(user, subscription.key_id)

    async def take_in(self, user: int, key_id: int) -> None:
        """Notify somebody by the browser of this session from now on."""
        channels = await chats.joined_channels(self._context, user)
        self._audience.add(user, key_id, channels)

    # -- who is notified of what --------------------------------------------------------------------

    def missed(self, owner: Owner, events: Sequence[Event], date: int) -> None:
        """Decide soon who is notified of what happened in a box: its person at once, a channel's by turns."""
        missed = Missed(events, date)
        if owner.kind is Kind.USER:
            self._context.delivery.begin(self._look_for(owner.id, (missed,)))
            return
        waiting = self._channels.get(owner.id)
        if waiting is None:
            if len(self._channels) >= CHANNELS_WAITING_MAX:
                self._push_observer.pushed("dropped")
                return
            waiting = self._channels[owner.id] = deque(maxlen=CHANGES_KEPT_MAX)
        waiting.append(missed)
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work_channels())

    async def _work_channels(self) -> None:
        """Look at the readers of channels, a few at a time: however many there are, others go on."""
        while self._channels:
            channel, waiting = self._channels.popitem(last=False)
            for turn, user in enumerate(self._audience.members(channel), 1):
                try:
                    await self._look_for(user, tuple(waiting))
                except Exception as error:  # noqa: BLE001  one bad event must not silence the rest
                    report(self._push_observer.bug, "notifier", error)
                await asyncio.sleep(0 if turn % READERS_A_TURN else TURN_PAUSE_S)

    async def _look_for(self, user: int, missed: Sequence[Missed]) -> None:
        """Notify those browsers of somebody that are not connected; remember what the others were told."""
        clients, away = self._context.own(CLIENTS), []
        for key_id in self._audience.keys(user):
            browser = Browser(user, key_id)
            if clients.listens(key_id):
                self._remember(browser, missed)
            else:
                away.append(browser)
        if away:
            await self._notify(user, away, missed)

    async def _notify(
        self, user: int, browsers: Sequence[Browser], missed: Sequence[Missed]
    ) -> None:
        """Notify browsers of the newest that somebody wants to hear; one that makes a sound goes before."""
        viewer = Viewer(self._context, user)
        found: Notification | None = None
        for event, date in [(event, one.date) for one in missed for event in one.events][::-1]:
            notification = await event.notification(viewer, date)
            if notification is None:
                continue
            muted, silent = await loudness(viewer, notification)
            if not muted and (found is None or not silent):
                found = notification._replace(silent=silent)
            if found is not None and not found.silent:
                break
        if found is not None:
            hold_s = HERE_HOLD_S if await self._is_here(viewer) else 0
            for browser in browsers:
                self.queue.add(browser, found, hold_s)

    async def _is_here(self, viewer: Viewer) -> bool:
        """Whether somebody says by another device that they are here: they may see it there."""
        if not self._context.own(CLIENTS).hears(viewer.user):
            return False
        seen = await viewer.look(Owner(Kind.USER, viewer.user)).get(accounts.LastSeen)
        return seen is not None and seen.until > self._context.clock.now()

    # -- those that were told, and turn out to be gone ------------------------------------------------

    def _remember(self, browser: Browser, missed: Sequence[Missed]) -> None:
        told = self._told.get(browser)
        if told is None:
            told = self._told[browser] = deque(maxlen=CHANGES_KEPT_MAX)
        self._told.move_to_end(browser)
        now = self._context.clock.monotonic()
        told.extend((now, one) for one in missed)
        if len(self._told) > TOLD_MAX:
            self._told.popitem(last=False)

    async def run(self) -> None:
        """See `Periodic`. Notifies browsers that were told something and turned out gone, and tries again."""
        since = self._context.clock.monotonic() - TOLD_S
        clients = self._context.own(CLIENTS)
        for browser in tuple(self._told):
            told = [missed for at, missed in self._told[browser] if at >= since]
            if told and clients.listens(browser.key_id):
                continue
            del self._told[browser]
            if told and browser.key_id in self._audience.keys(browser.user):
                await self._notify(browser.user, (browser,), told)
        self.queue.tick()

    async def settle(self) -> None:
        """Wait until everything is decided, and nothing under way."""
        if self._working is not None:
            await self._working
        await self.queue.settle()

    async def close(self) -> None:
        """Decide and send nothing more."""
        self._channels.clear()
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait((self._working,))
        await self.queue.stop()

    # -- sending ------------------------------------------------------------------------------------

    async def _attempt(
        self, browser: Browser, wanted: tuple[Notification, ...]
    ) -> PushResult | None:
        """See `push_queue.Attempt`. Looks again at what may have changed while it waited."""
        push, viewer = self._context.ports.push, Viewer(self._context, browser.user)
        look = viewer.look(Owner(Kind.USER, browser.user))
        subscription = await look.get(PushSubscription, browser.key_id)
        if push is None or subscription is None:
            self._audience.discard(*browser)
            return None
        if self._context.own(CLIENTS).listens(browser.key_id):
            return None
        is_news = self._context.ask(hooks.is_news)
        left = [one for one in wanted if await is_news(viewer, one)]
        if not left:
            return None
        payload = payload_of(left, subscription.tag)
        result = await push.send(
            subscription.address, payload, self._topic_of(browser, subscription)
        )
        if result.outcome is PushOutcome.GONE:
            await self._withdraw(browser, subscription.blind)
        return result

    def _topic_of(self, browser: Browser, subscription: PushSubscription) -> str:
        """Return a word that is the same for all messages to a browser for one account, and says nothing."""
        said = f"{browser.user} {subscription.blind}".encode()
        blind = self._context.secrets.blind("push topic", said)[:TOPIC_BYTES]
        return base64.urlsafe_b64encode(blind).decode()

    async def _withdraw(self, browser: Browser, blind: str) -> None:
        """Forget a subscription that its push service does not know, if it is still that one."""
        async with self._context.change(Owner(Kind.USER, browser.user)) as change:
            known = await change.get(PushSubscription, browser.key_id)
            if known is not None and known.blind == blind:
                unsubscribe(change, known)
                self._audience.discard(*browser)


NOTIFIER: Final[PerServer[Notifier]] = PerServer()


def missed(context: Context, owner: Owner, events: Sequence[Event], date: int) -> None:
    """See `HubHooks.missed`."""
    context.own(NOTIFIER).missed(owner, events, date)
