"""Custody's documents: taken in their one form or refused, and an answer is to one request alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from chappe.trust import custody
from chappe.trust.custody import (
    CustodianSecret,
    CustodyError,
    parse_card,
    parse_request,
    parse_table,
)
from chappe.trust.custody.forms import written

from .custodians import House, altered


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A server with three custodians."""
    return House(tmp_path)


def test_documents_come_back_as_they_were(house: House) -> None:
    """A card, a table, a share file, a request, an answer."""
    for card in house.cards:
        assert parse_card(card.line + "\n") == card
    assert parse_table(house.table.content) == house.table
    share = house.share_file(2)
    assert custody.parse_share_file(share.content) == share
    request = house.request(continues={3: ("a", "b")}, details={"one": [1, "two"]})
    assert parse_request(b" " + request.content + b"\n") == request
    given = custody.answer(request, 2, house.secrets[1], 7, sealed=b"s" * 1168)
    assert custody.parse_answer(given.text[:700] + "\n  " + given.text[700:]) == given


def test_a_card_that_was_changed_is_refused(house: House) -> None:
    """Another name, another's keys behind one's own name, a name that plays with the terminal."""
    line = house.cards[0].line
    for wrong in (
        line.replace("Ada", "Eve"),
        line[:-20],
        "age1" + line,
        line[:80] + ("A" if line[80] != "A" else "B") + line[81:],
        house.cards[0]._replace(key=house.cards[1].key).line,
    ):
        with pytest.raises(CustodyError):
            parse_card(wrong)
    for name in ("", " ", "A\x1b[2J", "two\nlines", "a  b", "x" * 65):
        with pytest.raises(CustodyError):
            CustodianSecret(b"a" * 32).card(name)


def test_nobody_stands_twice_in_a_table(house: House) -> None:
    """Nor under another's name; and one alone is no custody."""
    deal, nobody = custody.deal_table, house.table
    for cards, needed in (
        ([house.cards[0], house.cards[0]], 2),
        ([house.cards[0], CustodianSecret(b"z" * 32).card("ADA")], 2),
        (house.cards, 1),
        (house.cards, 4),
        ([CustodianSecret(bytes([n]) * 32).card(f"c{n}") for n in range(17)], 2),
        ([house.cards[0], house.cards[1]._replace(name="Eve")], 2),
    ):
        with pytest.raises(CustodyError):
            deal(b"r" * 32, needed, cards, nobody, lambda size: b"x" * size)


def changed_table(house: House) -> list[dict[str, Any]]:
    """Tables that are wrong in one thing."""
    found = json.loads(house.table.content)
    one, two, three = found["custodians"]
    return [
        altered(found, needed=1),
        altered(found, needed=4),
        altered(found, needed="2"),
        altered(found, needed=True),
        altered(found, v=2),
        altered(found, number="00"),
        altered(found, previous="x"),
        altered(found, delay_days=-1),
        altered(found, origin="a\x1bb"),
        altered(found, custodians=[one]),
        altered(found, custodians=[one, one, three]),
        altered(found, custodians=[one, {**two, "name": "Eve"}, three]),
        altered(found, custodians=[one, {**two, "mark": "AA=="}, three]),
        altered(found, custodians="all"),
        altered(found, more=1),
    ]


def test_a_table_that_was_changed_is_refused(house: House) -> None:
    """Whatever was changed in it."""
    for wrong in changed_table(house):
        with pytest.raises(CustodyError):
            parse_table(written(wrong))
    for content in (
        b"",
        b"[]",
        b"{",
        house.table.content.replace(b",", b", ", 1),
        b"x" * (1 << 21),
    ):
        with pytest.raises(CustodyError):
            parse_table(content)


def test_a_request_that_was_changed_is_refused(house: House) -> None:
    """Text that plays with the terminal, other fields, lengths that are none."""
    found = json.loads(house.request().content)
    for wrong in (
        altered(found, reason="a\x1b]0;b"),
        altered(found, reason="x" * 501),
        altered(found, kind=1),
        altered(found, nonce="00"),
        altered(found, nonce=5),
        altered(found, key="AA=="),
        altered(found, made=-1),
        altered(found, made=1.5),
        altered(found, build={"version": "1"}),
        altered(found, build={"version": "\x07", "manifest": ""}),
        altered(found, continues=[]),
        altered(found, continues={"x": []}),
        altered(found, continues={"1": [5]}),
        altered(found, details=[]),
        altered(found, entry=7),
        altered(found, v=0),
    ):
        with pytest.raises(CustodyError):
            parse_request(written(wrong))


def test_an_answer_is_to_one_request_by_one_custodian(house: House) -> None:
    """Replayed, under another's place, with another's share, forged: each is refused and named."""
    request = house.request()
    share = custody.open_share(house.table.shares, 1, house.sealed[0], house.secrets[0].receiving)
    sealed = custody.seal_share(request, share)
    given = custody.answer(request, 1, house.secrets[0], 5, sealed=sealed)
    custody.check_answer(request, house.table, given)
    again = house.request(nonce=b"\1" * 32)
    with pytest.raises(CustodyError, match="Ada is to another request"):
        custody.check_answer(again, house.table, given)
    relabelled = given._replace(tag=again.digest[:8])
    with pytest.raises(CustodyError, match="Ada is forged, or to another"):
        custody.check_answer(again, house.table, relabelled)
    with pytest.raises(CustodyError, match="The share of Ada does not open"):
        custody.share_of(again, house.table.shares, house.key, relabelled)
    with pytest.raises(CustodyError, match="Grace is forged"):
        custody.check_answer(request, house.table, given._replace(place=2))
    for place in (0, 4, 200):
        with pytest.raises(CustodyError, match="no place"):
            custody.check_answer(request, house.table, given._replace(place=place))
        with pytest.raises(CustodyError, match="no place"):
            custody.share_of(request, house.table.shares, house.key, given._replace(place=place))
    wrong = share._replace(values=b"w" * 32)
    other = custody.answer(
        request, 1, house.secrets[0], 5, sealed=custody.seal_share(request, wrong)
    )
    with pytest.raises(CustodyError, match="Ada is not the one of this table"):
        custody.share_of(request, house.table.shares, house.key, other)


def test_what_is_no_answer_is_refused(house: House) -> None:
    """Cut, altered, too long, another text."""
    text = custody.answer(house.request(), 1, house.secrets[0], 5, sealed=b"s" * 1168).text
    for wrong in ("", "hello", text[:-1], text + "A", text[:20] + "!" + text[21:], text + "A" * 60):
        with pytest.raises(CustodyError):
            custody.parse_answer(wrong)
    empty = custody.ANSWER_CHARACTERS_MAX
    with pytest.raises(CustodyError, match=f"at most {empty}"):
        custody.parse_answer("chappe-answer:" + "A" * empty)
