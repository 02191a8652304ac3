"""Custody: any k shares give the secret back, fewer say nothing, and a wrong one is named."""

import itertools
import random
import secrets
from collections import Counter

import pytest

from chappe.trust import custody
from chappe.trust.custody import Custodian, CustodyError, Share, shamir

# The field and an interpolation as a textbook has them, by tables, to compare with.
EXP: list[int] = []
element = 1
for _ in range(255):
    EXP.append(element)
    element ^= element << 1
    element ^= 0x11B if element > 0xFF else 0
LOG = {element: power for power, element in enumerate(EXP)}


def by_table(one: int, other: int) -> int:
    """Multiply by logarithms."""
    return EXP[(LOG[one] + LOG[other]) % 255] if one and other else 0


def textbook(shares: list[Share]) -> bytes:
    """Interpolate each byte at 0."""
    found = []
    for at in range(len(shares[0].values)):
        total = 0
        for share in shares:
            term = share.values[at]
            for other in shares:
                if other.place != share.place:
                    inverse = EXP[-LOG[other.place ^ share.place] % 255]
                    term = by_table(by_table(term, other.place), inverse)
            total ^= term
        found.append(total)
    return bytes(found)


def test_every_product_is_that_of_the_tables() -> None:
    """Of the field, by one number and by all lanes at once, zeros in front included."""
    lanes = shamir._Lanes(256)
    every = bytes(range(256))
    for by in range(256):
        wanted = bytes(by_table(one, by) for one in every)
        assert bytes(shamir._product(one, by) for one in every) == wanted
        assert lanes.bytes_of(lanes.times(lanes.of(every), by)) == wanted
    for one in range(1, 256):
        assert shamir._product(one, shamir._inverse(one)) == 1


def test_the_length_of_numbers_tells_nothing() -> None:
    """Whatever the bytes are, an integer of lanes has the same length."""
    lanes = shamir._Lanes(32)
    for values in (bytes(32), b"\xff" * 32, bytes(31) + b"\x01"):
        for by in (0, 1, 2, 255):
            assert lanes.of(values).bit_length() == lanes.times(lanes.of(values), by).bit_length()


@pytest.mark.parametrize(("needed", "count"), [(2, 2), (2, 3), (3, 5), (5, 5), (4, 9), (2, 255)])
@pytest.mark.parametrize(
    "secret",
    [bytes(32), b"\x00\x01" * 16, bytes(range(100, 132)), b"k"],
    ids=["zeros", "half", "rising", "short"],
)
def test_any_of_them_give_the_secret_back(needed: int, count: int, secret: bytes) -> None:
    """As a textbook has it; more than are needed give it as well, fewer another one."""
    shares = custody.split(secret, needed, count, secrets.token_bytes)
    assert [share.place for share in shares] == list(range(1, count + 1))
    chance = random.Random(needed * count)
    for _ in range(12):
        some = chance.sample(shares, needed)
        assert custody.join(some) == textbook(some) == secret
    assert custody.join(shares[: needed + 1]) == secret
    if needed > 2 and len(secret) > 1:
        fewer = [custody.join(some) for some in itertools.combinations(shares, needed - 1)]
        assert secret not in fewer


def test_shares_of_vault_are_the_same() -> None:
    """HashiCorp's Vault writes the place behind the values; these follow its rule, with 7 at random."""
    # f(x) = s + 7x over the field, at 1 and 2, for the secret "hi"
    shares = [
        Share(place, bytes(one ^ by_table(7, place) for one in b"hi")) for place in (1, 2, 200)
    ]
    assert custody.join(shares[:2]) == custody.join(shares[1:]) == b"hi"


def test_fewer_shares_say_nothing() -> None:
    """Every value of a share is as likely for one secret as for another."""
    seen = Counter(
        custody.split(b"a", 2, 2, lambda size, made=value: bytes([made]) * size)[0].values
        for value in range(256)
    )
    assert set(seen.values()) == {1}
    assert len(seen) == 256


@pytest.mark.parametrize(
    "given",
    [
        [],
        [Share(1, b"a")],
        [Share(1, b"a"), Share(1, b"b")],
        [Share(0, b"a"), Share(1, b"b")],
        [Share(256, b"a"), Share(1, b"b")],
        [Share(1, b"a"), Share(2, b"bb")],
        [Share(1, b""), Share(2, b"")],
        [Share(1, b"a" * 65), Share(2, b"b" * 65)],
    ],
    ids=range(8),
)
def test_what_are_no_shares_of_one_secret_is_refused(given: list[Share]) -> None:
    """Too few, twice the same, no place, of two lengths."""
    with pytest.raises(CustodyError):
        custody.join(given)


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (0, 0), (4, 3), (2, 256)])
def test_there_is_no_such_division(needed: int, count: int) -> None:
    """One person alone is no custody, and more than there are cannot be needed."""
    with pytest.raises(CustodyError):
        custody.split(b"secret", needed, count, secrets.token_bytes)


KEYS = [custody.new_custodian_key(secrets.token_bytes) for _ in range(4)]
PEOPLE = [Custodian(f"custodian {n}", key.public()) for n, key in enumerate(KEYS)]
ROOT = secrets.token_bytes(32)


def test_custodians_open_together_what_was_dealt_to_each() -> None:
    """A sealed share fits into a text of 1,700 characters; its custodian opens it, and nobody else."""
    table, sealed = custody.deal(ROOT, 3, PEOPLE, secrets.token_bytes)
    assert all(len(one) * 4 / 3 <= 1_700 for one in sealed)
    shares = [
        custody.open_share(table, place, one, key)
        for place, (one, key) in enumerate(zip(sealed, KEYS, strict=True), 1)
    ]
    for some in itertools.combinations(shares, 3):
        assert custody.restore(table, some) == ROOT
    assert custody.restore(table, shares) == ROOT
    with pytest.raises(CustodyError, match="custodian 0 does not open"):
        custody.open_share(table, 1, sealed[0], KEYS[1])
    with pytest.raises(CustodyError, match="custodian 1 does not open"):
        custody.open_share(table, 2, sealed[0], KEYS[0])  # sealed for another place
    for wrong in (b"", sealed[0][:-1], bytes([sealed[0][0] ^ 1]) + sealed[0][1:]):
        with pytest.raises(CustodyError, match="does not open"):
            custody.open_share(table, 1, wrong, KEYS[0])
    for place in (0, 5):
        with pytest.raises(CustodyError, match="no place"):
            custody.open_share(table, place, sealed[0], KEYS[0])


def test_a_wrong_share_is_named() -> None:
    """One that was altered, one of another division, one too few, one that comes twice."""
    table, sealed = custody.deal(ROOT, 3, PEOPLE, secrets.token_bytes)
    other, others = custody.deal(ROOT, 3, PEOPLE, secrets.token_bytes)
    shares = [custody.open_share(table, n + 1, sealed[n], KEYS[n]) for n in range(3)]
    altered = Share(2, bytes([shares[1].values[0] ^ 1]) + shares[1].values[1:])
    with pytest.raises(CustodyError, match="custodian 1 is not the one"):
        custody.restore(table, [shares[0], altered, shares[2]])
    foreign = custody.open_share(other, 2, others[1], KEYS[1])
    with pytest.raises(CustodyError, match="custodian 1 is not the one"):
        custody.restore(table, [shares[0], foreign, shares[2]])
    with pytest.raises(CustodyError, match="custodian 1 does not open"):
        custody.open_share(table, 2, others[1], KEYS[1])
    with pytest.raises(CustodyError, match="3 shares are needed"):
        custody.restore(table, shares[:2])
    with pytest.raises(CustodyError, match="3 shares are needed"):
        custody.restore(table, [shares[0], shares[0], shares[1]])


def test_a_key_that_is_none_is_refused_before_anything_is_dealt() -> None:
    """Cut short, of zeros that are no point of the curve, or the same for two."""
    for wrong in (b"", PEOPLE[0].public[:-1], PEOPLE[0].public + b"\0", b"\xff" * 1216):
        with pytest.raises(CustodyError, match="Mallory"):
            custody.deal(ROOT, 2, [PEOPLE[0], Custodian("Mallory", wrong)], secrets.token_bytes)
    twice = [PEOPLE[0], Custodian("again", PEOPLE[0].public)]
    with pytest.raises(CustodyError, match="of their own"):
        custody.deal(ROOT, 2, twice, secrets.token_bytes)
