"""What people are told whose data was released: to whom, what, and how they check it. Pure."""

from typing import Final

from chappe.trust.custody import OrderRecord

from .entering import Proved

TEXT_CHARACTERS_MAX: Final = 4_000  # characters of a message that holds a receipt
_LONG_SIGNATURE: Final = (
    1_000  # bytes; a signature by ML-DSA-44 has 2,428, and `verify.py` checks none
)


def told_by(origin: str, record: OrderRecord, released: Proved) -> str:
    """Return what somebody is told about a release that stands in the log."""
    lines = [
        "Data of your account was released to an authority.",
        f"Who asked: an authority of {record.country} ({record.channel}, {record.basis}).",
        f"What was asked for: {', '.join(record.classes)}.",
        f"The public log {origin} has every step of it under the case {record.case.hex()}.",
    ]
    receipt = short_receipt(released)
    if len(receipt) < TEXT_CHARACTERS_MAX:
        lines += [
            "Check it yourself: save the lines below as a file, and give it to `verify.py receipt`.",
            receipt,
        ]
    return "\n\n".join(lines)


def short_receipt(released: Proved) -> str:
    """Return a receipt without the long signatures, which would not fit into a message."""
    from chappe.trust.ledger.proofs import parse_proof  # noqa: PLC0415  few servers release anything
    from chappe.trust.ledger.receipts import LogReceipt  # noqa: PLC0415  as above

    proof = parse_proof(released.proof)
    short = tuple(one for one in proof.note.signatures if len(one.signature) < _LONG_SIGNATURE)
    note = proof.note._replace(signatures=short)
    return LogReceipt(proof._replace(note=note), released.entry).content.decode()
