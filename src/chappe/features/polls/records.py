"""Records of polls: the question in each message that shows it, the votes in one box."""

from typing import Final

import msgspec

from chappe.ports import Record, in_order
from chappe.texts import Entity

ANSWERS_MAX: Final = 12  # answers of one poll
VOTERS_LISTED_MAX: Final = 10_000  # newest votes among which those for one answer are looked for
RECENT_VOTERS: Final = 3  # people shown beside a public poll


class PollOption(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One answer. Stored: add fields at the end, with a default."""

    number: int  # within the poll, never given twice
    option: bytes  # what clients call it
    text: str
    entities: tuple[Entity, ...] = ()
    added_by: int = 0  # who added it to an open poll
    added: int = 0  # and when
    voters: int = 0
    added_as: int = 0  # the peer they added it as, where that is not themselves


class Definition(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What somebody asks. Stored: add fields at the end, with a default."""

    maker: int
    question: str
    entities: tuple[Entity, ...] = ()
    answers: tuple[PollOption, ...] = ()
    public: bool = False  # everybody sees who voted for what
    multiple: bool = False
    quiz: bool = False
    open: bool = False  # others may add answers
    fixed: bool = False  # a vote cannot be taken back
    shuffle: bool = False
    hidden: bool = False  # nobody sees results until it is closed
    members_only: bool = False
    correct: tuple[int, ...] = ()  # numbers of a quiz's right answers
    solution: str = ""
    solution_entities: tuple[Entity, ...] = ()
    close_period: int = 0
    close_date: int = 0
    closed: bool = False


class Shown(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What a message keeps of a poll: what was asked, and where votes are. Stored, as above."""

    asked: Definition
    kind: int = 0  # of the owner in whose box votes are; 0 until the message is sent
    owner: int = 0
    number: int = 0


class Poll(Record, frozen=True):
    """A poll as it stands, in the box of its channel or of who made it."""

    table = "poll"
    key = ("number",)

    number: int
    peer: int  # the dialog it was sent to
    id: int  # the message that shows it there
    date: int
    asked: Definition  # its answers as they are now, with their votes
    total: int = 0  # people who voted
    recent: tuple[int, ...] = ()  # who voted last, newest first
    closed: bool = False
    edition: int = 1  # grows with every vote
    told: int = 0  # in a channel: until when nothing is told of votes, since something was
    waiting: bool = False  # there is something to tell then


class Vote(Record, frozen=True):
    """Somebody's vote, beside its poll, newest last."""

    table = "poll_vote"
    key = ("poll", in_order("order"))

    poll: int
    order: int
    user: int
    answers: tuple[int, ...]
    date: int
    face: int = 0  # the peer they voted as, where that is not themselves


class Voter(Record, frozen=True):
    """Where the vote of somebody is."""

    table = "poll_voter"
    key = ("poll", "user")

    poll: int
    user: int
    order: int


class UnreadVote(Record, frozen=True):
    """In a maker's own box: somebody voted in their public poll, and they have not looked."""

    table = "unread_vote"
    key = ("peer", in_order("id"))

    peer: int
    id: int


_decoder = msgspec.msgpack.Decoder(Shown)


def unpack_shown(plain: bytes) -> Shown:
    """Return what a message keeps of a poll."""
    return _decoder.decode(plain)


def pack_shown(shown: Shown) -> bytes:
    """Return it as bytes."""
    return msgspec.msgpack.encode(shown)
