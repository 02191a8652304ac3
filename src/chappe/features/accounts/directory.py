"""The directory of people, where the operator wants one: everybody finds everybody by their name.

Like that of public chats it lists under the blind index of the first letters of each word of a name who has
one that begins so. A name tells the directory of its words by commands, in the change that gives it, and
what is found there is asked whether it still goes by that name.
"""

from typing import Final

from chappe.core import HOUSE, Kind, NameQuery, Owner, folded_words
from chappe.ports import Record
from chappe.rpc import Call, Rate, each
from chappe.updates import Change, Command, Context

from . import hooks
from .names import name_location
from .records import User

BEGINNINGS: Final = (2, 3)  # letters of a word that somebody is listed under
WORDS_LISTED_MAX: Final = 8  # words of one person's names that are listed
SEEN_MAX: Final = 1_000  # people whose names begin alike that one search looks at
PEOPLE_A_SLICE: Final = 50  # people looked up in one turn
DOMAIN: Final = "person"


class ListedPerson(Record, frozen=True):
    """In the directory: somebody has a word in their name that begins like this."""

    table = "listed_person"
    key = ("blind", "user")

    blind: str
    user: int


class DirectoryFilled(Record, frozen=True):
    """In the house's box: everybody who was here has been listed, and each change since."""

    table = "directory_filled"
    key = ()

    at: int


class ListPerson(Command, frozen=True):
    """To the directory: somebody has, or no longer has, a word that begins like this."""

    name = "accounts.list"

    blind: str
    user: int
    there: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.there:
            change.put(ListedPerson(blind=self.blind, user=self.user))
        else:
            change.drop(ListedPerson, self.blind, self.user)


def _listed_under(record: User | None) -> set[str]:
    """Return the beginnings somebody is listed under."""
    if record is None or record.deleted:
        return set()
    said = f"{record.first_name} {record.last_name} {record.username}"
    words = list(dict.fromkeys(folded_words(said)))[:WORDS_LISTED_MAX]
    return {word[:letters] for word in words for letters in BEGINNINGS if len(word) >= letters}


def relist_person(
    change: Change, context: Context, before: User | None, after: User | None
) -> None:
    """Let the directory know by what somebody is found from now on, if there is one."""
    user = after or before
    if user is None or not context.config.directory:
        return
    old, new = _listed_under(before), _listed_under(after)
    for word in sorted(old ^ new):
        box, blind = name_location(context, DOMAIN, word)
        change.send_command(box, ListPerson(blind=blind, user=user.id, there=word in new))


async def fill_directory(context: Context) -> None:
    """List everybody who was here before there was a directory; once it is turned off, all that is void.

    Interrupted, it begins anew at the next start.
    """
    wanted = context.config.directory
    filled = await context.look(HOUSE).get(DirectoryFilled) is not None
    if filled is wanted:
        return
    if wanted:
        async for owners in context.boxes_of(Kind.USER, size=PEOPLE_A_SLICE):
            for owner in owners:
                async with context.change(owner) as change:
                    relist_person(change, context, None, await change.get(User))
    async with context.change(HOUSE) as change:
        if wanted:
            change.put(DirectoryFilled(at=change.now))
        else:
            change.drop(DirectoryFilled)


async def in_directory(call: Call, query: str) -> list[int]:
    """Return whom the directory has by this name, if they let themselves be found; nobody if there is none.

    Who does not want to be found by their number is not found here either, nor is who has blocked the caller.
    """
    wanted = max(folded_words(query), key=len, default="")
    letters = min(len(wanted), max(BEGINNINGS))
    if not call.context.config.directory or letters < min(BEGINNINGS):
        return []
    box, blind = name_location(call.context, DOMAIN, wanted[:letters])
    may_see, viewer = call.context.ask(hooks.may_see), call.viewer()
    name, found = NameQuery(query), list[int]()
    rows = call.look(box).pages(ListedPerson, blind, limit=SEEN_MAX, size=PEOPLE_A_SLICE)
    async for row in each(call.reading(rows, Rate.SEARCH)):
        record = await call.look(Owner(Kind.USER, row.user)).get(User)
        if record is None or record.deleted or row.user == call.user:
            continue
        fits = name.fits(record.first_name, record.last_name, record.username)
        if fits and await may_see(viewer, row.user, "added_by_phone"):
            found.append(row.user)
    return found
