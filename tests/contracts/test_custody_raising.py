"""Raising a server to custodians: whenever the power goes, what opened it before or what follows opens it."""

from pathlib import Path

import pytest

from chappe.app.installation.resealing import give_to_custodians, take_from_custodians
from chappe.core.system import SystemEntropy
from chappe.trust import sealing

from .test_resealing import FIRST, Fault, House, PowerLossError, contents, quick

__all__ = ["quick"]
NEXT, LAST = b"n" * 32, b"l" * 32
TABLE, OTHER = b"the table", b"the other table"
STEPS = range(1, 9)  # one more than there are writes


def in_hand(root: bytes) -> sealing.RootInHand:
    """A root key as custodians give it."""
    return sealing.RootInHand(bytearray(root))


async def give(house: House, keys: sealing.KeyStore, root: bytes, table: bytes) -> None:
    """Give the house to custodians."""
    await give_to_custodians(house.data, keys, root, table, SystemEntropy())


@pytest.mark.parametrize("old", [None, FIRST], ids=["L0", "L1"])
@pytest.mark.parametrize("step", STEPS)
async def test_the_power_may_go_at_any_write(tmp_path: Path, old: str | None, step: int) -> None:
    """Afterwards the file of the table decides which of both root keys it is."""
    house = House(tmp_path)
    keys = await house.fill(old)
    _, before, _ = await house.start(old)
    ended = False
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault(patch, house, step, PowerLossError())
        try:
            await give(house, keys, NEXT, TABLE)
            ended = True
        except PowerLossError:
            pass
    assert ended == (fault.count < step)
    changed = sealing.is_shared(tmp_path)
    assert changed == (ended or step > fault.sealed_at > 0)
    assert sealing.level_of(tmp_path) == ("L2" if changed else "L1" if old else "L0")
    keys, pem, hers = await house.start(in_hand(NEXT) if changed else old)
    assert (pem, hers) == (before, b"hers")
    left = contents(tmp_path).keys()
    assert not any("following" in name for name in left)
    if changed:  # the key from before is in no file any more, in whatever form
        assert not {sealing.OPEN_FILE, sealing.SEALED_FILE} & left
        with pytest.raises(sealing.RootError, match="Custodians hold"):
            sealing.open_root(tmp_path, old)
    await give(house, keys, LAST, OTHER)
    assert (await house.start(in_hand(LAST)))[1:] == (before, b"hers")


@pytest.mark.parametrize("step", STEPS)
async def test_so_it_may_while_custodians_change(tmp_path: Path, step: int) -> None:
    """The root key of those in the table opens it, and that of the others does not."""
    house = House(tmp_path)
    await give(house, await house.fill(None), NEXT, TABLE)
    keys, before, _ = await house.start(in_hand(NEXT))
    with pytest.MonkeyPatch.context() as patch:
        Fault(patch, house, step, PowerLossError())
        try:
            await give(house, keys, LAST, OTHER)
        except PowerLossError:
            pass
    changed = contents(tmp_path)[sealing.CUSTODY_FILE] == OTHER
    found = await house.start(in_hand(LAST if changed else NEXT))
    assert found[1:] == (before, b"hers")
    with pytest.raises(sealing.SealBrokenError):
        await house.start(in_hand(NEXT if changed else LAST))


@pytest.mark.parametrize("step", STEPS)
async def test_so_it_may_while_custody_ends(tmp_path: Path, step: int) -> None:
    """The table of custodians decides: with it their key opens everything, without it the passphrase."""
    house = House(tmp_path)
    await give(house, await house.fill(None), NEXT, TABLE)
    keys, before, _ = await house.start(in_hand(NEXT))
    with pytest.MonkeyPatch.context() as patch:
        Fault(patch, house, step, PowerLossError())
        try:
            await take_from_custodians(house.data, keys, FIRST, SystemEntropy())
        except PowerLossError:
            pass
    ended = not sealing.is_shared(tmp_path)
    assert sealing.level_of(tmp_path) == ("L1" if ended else "L2")
    found = await house.start(FIRST if ended else in_hand(NEXT))
    assert found[1:] == (before, b"hers")
    assert not any("following" in name for name in contents(tmp_path))
    if ended:
        with pytest.raises(sealing.SealBrokenError):
            await house.start(in_hand(NEXT))
    else:
        assert sealing.SEALED_FILE not in contents(tmp_path)


def test_a_root_key_in_hand_is_taken_once() -> None:
    """Where it was held it is wiped."""
    held = bytearray(b"k" * 32)
    root = sealing.RootInHand(held)
    assert root.take() == b"k" * 32
    assert (held, root.take()) == (bytearray(32), b"")
