"""Keys of cells without ids: which parts stay readable, and that what is hidden can be shown again."""

import random
from collections.abc import Iterator

import pytest

import chappe.app  # noqa: F401  every slice, and so every record
from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.ports import EngineError, Record, encode_key, hidden_parts, in_order
from chappe.ports.records import InOrder, KeyPart
from chappe.trust.sealing import HiddenKeyError, HiddenKeys, HiddenOwners, is_hidden

# Every part of a key that stays readable, and why it must: none is an id of anybody or anything else.
IN_ORDER = {
    ("appeal", "decision"): "those that wait, the oldest first; a number of the house",
    ("appeal_turn", "number"): "what was said, in order",
    ("arrival", "position"): "the newest first, and the oldest dropped; a number of the house",
    ("admin_log", "id"): "pages, the newest first; a number of the chat's own",
    ("audit", "position"): "the newest first, and the oldest dropped; a number of the house",
    ("audit_of", "position"): "the newest first; a number of the house",
    ("case", "number"): "the newest first; a number of the house",
    ("case_due", "due"): "what is due next",
    ("case_due", "number"): "of those due together, in order",
    ("case_evidence", "number"): "the oldest first; a number of the house",
    ("case_note", "number"): "the oldest first; a number of the house",
    ("dead_line", "number"): "found by hand, in order",
    ("decision", "number"): "the newest first; a number of the house",
    ("event", "pts"): "the difference behind a pts",
    ("exposure", "day"): "the newest first, and the oldest dropped",
    (
        "callback_query",
        "id",
    ): "the oldest dropped first; when it was, and chance: in no other box's keys",
    (
        "inline_query",
        "id",
    ): "the oldest dropped first; when it was, and chance: in the bot's box alone",
    ("inline_results", "query"): "likewise",
    ("in_thread", "id"): "answers behind a number of the box's own",
    ("invite", "blind"): "found by how its hash begins; a keyed hash",
    ("ledger", "position"): "the newest first, and what was not published yet",
    ("order", "number"): "the newest first",
    ("order_commitment", "number"): "those that are opened first, first",
    ("order_entry", "number"): "steps of an order, in the order in which they were taken",
    ("order_waiting", "number"): "into the log in the order in which they were taken",
    ("mention", "id"): "the newest first; a number of the box's own",
    ("message", "id"): "pages of a history; a number of the box's own",
    ("notice", "seq"): "the oldest first; a number of the box's own",
    ("outbox", "number"): "delivered in order",
    ("public_notice", "number"): "the newest first; a number of the house",
    ("pin", "id"): "the newest first; a number of the box's own",
    ("poll_vote", "order"): "pages, the newest first; a number of the poll's own",
    ("profile_photo", "order"): "the newest first; a number of the box's own",
    ("qts_event", "qts"): "what a device has not acknowledged, in order",
    ("queued_update", "update"): "fetched in order, and dropped so; a number of the box's own",
    ("raid", "number"): "the newest first; a number of the house",
    ("saved_gif", "order"): "the latest first; a number of the box's own",
    ("scheduled", "id"): "the next first; a number of the box's own",
    (
        "taken_down",
        "number",
    ): "what was taken down meanwhile has a higher one; a number of the box's own",
    ("timer", "due"): "what is due next",
    ("timer", "number"): "of those due together, in order",
    ("unread_reaction", "id"): "the newest first; a number of the box's own",
    ("unread_vote", "id"): "the newest first; a number of the box's own",
}


class Letter(Record, frozen=True):
    """A record of these tests."""

    table = "letter of hidden keys"
    key = ("to", "word", in_order("number"))

    to: int
    word: str
    number: int


def kinds(of: type[Record] = Record) -> Iterator[type[Record]]:
    """Yield every kind of record of the server."""
    for kind in of.__subclasses__():
        if kind.__module__.startswith("chappe.") and "table" in vars(kind):
            yield kind
        yield from kinds(kind)


def test_every_part_that_stays_readable_has_a_reason() -> None:
    """A new key is hidden whole, unless somebody writes here why a part must not be."""
    readable = {(k.table, part) for k in kinds() for part in k.key if isinstance(part, InOrder)}
    assert readable == IN_ORDER.keys()
    assert len({k.table for k in kinds()}) > 120


def test_what_is_in_order_comes_last() -> None:
    """Else a range over it would have an order that its neighbours have not."""
    for kind in kinds():
        hidden = hidden_parts(kind.table)
        assert hidden is not None
        assert list(hidden) == sorted(hidden, reverse=True), kind


def keys(seed: int = 1) -> HiddenKeys:
    """Return the keys of some owner."""
    return HiddenKeys(random.Random(seed).randbytes(64))


PARTS: list[tuple[KeyPart, ...]] = [
    (),
    (5,),
    (-(1 << 63),),
    ((1 << 63) - 1, "a"),
    (0, "", 7),
    (5, "with\0zero\0", -7),
    (5, "é" * 40, 1),
]


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("table", [Letter.table, "a table of no record"])
def test_a_hidden_key_is_shown_again_by_its_owner_and_table_alone(
    parts: tuple[KeyPart, ...], table: str
) -> None:
    """It is the same each time, and another for another owner, table or part."""
    key = encode_key(parts)
    hidden = keys().hide(table, key)
    assert keys().show(table, hidden) == key
    assert keys().hide(table, key) == hidden
    assert keys().hide(table, hidden) == hidden  # what is hidden is not hidden once more
    if parts:
        assert hidden[0] not in key[:1]
        assert keys(2).hide(table, key) != hidden
        for other, where in ((keys(2), table), (keys(), "another table")):
            with pytest.raises(HiddenKeyError):
                other.show(where, hidden)


def test_a_key_that_was_altered_does_not_show() -> None:
    """Any bit of what is hidden, or a part cut short."""
    hidden = keys().hide(Letter.table, encode_key((5, "word", 1)))
    for at in range(len(hidden) - 9):
        altered = bytearray(hidden)
        altered[at] ^= 1
        with pytest.raises(HiddenKeyError):
            keys().show(Letter.table, bytes(altered))
    with pytest.raises(HiddenKeyError):
        keys().show(Letter.table, hidden[:-1])


def test_what_is_in_order_keeps_it_and_beginnings_stay_beginnings() -> None:
    """So that what a scan gives whole is found, in the order of what follows."""
    hide = keys().hide
    rows = [hide(Letter.table, encode_key((5, "word", number))) for number in range(-3, 300)]
    assert rows == sorted(rows)
    start = hide(Letter.table, encode_key((5, "word")))
    assert all(row.startswith(start) for row in rows)
    assert start.startswith(hide(Letter.table, encode_key((5,))))
    end = hide(Letter.table, encode_key((5, "word")) + b"\xff")
    assert rows[-1] < end == start + b"\xff"


def test_words_of_about_one_length_look_alike() -> None:
    """Which setting somebody changed is not told by how long its name is."""
    lengths = {
        len(keys().hide("a", encode_key((word,)))) for word in ("users", "status_time", "p2p")
    }
    assert len(lengths) == 1


def test_ids_of_owners_are_permuted_within_their_shard() -> None:
    """People, groups and channels; each back to what they were, and no two alike."""
    owners = HiddenOwners(bytes(32))
    for kind in (Kind.USER, Kind.CHAT, Kind.CHANNEL):
        ids = [0, 1, SHARD_COUNT, SHARD_COUNT + 1, (1 << 62) - 1, *range(777_000, 778_000)]
        hidden = [owners.hide(Owner(kind, number)) for number in ids]
        assert [owners.show(one) for one in hidden if one] == [Owner(kind, n) for n in ids]
        assert all(one and is_hidden(one) and one.id < 1 << 63 for one in hidden)
        assert [one.shard for one in hidden if one] == [number % SHARD_COUNT for number in ids]
    assert owners.hide(Owner(Kind.USER, 1)) != HiddenOwners(bytes(31) + b"1").hide(
        Owner(Kind.USER, 1)
    )
    assert owners.hide(Owner(Kind.USER, 7))[1] != owners.hide(Owner(Kind.CHAT, 7))[1]  # type: ignore[index]
    assert owners.hide(Owner(Kind.AUTH_KEYS, 7)) == Owner(Kind.AUTH_KEYS, 7)


@pytest.mark.parametrize("number", [-1, 1 << 62, (1 << 63) - 1, -(1 << 63)])
def test_an_id_that_nobody_can_have_is_nobodys(number: int) -> None:
    """A client may name any: none leads to the box of somebody else."""
    assert HiddenOwners(bytes(32)).hide(Owner(Kind.USER, number)) is None
    assert issubclass(HiddenKeyError, EngineError)
