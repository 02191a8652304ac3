"""Somebody's app: connects again and again, applies what it is told, and asks for what it missed."""

import asyncio
import random
from typing import Any

from bench.client import AuthKey, Client, Refused

from chappe import tl
from chappe.tl import api

from .crashing import Machine

WAITS_S = 0.5  # simulated seconds an update from the future waits for those before it
AGAIN_S = 1.0  # simulated seconds until an app that was cut off connects again

BEGINNING = 1  # the pts of a box in which nothing has happened yet

NEW_POSTS = (api.UpdateNewChannelMessage, api.UpdateEditChannelMessage)


class Log:
    """What an app knows of one box: its pts, and the texts by message id."""

    def __init__(self, pts: int = 0) -> None:
        self.pts = pts
        self.texts: dict[int, str] = {}
        self.ahead: list[Any] = []
        self.asking = 0  # differences under way: what comes by itself waits for them

    def put(self, message: Any) -> None:
        """Note a message."""
        self.texts[message.id] = getattr(message, "message", "") or type(message).__name__

    def drop(self, ids: list[int]) -> None:
        """Forget messages."""
        for number in ids:
            self.texts.pop(number, None)


class App:
    """One installation, with one key. `box` is the account's, `channels` those it has come to know."""

    def __init__(self, machine: Machine, auth: AuthKey, layer: int = tl.LAYER) -> None:
        self.machine = machine
        self.auth = auth
        self.layer = layer
        self.client: Client | None = None
        self.box = Log(BEGINNING)
        self.date = 1
        self.channels: dict[int, Log] = {}
        self.hashes: dict[int, int] = {}  # channel → access hash
        self.groups: set[int] = set()
        self.titles = machine.titles
        self.seen: list[tuple[str, float]] = []  # every text that was ever shown here, and when
        self.gaps = 0  # differences asked for though nothing but a push was missing
        self._chance = random.Random(auth.key)
        self._looking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- the connection ------------------------------------------------------------------------

    async def online(self) -> Client:
        """Return a connection, made if there is none; then everything missed is known."""
        while self.client is None or self.client.closed.done():
            link = await self.machine.connect()
            client = Client(
                link,
                self.auth,
                self.layer,
                now=self.machine.clock.now,
                token=self._chance.randbytes,
            )
            client.on_update = self._on_push
            self.client = client
        return self.client

    def away(self) -> None:
        """Hang up."""
        if self.client is not None:
            self.client.close()
            self.client = None

    async def call(self, request: Any) -> Any:
        """Serve a request, again after every cut, until it is answered.

        Raises:
            Refused: it was, other than for a store that failed.
        """
        while True:
            client = await self.online()
            try:
                answer = await client.call(request)
            except ConnectionError:
                await asyncio.sleep(AGAIN_S)
                continue
            except Refused as refusal:
                if refusal.name != "STORE_UNAVAILABLE":
                    raise
                await asyncio.sleep(AGAIN_S)
                continue
            self._answered(request, answer)
            return answer

    # -- what comes ----------------------------------------------------------------------------

    def _on_push(self, updates: Any) -> None:
        if isinstance(updates, api.UpdatesTooLong):
            self._later(self.catch_up())
            return
        self._learn(updates)
        for update in updates.updates:
            self._apply(update)

    def _answered(self, request: Any, answer: Any) -> None:
        """Take over what an answer says of the state."""
        if isinstance(answer, api.MessagesInvitedUsers):
            answer = answer.updates
        if isinstance(answer, api.Updates):
            self._on_push(answer)
        elif isinstance(answer, api.UpdateShortSentMessage):
            self._apply(answer)
        elif isinstance(answer, (api.MessagesAffectedMessages, api.MessagesAffectedHistory)):
            given = {
                "messages": getattr(request, "id", []),
                "pts": answer.pts,
                "pts_count": answer.pts_count,
            }
            if isinstance(request, api.ChannelsDeleteMessages):
                channel = request.channel.channel_id
                self._apply(api.UpdateDeleteChannelMessages(channel_id=channel, **given))
            else:
                self._apply(api.UpdateDeleteMessages(**given))

    def _learn(self, found: Any) -> None:
        for chat in getattr(found, "chats", ()):
            kind = "channel" if isinstance(chat, (api.Channel, api.ChannelForbidden)) else "group"
            self.titles[kind, chat.id] = chat.title
            if isinstance(chat, api.Channel):
                self.hashes[chat.id] = chat.access_hash or 0
                if chat.left:
                    self.channels.pop(chat.id, None)
                elif chat.id not in self.channels:
                    self.channels[chat.id] = Log()
                    self._later(self.catch_up_channel(chat.id))
            elif isinstance(chat, api.ChannelForbidden):
                self.channels.pop(chat.id, None)
            elif isinstance(chat, api.Chat):
                (self.groups.discard if chat.left or chat.deactivated else self.groups.add)(chat.id)
            elif isinstance(chat, api.ChatForbidden):
                self.groups.discard(chat.id)

    def _log_of(self, update: Any) -> Log | None:
        if isinstance(update, NEW_POSTS):
            return self.channels.get(update.message.peer_id.channel_id)
        if isinstance(update, (api.UpdateDeleteChannelMessages, api.UpdatePinnedChannelMessages)):
            return self.channels.get(update.channel_id)
        if getattr(update, "pts_count", None) is not None:
            return self.box
        return None

    def _apply(self, update: Any) -> None:
        """Apply one update if it is the next; keep it for a moment if it is ahead."""
        self._show(getattr(update, "message", None))
        if isinstance(update, api.UpdateChannelTooLong):
            if update.channel_id in self.channels:
                self._later(self.catch_up_channel(update.channel_id))
            return
        log = self._log_of(update)
        if log is None:
            return
        if (update.pts <= log.pts or not update.pts_count) and not log.asking:
            return
        if log.asking or update.pts != log.pts + update.pts_count:
            log.ahead.append(update)
            if not log.asking and len(log.ahead) == 1:
                self._later(self._wait_for_gap(log))
            return
        log.pts = update.pts
        self._take(log, update)
        self._go_on(log)

    def _go_on(self, log: Log) -> None:
        """Apply what had to wait."""
        if not log.asking:
            ahead, log.ahead = sorted(log.ahead, key=lambda u: u.pts), []
            for later in ahead:
                self._apply(later)

    def _take(self, log: Log, update: Any) -> None:
        match update:
            case api.UpdateNewMessage() | api.UpdateEditMessage():
                log.put(update.message)
            case api.UpdateNewChannelMessage() | api.UpdateEditChannelMessage():
                log.put(update.message)
            case api.UpdateDeleteMessages() | api.UpdateDeleteChannelMessages():
                log.drop(update.messages)

    def _show(self, message: Any) -> None:
        text = getattr(message, "message", "")
        if text:
            self.seen.append((text, asyncio.get_running_loop().time()))

    # -- what was missed -----------------------------------------------------------------------

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        self.machine.people_tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self.machine.people_tasks.discard)

    async def _wait_for_gap(self, log: Log) -> None:
        await asyncio.sleep(WAITS_S)
        if log.ahead:
            log.ahead = []
            self.gaps += 1
            if log is self.box:
                await self.catch_up()
            else:
                for channel in [c for c, known in self.channels.items() if known is log]:
                    await self.catch_up_channel(channel)

    async def quiet(self) -> None:
        """Wait until nothing is being asked for."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def catch_up(self) -> None:
        """Follow the account's difference to its end."""
        self.box.asking += 1
        try:
            async with self._looking:
                await self._catch_up()
        finally:
            self.box.asking -= 1
            self._go_on(self.box)

    async def _catch_up(self) -> None:
        while True:
            given = {"pts": self.box.pts, "date": self.date, "qts": 0}
            found = await self.call(api.UpdatesGetDifference(**given))
            self._learn(found)
            if isinstance(found, api.UpdatesDifferenceEmpty):
                return
            last = isinstance(found, api.UpdatesDifference)
            state = found.state if last else found.intermediate_state
            self._follow(self.box, found, state.pts)
            self.date = state.date
            if last:
                return

    async def catch_up_channel(self, channel: int) -> None:
        """Follow a channel's difference to its end."""
        log = self.channels.get(channel)
        if log is None:
            return
        log.asking += 1
        try:
            await self._catch_up_channel(channel, log)
        finally:
            log.asking -= 1
            self._go_on(log)

    async def _catch_up_channel(self, channel: int, log: Log) -> None:
        while self.channels.get(channel) is log:
            where = api.InputChannel(channel_id=channel, access_hash=self.hashes[channel])
            everything = api.ChannelMessagesFilterEmpty()
            try:
                found = await self.call(
                    api.UpdatesGetChannelDifference(
                        channel=where, filter=everything, pts=log.pts, limit=100
                    )
                )
            except Refused as refusal:
                assert refusal.name == "CHANNEL_PRIVATE", refusal.name
                self.channels.pop(channel, None)
                return
            self._learn(found)
            if not isinstance(found, api.UpdatesChannelDifferenceEmpty):
                self._follow(log, found, found.pts)
            if found.final:
                return

    def _follow(self, log: Log, found: Any, pts: int) -> None:
        """Take over a difference; what came by itself meanwhile is not undone by it."""
        for message in found.new_messages:
            self._show(message)
            log.put(message)
        for update in found.other_updates:
            self._show(getattr(update, "message", None))
            if self._log_of(update) is log:
                self._take(log, update)
            elif self._log_of(update) is not None or isinstance(update, api.UpdateChannelTooLong):
                self._apply(update)
        log.pts = max(log.pts, pts)
