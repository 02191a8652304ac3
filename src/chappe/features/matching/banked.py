"""What staff decided not to have published again: hashes beside those of the operator's list.

Of a picture what it looks like and a hash of its bytes are kept, of a file that hash; never itself.
"""

from typing import Any, Final

from chappe.core import HOUSE
from chappe.features import files
from chappe.ports import Record
from chappe.updates import Change, Command, Context, Job

from .hash_list import HASH_LIST, HashList
from .looking import perceived

BANKED_MAX: Final = 100_000  # hashes staff have added that are read at a start


class BankedHash(Record, frozen=True):
    """In the house: a hash that staff added by an act."""

    table = "banked_hash"
    key = ("act",)

    act: int
    why: str
    sha256: bytes = b""
    pdq: bytes = b""  # of a picture that has enough in it

    def join(self, known: HashList) -> None:
        """Add it to a list in memory."""
        if self.sha256:
            known.add_same(self.sha256, self.why)
        if self.pdq:
            known.add_alike(int.from_bytes(self.pdq, "big"), self.why)


class Bank(Command, frozen=True):
    """To the house: a file is not to be published again."""

    name = "matching.bank"

    act: int
    owner: int
    number: int
    why: str

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`. The file is looked at outside of the change."""
        job = MakeBanked(act=self.act, owner=self.owner, number=self.number, why=self.why)
        change.schedule(change.now, job)


class MakeBanked(Job, frozen=True):
    """A file is to be known again."""

    name = "matching.make_banked"

    act: int
    owner: int
    number: int
    why: str

    async def run(self, context: Context) -> None:
        """See `Job`. Of what is gone meanwhile nothing can be known."""
        file = await files.find_file(context, self.owner, self.number)
        if file is None:
            return
        seen = await perceived(context, file)
        pdq = seen.pdq.to_bytes(32, "big") if seen is not None and seen.is_telling else b""
        banked = BankedHash(act=self.act, why=self.why, sha256=file.sha256, pdq=pdq)
        async with context.change(HOUSE) as change:
            change.put(banked)
        banked.join(context.own(HASH_LIST))


class Unbank(Command, frozen=True):
    """To the house: what an act added is forgotten."""

    name = "matching.unbank"

    act: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = await change.get(BankedHash, self.act)
        if found is not None:
            change.drop(BankedHash, self.act)
            context.own(HASH_LIST).remove(found.sha256, int.from_bytes(found.pdq, "big"))


def bank(change: Change, act: int, media: bytes, why: str) -> None:
    """Have a reported medium known when it is published again; `media` is what its message keeps of it.

    `why` is a reason of the menu of reports. What is neither a picture nor a file is passed over.
    """
    shown = files.unpack_media_ref(media)
    if shown.owner > 0 and shown.number:
        change.send_command(HOUSE, Bank(act=act, owner=shown.owner, number=shown.number, why=why))


def unbank(change: Change, act: int) -> None:
    """Undo what `bank` did under this number."""
    change.send_command(HOUSE, Unbank(act=act))


async def load_banked(context: Context) -> HashList:
    """Return the list in memory, once what staff added is in it."""
    known = context.own(HASH_LIST)
    if not known.is_loaded:
        for one in await context.look(HOUSE).scan(BankedHash, limit=BANKED_MAX):
            one.join(known)
        known.is_loaded = True
    return known


EVENTS: Final[tuple[Any, ...]] = (Bank, MakeBanked, Unbank)
