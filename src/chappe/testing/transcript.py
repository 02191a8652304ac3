"""What was said in a test world, as text: printed where a test fails."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from chappe.tl import api

from .people import Person
from .talks import Message

DIALOGS_PRINTED: Final = 50  # conversations of one person that are printed
LINES_PRINTED: Final = 60  # messages of one conversation that are printed


class _Dialog(NamedTuple):
    """A `Peer` as a list of dialogs has it."""

    id: int
    name: str
    is_somebody: bool


async def transcript(people: Iterable[Person], aside: frozenset[int]) -> str:
    """Return every conversation of these people; groups once. `aside`: accounts that are left out."""
    blocks: list[str] = []
    seen: set[int] = set()
    for person in people:
        dialogs = await person.app(
            api.MessagesGetDialogs(
                offset_date=0,
                offset_id=0,
                offset_peer=api.InputPeerEmpty(),
                limit=DIALOGS_PRINTED,
                hash=0,
            )
        )
        names = {u.id: u.first_name for u in dialogs.users}
        titles = {c.id: c for c in dialogs.chats}
        for dialog in dialogs.dialogs:
            user = getattr(dialog.peer, "user_id", 0)
            channel = getattr(dialog.peer, "channel_id", 0)
            if user in aside or channel in seen or not (user or channel):
                continue
            seen |= {channel} if channel else set()
            title = titles[channel].title if channel else names.get(user, str(user))
            lines = await _lines(person, user, channel, names)
            blocks.append("\n".join([f"{person.name} ↔ {title}", *lines]))
    return "\n\n".join(blocks) or "Nothing was said."


async def _lines(person: Person, user: int, channel: int, names: dict[int, str]) -> list[str]:
    chat = person.chat(_Dialog(channel or user, "", not channel))
    said = (await chat.read())[:LINES_PRINTED]
    return [f"  {line(m, names)}" for m in reversed(said)]


def line(message: Message, names: dict[int, str]) -> str:
    """Return one message as a line: when, who, what, and its buttons."""
    when = datetime.fromtimestamp(message.raw.date, UTC).strftime("%H:%M:%S")
    sender = message.sender_id
    who = message.chat.person.name if message.out else names.get(sender, str(sender))
    if message.is_service:
        return f"{when} — {type(message.raw.action).__name__.removeprefix('MessageAction')}"
    media = getattr(message.raw, "media", None)
    shown = f" <{type(media).__name__.removeprefix('MessageMedia')}>" if media else ""
    keys = "".join(f" [{key}]" for row in message.buttons for key in row)
    edited = " (edited)" if message.is_edited else ""
    return f"{when} {who}:{shown} {message.text}{edited}{keys}"
