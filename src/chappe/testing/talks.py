"""Conversations of a test world, as one person's app shows them: what was said, sent, pressed and awaited."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, Final

from chappe.tl import api

from .doing import Doing
from .speaking import PATIENCE_S, Peer, Speaker

SEEN: Final = 100  # messages of a conversation that a test sees
QUIET_S: Final = 0.05  # real seconds without news after which a bot is taken to have said all


class NoButton(AssertionError):
    """A message has no such button."""


class Message:
    """One message as one person sees it now; what is done to it later does not change this object."""

    def __init__(self, chat: "Chat", raw: Any) -> None:
        self.chat = chat
        self.raw = raw  # the Message of the API
        self.id: int = raw.id
        self.text: str = getattr(raw, "message", "")
        self.out: bool = bool(getattr(raw, "out", False))
        sender = getattr(raw, "from_id", None) or getattr(raw, "peer_id", None)
        self.sender_id: int = chat.person.id if self.out else getattr(sender, "user_id", 0)
        self.is_edited = bool(getattr(raw, "edit_date", 0))
        self.is_service = isinstance(raw, api.MessageService)

    def __repr__(self) -> str:
        rows = "".join(f" [{']['.join(row)}]" for row in self.buttons)
        return f"<Message {self.id} {self.text!r}{rows}>"

    @property
    def _rows(self) -> list[list[Any]]:
        markup = getattr(self.raw, "reply_markup", None)
        return [list(row.buttons) for row in getattr(markup, "rows", ())]

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of its keyboard, row by row: below the message, or in place of the letters."""
        return [[button.text for button in row] for row in self._rows]

    def button(self, label: str) -> Any:
        """Return a button by its label.

        Raises:
            NoButton: it has none of that name.
        """
        found = [b for row in self._rows for b in row if b.text == label]
        if not found:
            raise NoButton(f"{self!r} has no button {label!r}.")
        return found[0]

    def press(self, label: str, patience_s: float = PATIENCE_S) -> "Doing[Receipt]":
        """Press a button below the message, and wait until the bot has answered.

        What the bot does to the message beside its answer is waited for until it falls silent.

        Raises:
            NoButton: it has no such button.
            errors.RpcError: the bot did not answer in time (`BOT_RESPONSE_TIMEOUT`), or the server refused.
        """
        return Doing(self.chat.person.world, self._press(label, patience_s))

    async def _press(self, label: str, patience_s: float) -> "Receipt":
        button = self.button(label)
        data = getattr(button, "data", getattr(getattr(button, "type", None), "data", None))
        url = getattr(button, "url", getattr(getattr(button, "type", None), "url", None))
        if data is None:
            if url is None:
                raise NoButton(
                    f"The button {label!r} tells the bot nothing: it cannot be pressed here."
                )
            return Receipt(self, None, url)
        peer = self.chat.peer
        asked = api.MessagesGetBotCallbackAnswer(peer=peer, msg_id=self.id, data=data)
        async with asyncio.timeout(patience_s):
            answer = await self.chat.person.app(asked)
        await self.chat.quiet()
        now = await self.chat.find(self.id)
        return Receipt(now or self, answer, None)

    def reply(self, text: str) -> "Sent":
        """Answer it."""
        return self.chat.send(text, reply_to=self)

    def edit(self, text: str) -> Doing[Any]:
        """Edit it."""
        return self._do(api.MessagesEditMessage(peer=self.chat.peer, id=self.id, message=text))

    def delete(self) -> Doing[Any]:
        """Delete it for everybody."""
        if self.chat.is_group:
            channel = self.chat.person.channel(self.chat.other)
            return self._do(api.ChannelsDeleteMessages(channel=channel, id=[self.id]))
        return self._do(api.MessagesDeleteMessages(id=[self.id], revoke=True))

    def react(self, emoji: str) -> Doing[Any]:
        """React to it; with an empty text the reaction is taken back."""
        reaction = [api.ReactionEmoji(emoticon=emoji)] if emoji else []
        return self._do(
            api.MessagesSendReaction(peer=self.chat.peer, msg_id=self.id, reaction=reaction)
        )

    def vote(self, *options: str) -> Doing[Any]:
        """Vote in the poll it is, by the texts of the options."""
        poll = self.raw.media.poll
        chosen = [a.option for a in poll.answers if getattr(a.text, "text", a.text) in options]
        if len(chosen) != len(options):
            raise NoButton(f"{self!r} has not all of the options {options}.")
        return self._do(api.MessagesSendVote(peer=self.chat.peer, msg_id=self.id, options=chosen))

    def forward(self, to: Peer) -> Doing[Any]:
        """Forward it to somebody, or to a group."""
        person = self.chat.person
        return self._do(
            api.MessagesForwardMessages(
                from_peer=self.chat.peer,
                id=[self.id],
                to_peer=person.peer(to),
                random_id=[person.world.number()],
            )
        )

    def _do(self, request: Any) -> Doing[Any]:
        return self.chat.person(request)


class Receipt:
    """What came of pressing a button."""

    def __init__(self, message: Message, answer: Any, url: str | None) -> None:
        self.message = message  # as it is now
        self.text: str = getattr(answer, "message", None) or ""
        self.is_alert: bool = bool(getattr(answer, "alert", False))
        self.url: str | None = getattr(answer, "url", None) or url

    @property
    def alert(self) -> str | None:
        """The text of a dialog that has to be closed; None if there is none."""
        return self.text if self.is_alert else None

    @property
    def toast(self) -> str | None:
        """The text that is shown for a moment; None if there is none."""
        return self.text if self.text and not self.is_alert else None


class Sent(Doing[Message]):
    """A message on its way. Awaited it is the message; `reply()` waits for what is said after it."""

    def __init__(self, chat: "Chat", coroutine: Any) -> None:
        super().__init__(chat.person.world, coroutine)
        self._chat = chat

    def reply(self, patience_s: float = PATIENCE_S) -> Doing[Message]:
        """Return the next message that somebody else writes after it.

        Raises:
            NotSeen: nobody wrote anything in so many real seconds.
        """

        async def next_one(message: Message) -> Message:
            what = f"Nobody answered {message.text!r} in {self._chat.title}"
            return await self._chat.next_after(message.id, patience_s, what)

        return self.then(next_one)


class Chat:
    """One person's conversation: with somebody, with a bot, or in a group or channel."""

    def __init__(self, person: Speaker, other: Peer) -> None:
        self.person = person
        self.other = other
        self.is_group = not other.is_somebody
        self.peer = person.peer(other)

    @property
    def title(self) -> str:
        """What it is called where something is said of it."""
        return f"{self.person.name}'s chat with {self.other.name}"

    def send(self, text: str, *, reply_to: Message | None = None) -> Sent:
        """Send a text."""
        return Sent(self, self._send_text(text, reply_to))

    async def _send_text(self, text: str, reply_to: Message | None = None) -> Message:
        answered = api.InputReplyToMessage(reply_to_msg_id=reply_to.id) if reply_to else None
        return await self._send(
            api.MessagesSendMessage(
                peer=self.peer,
                message=text,
                random_id=self.person.world.number(),
                reply_to=answered,
            )
        )

    def start(self, parameter: str = "") -> Sent:
        """Press *Start* in a chat with a bot, with the parameter of a link if there is one."""
        bot = self.person.user(self.other)
        request = api.MessagesStartBot(
            bot=bot,
            peer=self.peer,
            random_id=self.person.world.number(),
            start_param=parameter,
        )
        return Sent(self, self._send(request))

    def tap(self, label: str) -> Sent:
        """Tap a key of the keyboard that stands in place of the letters: its label is sent.

        Raises:
            NoButton: the newest keyboard has no such key.
        """
        return Sent(self, self._tap(label))

    def file(self, name: str, data: bytes, caption: str = "", *, photo: bool = False) -> Sent:
        """Upload a file and send it: as a photo, or as a document."""
        return Sent(self, self._file(name, data, caption, photo=photo))

    async def _tap(self, label: str) -> Message:
        keyboards = [m for m in await self.read() if not m.out and m.buttons]
        keys = keyboards[0].buttons if keyboards else []
        if not any(label in row for row in keys):
            raise NoButton(f"There is no key {label!r} in {self.title}.")
        return await self._send_text(label)

    async def _file(self, name: str, data: bytes, caption: str, *, photo: bool) -> Message:
        number = self.person.world.number()
        part_bytes = 512 * 1024
        parts = max(1, -(-len(data) // part_bytes))
        for part in range(parts):
            piece = data[part * part_bytes : (part + 1) * part_bytes]
            await self.person.app(
                api.UploadSaveFilePart(file_id=number, file_part=part, bytes=piece)
            )
        given = api.InputFile(id=number, parts=parts, name=name, md5_checksum="")
        media: Any = api.InputMediaUploadedPhoto(file=given)
        if not photo:
            named = [api.DocumentAttributeFilename(file_name=name)]
            media = api.InputMediaUploadedDocument(
                file=given, mime_type="application/octet-stream", attributes=named
            )
        request = api.MessagesSendMedia(
            peer=self.peer, media=media, message=caption, random_id=self.person.world.number()
        )
        return await self._send(request)

    async def _send(self, request: Any) -> Message:
        answer = await self.person.app(request)
        if isinstance(answer, api.UpdateShortSentMessage):
            number = answer.id
        else:
            number = next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID))
        found = await self.find(number)
        if found is None:
            raise AssertionError(f"What was sent in {self.title} is gone already.")
        return found

    async def read(self) -> list[Message]:
        """Return the newest messages, newest first; on the world's loop."""
        answer = await self.person.app(
            api.MessagesGetHistory(
                peer=self.peer,
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=SEEN,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        return [Message(self, raw) for raw in answer.messages]

    async def find(self, number: int) -> Message | None:
        """Return a message by its number; None if it is gone. On the world's loop."""
        return next((m for m in await self.read() if m.id == number), None)

    async def quiet(self, quiet_s: float = QUIET_S) -> None:
        """Wait until this person's app has had no news for a moment; on the world's loop."""
        while True:
            news = self.person.app.news
            try:
                async with asyncio.timeout(quiet_s):
                    await news.wait()
            except TimeoutError:
                return

    async def next_after(self, number: int, patience_s: float, what: str) -> Message:
        """Return the first message of somebody else after one; on the world's loop."""

        async def look() -> Message | None:
            after = [m for m in await self.read() if m.id > number and not m.out]
            return after[-1] if after else None

        return await self.person.app.until(look, patience_s, what)

    def until(
        self,
        matches: "str | re.Pattern[str] | Callable[[Message], bool]",
        patience_s: float = PATIENCE_S,
    ) -> Doing[Message]:
        """Wait until the conversation has a message of this text, or one that matches; return the newest.

        Raises:
            NotSeen: it has none after so many real seconds.
        """
        return Doing(self.person.world, self._until(matches, patience_s))

    async def _until(self, matches: Any, patience_s: float) -> Message:
        def fits(message: Message) -> bool:
            if callable(matches):
                return bool(matches(message))
            if isinstance(matches, str):
                return message.text == matches
            return matches.search(message.text) is not None

        async def look() -> Message | None:
            return next((m for m in await self.read() if fits(m)), None)

        return await self.person.app.until(
            look, patience_s, f"{self.title} has no message {matches!r}"
        )

    @property
    def messages(self) -> list[Message]:
        """The newest messages, oldest first."""
        return self.person.world.do(self.read())[::-1]

    @property
    def texts(self) -> list[str]:
        """What was said, oldest first; service messages aside."""
        return [m.text for m in self.messages if not m.is_service]

    @property
    def last(self) -> Message:
        """The newest message.

        Raises:
            IndexError: nothing was said.
        """
        return self.messages[-1]
