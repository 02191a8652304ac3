"""Letters of the service: to one person, in their chat with it, and once, whatever ends the process."""

import re
from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, files
from chappe.markup import Entity, units
from chappe.ports import Record
from chappe.updates import Context

LETTER_CHARACTERS_MAX: Final = 4_000  # characters of a letter: apps show 4,096 in one message


class LetterBrought(Record, frozen=True):
    """In somebody's box: a letter that came, so that it does not come again."""

    table = "letter_brought"
    key = ("letter",)

    letter: int
    message: int  # its number in their box, by which they answer it


def own_links(text: str, address: str) -> tuple[Entity, ...]:
    """Return the links of a text that lead to this server: in a letter, others are but words."""
    found = re.finditer(re.escape(address) + r"/[\w./#?=&%-]*[\w/]", text, re.ASCII)
    return tuple(
        ("MessageEntityUrl", units(text[: one.start()]), len(one[0]), "")
        for one in found
        if not text[one.start() - 1 : one.start()].strip()
    )


class Letter(NamedTuple):
    """What is brought."""

    number: int  # at random or keyed: the same for the same letter, and for no other
    text: str
    file_name: str = ""  # of the receipt beside it; empty: there is none
    file: bytes = b""


async def bring_letter(context: Context, user: int, letter: Letter) -> bool:
    """Bring somebody a letter, unless they have it; whether they are there at all.

    The message and the note that it came are one change, so whoever asks again after an interruption brings
    no second one.
    """
    owner = Owner(Kind.USER, user)
    record, brought = await context.look(owner).get_each(
        (accounts.User,), (LetterBrought, letter.number)
    )
    if record is None or record.deleted:
        return False
    if brought is not None:
        return True
    text, media = letter.text[:LETTER_CHARACTERS_MAX], b""
    if letter.file:
        made = await files.make_document(context, user, letter.file_name, letter.file)
        media = made.pack()
    async with context.change(owner) as change:
        if await change.get(LetterBrought, letter.number) is not None:
            return True
        message = await conversations.keep_message(
            change,
            conversations.Message(
                accounts.SERVICE_USER,
                0,
                change.now,
                accounts.SERVICE_USER,
                out=False,
                text=text,
                entities=own_links(text, context.config.web_address),
                media=media,
            ),
        )
        change.put(LetterBrought(letter=letter.number, message=message.id))
    return True
