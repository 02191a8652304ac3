"""A release: custodians are asked, enough say yes, and what they agreed to is sealed to the authority.

Each step stands in the public log, witnessed, before the next can happen: what was received before anything
is sealed, the approval before a key is put together, the release before anything leaves.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from chappe.trust import custody
from chappe.trust.custody import (
    ChosenPart,
    CustodianKey,
    CustodyAnswer,
    CustodyError,
    CustodyRequest,
    CustodyTable,
    OrderRecord,
    ReleaseDecision,
    ReleaseDetails,
    VaultPart,
)
from chappe.trust.ledger.canonical import Value
from chappe.updates import Change, Context, View

from .entering import entry_of, outside_of, proved, queue
from .exporting import parts_of, require_custodians, stored
from .outside import Outside
from .records import (
    ORDERS_BOX,
    AuthorityOrder,
    OrderAnswer,
    OrderRelease,
    OrderRequest,
    OrderSeen,
    OrderVault,
)
from .rules import OrderState, may_become, size_bucket, week_at

RELEASE: Final = "release"  # the kind of request
REQUESTS_MAX: Final = (
    64  # requests of one release: each is for other heads that custodians have seen
)
TAG_BYTES: Final = 8
SEEN_MAX: Final = 64  # sizes of the log from which a request shows that it goes on


async def sizes_seen(look: View, seen: Sequence[int]) -> list[int]:
    """Return sizes of the log that custodians have seen: those that are named, and those they said."""
    said = await look.scan(OrderSeen, limit=SEEN_MAX)
    return sorted({*seen, *(one.size for one in said)})[-SEEN_MAX:]


async def ask_release(
    context: Context, order: AuthorityOrder, record: OrderRecord, seen: Sequence[int]
) -> CustodyRequest:
    """Return the request that custodians are handed; `seen` are sizes of heads they have seen.

    Raises:
        ValueError: what was received is not witnessed, or nothing was sealed.
    """
    outside, look = outside_of(context), context.look(ORDERS_BOX)
    release = await look.get(OrderRelease, order.number)
    vault = await look.get(OrderVault, order.vault)
    if release is None or vault is None or order.state != OrderState.SEALED:
        raise ValueError(
            f"Nothing of order {order.number} waits for custodians: see `chappe orders`."
        )
    table = require_custodians(outside)
    if table.hash != vault.table_hash:
        raise ValueError("The custodians have changed since this was sealed: seal it again.")
    step = await proved(context, order, order.received)
    details = ReleaseDetails(
        record,
        custody.parse_decision(release.decision),
        vault.number,
        vault.marks,
        vault.shares,
        step.opening,
    )
    request = CustodyRequest(
        kind=RELEASE,
        origin=outside.log.origin,
        table=table.hash,
        nonce=context.entropy.token(custody.NONCE_BYTES),
        made=int(context.clock.now()),
        reason=f"{record.channel} from {record.country}: order {order.number}",
        build=outside.build,
        key=CustodianKey(release.seed, release.scalar).public(),
        entry=step.entry,
        proof=step.proof,
        continues=await outside.log.continues(await sizes_seen(look, seen)),
        details=details.fields,
    )
    async with context.change(ORDERS_BOX) as change:
        if len(await change.scan(OrderRequest, order.number)) >= REQUESTS_MAX:
            raise ValueError(
                f"{REQUESTS_MAX} requests were made for this release, and no more can be."
            )
        tag = request.digest[:TAG_BYTES].hex()
        change.put(OrderRequest(order=order.number, tag=tag, content=request.content))
    return request


def decide(
    record: OrderRecord, vault: OrderVault, case: bytes, authority: bytes
) -> ReleaseDecision:
    """Return what custodians are asked to agree to: of a vault, the parts that an order names.

    Raises:
        ValueError: the vault has other dates than the order, or nothing that it names.
    """
    if vault.since < record.since or vault.until > record.until:
        raise ValueError(
            "What was preserved has wider dates than this order: it cannot be released by it."
        )
    chosen = [one for one in parts_of(vault) if _is_named(one, record)]
    if not chosen:
        raise ValueError("The vault holds nothing that this order names: decide `no-data`.")
    given = tuple(sorted({one.name.partition(".")[0] for one in chosen}))
    return ReleaseDecision(
        record.digest,
        case,
        vault.since,
        vault.until,
        given,
        tuple(chosen),
        custody.key_hash(authority),
    )


def _is_named(part: VaultPart, record: OrderRecord) -> bool:
    category, _, rest = part.name.partition(".")
    return category in record.classes and rest.rpartition(".")[2] in map(str, record.accounts)


async def take_answer(context: Context, order: AuthorityOrder, text: str) -> int:
    """Take a custodian's yes; return how many are still needed. The last one makes it approved.

    Raises:
        ValueError: it is none, is forged, or is for something else.
    """
    outside = outside_of(context)
    try:
        table = require_custodians(outside)
        answer = custody.parse_answer(text)
        await _checked(context, order, table, answer)
    except CustodyError as error:
        raise ValueError(str(error)) from None
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order.number)
        if now is None or now.state != OrderState.SEALED:
            raise ValueError(f"Order {order.number} waits for no custodian any more.")
        change.put(OrderAnswer(order=order.number, place=answer.place, text=text))
        approver = table.card_at(answer.place).approver
        change.put(OrderSeen(approver=approver, size=answer.seen))
        answers = await change.scan(OrderAnswer, order.number)
        missing = table.needed - len(answers)
        if missing <= 0:
            await _approve(change, outside, now, table, answers)
    outside.saw(approver, answer.seen)
    return max(missing, 0)


async def _checked(
    context: Context, order: AuthorityOrder, table: CustodyTable, answer: CustodyAnswer
) -> custody.Share:
    """Return the share in an answer, once everything about it was checked."""
    look = context.look(ORDERS_BOX)
    kept = await look.get(OrderRequest, order.number, answer.tag.hex())
    release = await look.get(OrderRelease, order.number)
    vault = await look.get(OrderVault, order.vault)
    if kept is None or release is None or vault is None:
        raise CustodyError("The answer is to no request of this order.")
    request = custody.parse_request(kept.content)
    decision = custody.parse_decision(release.decision)
    custody.check_answer(request, table, answer, decision.digest)
    shares = custody.parse_details(request.details).share_table(table)
    return custody.share_of(request, shares, CustodianKey(release.seed, release.scalar), answer)


async def _approve(
    change: Change,
    outside: Outside,
    order: AuthorityOrder,
    table: CustodyTable,
    answers: Sequence[OrderAnswer],
) -> None:
    release = await change.get(OrderRelease, order.number)
    if release is None:
        raise ValueError(f"Order {order.number} waits for no custodian any more.")
    may_become(OrderState(order.state), OrderState.APPROVED)
    given = [custody.parse_answer(one.text) for one in answers]
    approvals = tuple(f"{table.card_at(one.place).approver}:{one.signature.hex()}" for one in given)
    fields: dict[str, Value] = {
        "approvals": approvals,
        "case": custody.parse_order(order.record).case.hex(),
        "outcome": "approved",
        "record": custody.parse_decision(release.decision).digest.hex(),
        "week": week_at(int(change.now)),
    }
    step = queue(change, outside, order, entry_of("authority.decided", **fields))
    change.put(msgspec.structs.replace(order, state=OrderState.APPROVED.value, decided=step))


async def release(context: Context, order: AuthorityOrder) -> None:
    """Put the key together from what custodians gave, and seal it to the authority.

    Raises:
        ValueError: the approval is not witnessed, or what is in the vault is not what was approved.
    """
    outside, look = outside_of(context), context.look(ORDERS_BOX)
    may_become(OrderState(order.state), OrderState.RELEASED)
    await proved(context, order, order.decided)
    kept = await look.get(OrderRelease, order.number)
    vault = await look.get(OrderVault, order.vault)
    if kept is None or vault is None:
        raise ValueError(f"Order {order.number} has nothing that could be released.")
    decision = custody.parse_decision(kept.decision)
    chosen = chosen_parts(vault, decision)
    try:
        table = require_custodians(outside)
        answers = await look.scan(OrderAnswer, order.number)
        shares = [
            await _checked(context, order, table, custody.parse_answer(one.text)) for one in answers
        ]
        people = tuple(card.custodian for card in table.cards)
        division = custody.ShareTable(vault.number, table.needed, people, vault.marks)
        key = bytearray(custody.restore(division, shares))
        header = custody.package_header(decision.vault, bytes(key), chosen, kept.authority)
        key[:] = bytes(len(key))
    except CustodyError as error:
        raise ValueError(str(error)) from None
    digest, size = await measured(outside, header, decision, chosen)
    async with context.change(ORDERS_BOX) as change:
        fields: dict[str, Value] = {
            "bytes": size_bucket(size),
            "case": custody.parse_order(order.record).case.hex(),
            "export": digest,
            "given": decision.given,
            "week": week_at(int(change.now)),
        }
        step = queue(change, outside, order, entry_of("authority.released", **fields))
        change.put(msgspec.structs.replace(order, state=OrderState.RELEASED.value, released=step))
        change.put(msgspec.structs.replace(kept, header=header, seed=b"", scalar=b""))
        await forget_asked(change, order.number)


async def forget_asked(change: Change, order: int) -> None:
    """Forget what custodians were asked about an order and what they answered: it counts for nothing else."""
    for answer in await change.scan(OrderAnswer, order):
        change.drop(OrderAnswer, order, answer.place)
    for request in await change.scan(OrderRequest, order):
        change.drop(OrderRequest, order, request.tag)


def chosen_parts(vault: OrderVault, decision: ReleaseDecision) -> list[ChosenPart]:
    """Return the parts of a vault that a decision names, each byte of them.

    Raises:
        ValueError: one is not there as it was approved.
    """
    numbered = {one: number for number, one in enumerate(parts_of(vault))}
    if any(one not in numbered for one in decision.parts):
        raise ValueError("What is in the vault is not what custodians approved.")
    return [ChosenPart(numbered[one], one) for one in decision.parts]


async def measured(
    outside: Outside, header: bytes, decision: ReleaseDecision, chosen: Sequence[ChosenPart]
) -> tuple[str, int]:
    """Return the hash of a package and its size.

    Raises:
        ValueError: a part was changed since custodians approved it.
    """
    whole, size = hashlib.sha256(header), len(header)
    for one in chosen:
        digest = hashlib.sha256()
        try:
            async for piece in stored(outside, decision.vault, one.number):
                digest.update(piece)
                whole.update(piece)
                size += len(piece)
        except FileNotFoundError:
            pass  # its hash is not the one that was approved
        if digest.digest() != one.part.digest:
            raise ValueError("What is in the vault is not what custodians approved.")
    return whole.hexdigest(), size
