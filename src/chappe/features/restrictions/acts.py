"""What each act did to a box, kept there under the number of the act, so that it is done and undone once."""

from typing import Any, Final

import msgspec

from chappe.features import accounts
from chappe.ports import Record
from chappe.updates import Change, Context, Job

UNDONE_KEPT_S: Final = (
    30 * 86_400
)  # seconds an undone act is known, so that a late repetition is none
RESTRICT, MARK, CLOSE, TAKE_DOWN = "restrict", "mark", "close", "take-down"  # stored


class BoxAct(Record, frozen=True):
    """In the box of whom or what an act is about: what it did."""

    table = "box_act"
    key = ("act",)

    act: int  # by which its decision knows it
    kind: str
    value: str = ""  # a `Restriction`, or a `NameMark`
    until: int = 0  # when it ends by itself, seconds since 1970; 0: never
    undone: bool = False
    taken: tuple[tuple[int, int], ...] = ()  # what it took down: keys of `TakenDown`
    discussed_in: int = 0  # the group from which went what was said of these posts

    def holds(self, now: int) -> bool:
        """Whether it is neither undone nor over."""
        return not self.undone and not 0 < self.until <= now


class ForgetAct(Job, frozen=True):
    """An undone act is remembered no longer."""

    name = "restrictions.forget"

    peer: int  # whose box, by its number as a peer
    act: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(accounts.owner_of(self.peer)) as change:
            found = await change.get(BoxAct, self.act)
            if found is not None and found.undone:
                change.drop(BoxAct, self.act)


def note_undone(change: Change, act: BoxAct) -> None:
    """Keep that an act is undone, for as long as somebody may repeat it by mistake."""
    change.put(msgspec.structs.replace(act, undone=True))
    change.schedule(
        change.now + UNDONE_KEPT_S, ForgetAct(peer=accounts.peer_id(change.owner), act=act.act)
    )


EVENTS: Final[tuple[Any, ...]] = (ForgetAct,)
