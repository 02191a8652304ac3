"""Letters of the service: to one person, in their chat with it, and once, whatever ends the process."""

from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, files
from chappe.ports import Record
from chappe.updates import Context

LETTER_CHARACTERS_MAX: Final = 4_000  # characters of a letter: apps show 4,096 in one message


class LetterBrought(Record, frozen=True):
    """In somebody's box: a letter that came, so that it does not come again."""

    table = "letter_brought"
    key = ("letter",)

    letter: int
    message: int  # its number in their box, by which they answer it


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
    media = b""
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
                text=letter.text[:LETTER_CHARACTERS_MAX],
                media=media,
            ),
        )
        change.put(LetterBrought(letter=letter.number, message=message.id))
    return True
