"""Sums over boxes, at a start: taken up where they are, or made of a store that has none that hold."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from chappe.core import Entropy
from chappe.ports import EngineError
from chappe.trust import freshness, sealing

from .layout import ACCEPTED, RESTORED

Told = Callable[[int, int], None]  # told how many boxes are done, and of how many
ALTERED: Final = (
    "Somebody altered or removed what this store keeps of its own sums. Run `chappe check`, and restore a"
    " backup; or, if you know why, start it once by `chappe serve --accept-older`, which the public log says."
)


async def take_up_sums(
    sealed: sealing.SealedEngine,
    entropy: Entropy,
    data: Path | None,
    told: Told,
    *,
    accept_older: bool = False,
) -> None:
    """Have sums kept from now on; count everything first where there are none yet, or a restore was made.

    Raises:
        EngineError: the store fails, or its sums were altered and that is not accepted.
    """
    fresh = sealing.fresh_cells(sealed)
    accept_older = accept_older or (data is not None and (data / ACCEPTED).exists())
    seal = freshness.SumSeal(sealed.keys, entropy)
    (record,) = await fresh.read((freshness.STORE,))
    kept = freshness.StoreSum() if record is None else seal.open(record)
    if kept is None:
        if not accept_older:
            raise EngineError(ALTERED)
        kept = freshness.StoreSum()
    is_restored = data is not None and (data / RESTORED).exists()
    if accept_older or is_restored or not kept.is_whole:
        accepted = accept_older or is_restored
        await freshness.count_all(fresh.inner, seal, kept, told, is_accepted=accepted)
    await fresh.begin(seal)
    if data is not None:
        (data / ACCEPTED).unlink(missing_ok=True)
