"""A second person's signature: their passkey signs what somebody else proposes, and nothing but that."""

import hmac
from typing import Any, Final, NamedTuple

import msgspec

from chappe.features import passkeys
from chappe.ports import MadePasskey, PasskeyRefused
from chappe.updates import Context

from .answers import asking, read_answer
from .keys import blind_of, desk_party, handle_of, key_hash, refusal
from .members import every_member, keys_of
from .records import STAFF_BOX, StaffKey, StaffMember

KEY_RESTS_S: Final = 72 * 3_600  # seconds until a new passkey is a second signature
NO_SIGNATURE: Final = (
    "That is no signature over this proposal by a passkey of yours: nothing was decided."
)
KEY_TOO_NEW: Final = (
    "A new passkey is no second signature for 72 hours: sign with an older one,"
    " or ask somebody else."
)


class SecondSignature(NamedTuple):
    """What a second person signed with, and what their authenticator said."""

    member: StaffMember
    key_hash: str  # of the passkey, as the public log has it
    public_key: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def ask_signature(context: Context, challenge: bytes) -> dict[str, Any]:
    """Return what a browser needs to have a passkey sign a proposal, whose hash the challenge is."""
    return {"options": asking(desk_party(context), challenge)}


async def read_signature(
    context: Context, staff: int, challenge: bytes, given: Any
) -> SecondSignature:
    """Return somebody's signature over a challenge.

    Raises:
        ValueError: it is none, of another challenge, by another person's key, or by one that is too new.
    """
    party, answer = desk_party(context), read_answer(given)
    if not hmac.compare_digest(answer.challenge, challenge):
        raise ValueError(NO_SIGNATURE)
    blind = blind_of(context, answer.credential_id)
    key = await context.look(STAFF_BOX).get(StaffKey, blind)
    if key is None or key.staff != staff or answer.handle != handle_of(context, staff):
        raise ValueError(NO_SIGNATURE)
    if key.made + KEY_RESTS_S > context.clock.now():
        raise ValueError(KEY_TOO_NEW)
    try:
        count = await context.ports.passkeys.verify(
            party,
            challenge,
            answer.credential_id,
            MadePasskey(key.public_key, key.sign_count, key.aaguid),
            answer.client_data,
            answer.authenticator_data,
            answer.signature,
        )
    except PasskeyRefused as refused:
        raise refusal(refused) from refused
    async with context.change(STAFF_BOX) as change:
        key = await change.get(StaffKey, blind)
        member = await change.get(StaffMember, staff)
        if key is None or member is None or member.removed:
            raise ValueError(NO_SIGNATURE)
        if passkeys.is_copied(key.sign_count, count):
            raise ValueError(NO_SIGNATURE)
        change.put(msgspec.structs.replace(key, sign_count=count, used=change.now))
    return SecondSignature(
        member,
        key_hash(key.public_key),
        key.public_key,
        answer.client_data,
        answer.authenticator_data,
        answer.signature,
    )


async def could_sign(context: Context, proposer: int) -> list[StaffMember]:
    """Return who of the staff has a passkey that is a second signature for what somebody proposes.

    Nobody signs for whoever let them in: the two might be one.
    """
    look, now = context.look(STAFF_BOX), context.clock.now()
    found = []
    for one in await every_member(look):
        if proposer in (one.number, one.invited_by):
            continue
        keys = await keys_of(look, one.number)
        if any(key.made + KEY_RESTS_S <= now for key in keys):
            found.append(one)
    return found


async def was_invited_by(context: Context, staff: int, proposer: int) -> bool:
    """Whether somebody was let in by whoever proposes: they are no second person for them."""
    member = await context.look(STAFF_BOX).get(StaffMember, staff)
    return member is None or member.invited_by == proposer
