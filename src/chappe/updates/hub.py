"""The hub: tracks connected clients and pushes committed events to them."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from chappe import tl
from chappe.core import Kind, Owner
from chappe.tl import api

from .boxes import Announced, Change
from .context import Context
from .drive import drive
from .events import Event
from .push_audience import PUSH_AUDIENCE
from .reporting import Observer, report
from .rows import QtsLog
from .shared_render import Sample, SharedRender
from .viewer import Viewer

PUBLICATIONS_QUEUED_MAX: Final = (
    1_000  # publications queued for one user or channel; beyond it clients ask for the difference
)

SHARED_MIN: Final = 8  # watchers of a channel from which on they share a rendering
SHARED_AT_ONCE: Final = 50  # of them pushed to before other work has its turn
SHARED_MAX: Final = 64  # shared renderings of messages kept for the boxes still to come

# (pts or qts, event)…; the client that asked; date; the second log, if only its readers are to be told
Publication = tuple[list[tuple[int, Event]], object, int, QtsLog | None]


class Subscriber(Protocol):
    """A client that is connected and logged in."""

    user: int | None
    key_id: int  # the authorisation key that stands for its device; 0: none
    layer: int
    wants_updates: bool

    def push(self, body: bytes) -> None:
        """Send an encoded `Updates`; may lose it, since the client repairs itself by pts."""
        ...


PeerViews = Callable[[Viewer], Awaitable[tuple[list[Any], list[Any]]]]


@dataclass(frozen=True, slots=True)
class HubHooks:
    """Questions of the hub that features, which stand above it, answer."""

    peers: PeerViews  # renders the users and chats that an answer mentions
    are_strangers: Callable[
        [Context, int, int], Awaitable[bool]
    ]  # one sees another as anybody does
    came_online: Callable[[Context, int], Coroutine[Any, Any, None]]  # a user is connected now
    # the push audience of a box may have missed events, of that time; must not wait
    missed: Callable[[Context, Owner, Sequence[Event], int], None]


class Hub:
    """Fan-out: subscribers by user, and watching users by channel. Events reach a user in order."""

    def __init__(self, context: Context, hooks: HubHooks, observer: Observer) -> None:
        self._context = context
        self._hooks = hooks
        self._observer = observer
        self._subscribers: dict[int, set[Subscriber]] = {}
        self._queues: dict[int, deque[Publication]] = {}
        self._channel_queues: dict[int, deque[Publication]] = {}  # by channel, where many are told
        self._shared: OrderedDict[tuple[Any, ...], SharedRender] = OrderedDict()  # oldest first
        self._watched: dict[int, set[int]] = {}  # channel → users online
        self._watching: dict[int, set[int]] = {}  # user online → channels
        self._audience = context.own(PUSH_AUDIENCE)
        self.tasks: set[asyncio.Task[None]] = set()

    def subscribe(self, user: int, subscriber: Subscriber) -> None:
        """Push to this subscriber what is published for a user from now on."""
        found = self._subscribers.get(user)
        if found is not None:
            found.add(subscriber)
            return
        self._subscribers[user] = {subscriber}
        came = self._hooks.came_online(self._context, user)
        drive(came, lambda _: None, self.failed, self.tasks)

    def unsubscribe(self, user: int, subscriber: Subscriber) -> None:
        """Push to this subscriber no longer."""
        found = self._subscribers.get(user)
        if found is not None:
            found.discard(subscriber)
            if not found:
                del self._subscribers[user]
                for channel in self._watching.pop(user, ()):
                    self._unwatch(channel, user)

    def online(self, user: int) -> bool:
        """Whether anybody listens for this user."""
        return user in self._subscribers

    @property
    def people_here(self) -> int:
        """How many people have a client that is connected, or was just now."""
        return len(self._subscribers)

    def subscribers(self, user: int) -> frozenset[Subscriber]:
        """Return who listens for this user."""
        return frozenset(self._subscribers.get(user, ()))

    def watch(self, user: int, channels: Collection[int]) -> None:
        """Subscribe a user, while online, to the events of these channels."""
        self._audience.watch(user, channels)
        if user in self._subscribers:
            for channel in channels:
                self._watched.setdefault(channel, set()).add(user)
                self._watching.setdefault(user, set()).add(channel)

    def unwatch(self, user: int, channel: int) -> None:
        """End a user's subscription to a channel."""
        self._audience.unwatch(user, channel)
        self._watching.get(user, set()).discard(channel)
        self._unwatch(channel, user)

    def _unwatch(self, channel: int, user: int) -> None:
        found = self._watched.get(channel)
        if found is not None:
            found.discard(user)
            if not found:
                del self._watched[channel]

    def watchers(self, channel: int) -> frozenset[int]:
        """Return the users online who are subscribed to this channel."""
        return frozenset(self._watched.get(channel, ()))

    def publish(self, change: Change) -> None:
        """Queue the events of a committed change for every subscriber but the client that asked."""
        announced = change.announced
        if change.without_pts:
            announced = [*announced, *((0, event) for event in change.without_pts)]
        events = cast("list[tuple[int, Event]]", announced)  # below, an event is known by its name
        if change.owner.kind is Kind.USER:
            if events:
                self._enqueue(change.owner.id, (events, change.origin, change.now, None))
            for log, qts, event in change.addressed or ():
                addressed = [(qts, cast("Event", event))]
                self._enqueue(change.owner.id, (addressed, change.origin, change.now, log))
        elif change.owner.kind is Kind.CHANNEL:
            self._publish_to_channel(change.owner.id, (events, change.origin, change.now, None))
        if self._audience.concerns(change.owner):
            notifying = [event for _, event in events if change.owner.kind in event.notifies]
            if notifying:
                self._hooks.missed(self._context, change.owner, notifying, change.now)

    def _publish_to_channel(self, channel: int, publication: Publication) -> None:
        watched = self._watched.get(channel)
        if watched is None:
            return
        queue = self._channel_queues.get(channel)
        if queue is not None:
            if len(queue) < PUBLICATIONS_QUEUED_MAX:
                queue.append(publication)
        elif len(watched) < SHARED_MIN:
            for user in tuple(watched):
                self._enqueue(user, publication)
        else:
            self._channel_queues[channel] = deque((publication,))
            drive(self._work_channel(channel), lambda _: None, self.failed, self.tasks)

    async def _work_channel(self, channel: int) -> None:
        """Push a channel's publications in order, to its many watchers a few at a time."""
        queue = self._channel_queues[channel]
        try:
            while queue:
                try:
                    await self._push_to_many(channel, queue[0])
                except Exception as error:  # noqa: BLE001  one bad event must not silence the rest
                    self.failed(error)
                queue.popleft()
        finally:
            del self._channel_queues[channel]

    async def _push_to_many(self, channel: int, publication: Publication) -> None:
        events, origin, _, _ = publication
        audience = await events[0][1].audience(self._context) if len(events) == 1 else None
        place, shared = Owner(Kind.CHANNEL, channel), SharedRender()
        for turn, user in enumerate(tuple(self._watched.get(channel, ()))):
            if turn % SHARED_AT_ONCE == SHARED_AT_ONCE - 1:
                await asyncio.sleep(0)
            facts = None
            if audience is not None and not shared.unshareable and user not in self._queues:
                facts = await audience(user)
            to = () if facts is None else self._to(user, origin)
            if facts is None or not await self._push_shared(
                place, shared, user, facts, to, publication
            ):
                self._enqueue(user, publication)

    async def _push_shared(
        self,
        place: Owner,
        shared: SharedRender,
        user: int,
        facts: Any,
        to: Sequence[Subscriber],
        publication: Publication,
    ) -> bool:
        """Push a shared rendering to one user; False if theirs turns out to differ."""
        if not to:
            return True
        named = shared.named
        if not await self._are_strangers(user, named):
            return False
        bodies = [shared.body(user, facts, s.layer) for s in to]
        if None in bodies:
            viewer = Viewer(self._context, user, as_sample=True)
            updates = await render(viewer, publication[0], publication[2], self._hooks.peers)
            shared.unshareable = viewer.unshareable or viewer.places != {place}
            others = viewer.users - named
            if updates is None or shared.unshareable or not await self._are_strangers(user, others):
                return False
            shared.add(Sample(user, facts, updates, viewer.holes, frozenset(viewer.users)))
            bodies = [tl.encode(updates, s.layer) for s in to]
        for subscriber, body in zip(to, bodies, strict=True):
            subscriber.push(body or b"")
        return True

    async def _are_strangers(self, user: int, others: Iterable[int]) -> bool:
        """Whether somebody sees others as anybody does."""
        are_strangers = self._hooks.are_strangers
        for other in others:
            if not await are_strangers(self._context, user, other):
                return False
        return True

    def push_transient(
        self, to: Owner, event: Announced, but: object = None, *, device: int = 0
    ) -> None:
        """Push an event that is not kept, such as that somebody is typing; to one device, or every."""
        log = QtsLog(device) if device else None
        publication: Publication = (
            [(0, cast("Event", event))],
            but,
            int(self._context.clock.now()),
            log,
        )
        if to.kind is Kind.CHANNEL:
            self._publish_to_channel(to.id, publication)
        else:
            self._enqueue(to.id, publication)

    def _enqueue(self, user: int, publication: Publication) -> None:
        subscribers = self._subscribers.get(user)
        if subscribers is None:
            return
        queue = self._queues.get(user)
        if queue is not None:
            if len(queue) < PUBLICATIONS_QUEUED_MAX:
                queue.append(publication)
            return
        if len(subscribers) == 1 and publication[1] in subscribers:
            return  # the one who listens is the one who asked
        self._queues[user] = deque((publication,))
        drive(self._work(user), lambda _: None, self.failed, self.tasks)

    async def _work(self, user: int) -> None:
        queue = self._queues[user]
        try:
            while queue:
                try:
                    await self._push(user, queue[0])
                except Exception as error:  # noqa: BLE001  one bad event must not silence the rest
                    self.failed(error)
                queue.popleft()
        finally:
            del self._queues[user]

    async def _push(self, user: int, publication: Publication) -> None:
        """Render once for the user, encode once for each layer, send to every subscriber."""
        events, origin, date, log = publication
        to = self._to(user, origin)
        if log is not None and log.device:
            to = [s for s in to if s.key_id == log.device]
        if not to or (log is None and await self._push_by_shared_key(user, to, publication)):
            return
        updates = await render(Viewer(self._context, user), events, date, self._hooks.peers, log)
        if updates is None:
            return
        encoded: dict[int, bytes] = {}
        for subscriber in to:
            layer = subscriber.layer
            body = encoded.get(layer)
            if body is None:
                body = encoded[layer] = tl.encode(updates, layer)
            subscriber.push(body)

    async def _push_by_shared_key(
        self, user: int, to: Sequence[Subscriber], publication: Publication
    ) -> bool:
        """Push a rendering shared by events of several boxes; False if this one cannot share."""
        events, _, date, _ = publication
        shared_key = (
            await events[0][1].shared_key(self._context, user) if len(events) == 1 else None
        )
        if shared_key is None:
            return False
        inputs = (date, *shared_key.inputs)
        shared = self._shared.get(shared_key.name)
        if shared is None or shared.inputs != inputs:
            shared = self._shared[shared_key.name] = SharedRender(inputs)
            if len(self._shared) > SHARED_MAX:
                self._shared.popitem(last=False)
        if shared.unshareable or not shared.named <= shared_key.named:
            return False
        if not shared.samples and not await self._are_strangers(user, shared_key.named):
            return False  # told apart before a sample is rendered: among friends everybody is
        return await self._push_shared(
            shared_key.place, shared, user, shared_key.facts, to, publication
        )

    def _to(self, user: int, origin: object) -> list[Subscriber]:
        """Return the subscribers of a user that want updates, but for the device that asked."""
        return [
            s
            for s in self._subscribers.get(user, ())
            if s.wants_updates and not _same_device(s, origin)
        ]

    def failed(self, error: BaseException) -> None:
        """Report a bug of ours."""
        report(self._observer.bug, "hub", error)


def _same_device(subscriber: Subscriber, origin: object) -> bool:
    """Whether a subscriber is the client that asked, or another session of its device."""
    if subscriber is origin:
        return True
    key = getattr(origin, "key_id", 0)
    return bool(key) and key == getattr(subscriber, "key_id", 0)


async def render(
    viewer: Viewer,
    events: Iterable[tuple[int, Event]],
    date: int,
    peers: PeerViews,
    log: QtsLog | None = None,
) -> Any:
    """Return the `api.Updates` that tells these events to this viewer; None if nothing is left.

    In the box's own log an event of which nothing is left still counts its pts. In a second one the
    client asks for the difference instead.
    """
    told = []
    for pts, event in events:
        update = await (event.render_or_count if log is None else event.render)(viewer, pts)
        if update is not None:
            told.append(update)
    if not told:
        return None
    users, chats = await peers(viewer)
    return api.Updates(updates=told, users=users, chats=chats, date=date, seq=0)
