"""What an order asks for goes into the vault: by the slice `export` alone, and only what the order names.

From there the running server cannot read it back: the key is made here, dealt to the custodians, and
forgotten in the same call.
"""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from chappe.features import export
from chappe.trust import custody
from chappe.trust.custody import CustodyTable, OrderRecord, VaultPart
from chappe.trust.custody.vault import CASE_KEY_BYTES, PartSealer, part_key
from chappe.updates import Context

from .outside import Outside
from .records import AuthorityOrder, OrderVault
from .rules import ALL_TIME, data_classes, law_class

READ_BYTES: Final = 1 << 20


def require_custodians(outside: Outside) -> CustodyTable:
    """Return who the custodians are.

    Raises:
        ValueError: there are none.
    """
    found = outside.custodians()
    if found is None:
        raise ValueError(
            "There are no custodians who could hold the key: see docs/trust/custody.md."
        )
    return found


async def seal_case(
    context: Context, outside: Outside, order: AuthorityOrder, record: OrderRecord
) -> OrderVault:
    """Write what an order names into the vault; return what is known of it.

    Raises:
        ValueError: there are no custodians.
    """
    table = require_custodians(outside)
    key = bytearray(context.entropy.token(CASE_KEY_BYTES))
    folder = record.case.hex()
    await outside.files.drop(folder)  # what an earlier try, cut short, has left
    parts: list[VaultPart] = []
    try:
        for account in record.accounts:
            for of in data_classes(record.classes):
                number = len(parts)
                sealer = PartSealer(part_key(bytes(key), record.case, number), record.case, number)
                await _write(context, outside, f"{folder}/{number}", sealer, account, of, record)
                parts.append(sealer.written(custody.part_name(law_class(of), of.value, account)))
        people = [card.custodian for card in table.cards]
        shares, sealed = custody.deal(bytes(key), table.needed, people, context.entropy.token)
    finally:
        key[:] = bytes(len(key))
    return OrderVault(
        order=order.number,
        table_hash=table.hash,
        since=record.since,
        until=record.until,
        parts=tuple((one.name, one.size, one.digest) for one in parts),
        number=shares.number,
        marks=shares.marks,
        shares=tuple(sealed),
    )


async def _write(
    context: Context,
    outside: Outside,
    name: str,
    sealer: PartSealer,
    account: int,
    of: export.DataClass,
    record: OrderRecord,
) -> None:
    """Write one class of somebody's data as a sealed ZIP file."""
    wanted = export.Wanted(
        classes=frozenset({of}), since=record.since, until=min(record.until, ALL_TIME)
    )
    async with outside.files.writing(name) as write:

        async def seal(content: bytes) -> None:
            await write(sealer.update(content))

        archive = export.Archive(seal)
        try:
            found = export.parts(context, export.asking(context, account), account, wanted)
            await export.write(found, archive)
            await archive.finish()
        except export.NoSuchPersonError:  # nobody is there any more: an empty part says so
            archive.abandon()
        await write(sealer.finish())


async def shred_case(outside: Outside, case: bytes) -> None:
    """Remove what is in the vault of a case, its package too. Its key is gone with the shares."""
    await outside.files.drop(case.hex())
    await outside.files.drop(package_name(case))


def package_name(case: bytes) -> str:
    """Return under what name the package for the authority lies."""
    return f"released/{case.hex()[:12]}.package"


async def stored(outside: Outside, case: bytes, number: int) -> AsyncIterator[bytes]:
    """Yield a part as it lies in the vault."""
    async for piece in outside.files.read(f"{case.hex()}/{number}"):
        yield piece


def parts_of(vault: OrderVault) -> tuple[VaultPart, ...]:
    """Return the parts of a vault."""
    return tuple(VaultPart(*one) for one in vault.parts)


def without_shares(vault: OrderVault) -> OrderVault:
    """Return a vault that nobody can open any more."""
    return msgspec.structs.replace(vault, shares=())
