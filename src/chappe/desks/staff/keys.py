"""Passkeys of the staff: made by a link or by who is logged in, used to log in, forgotten."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import msgspec

from chappe.features import ledger, passkeys
from chappe.ports import MadePasskey, PasskeyOriginRefused, PasskeyRefused, RelyingParty
from chappe.updates import Change, Context

from .answers import PasskeyAnswer, asking, making, read_answer
from .audit import note_act
from .challenges import KeyPurpose, give_staff_challenge, is_challenge, spend_challenge
from .links import hash_of, holder_of_link
from .members import drop_access, keys_of, note_step
from .records import STAFF_BOX, AuditEntry, StaffKey, StaffLink, StaffMember
from .sessions import Visitor, open_session

KEYS_MAX: Final = 5  # passkeys of one person
CREDENTIAL_BYTES_MAX: Final = 1_023  # bytes of a credential id (WebAuthn, section 7.1)
NO_LINK: Final = "This link was used, or its hour is over: ask for a new one."
NO_PROOF: Final = "That passkey does not belong here, or was asked for too long ago: try again."
NO_PAGE: Final = "Passkeys work under the page's own address only: open it from there."
NO_NAME: Final = (
    "Browsers make no passkeys for this address: set `desk_url` to https:// and a name."
)


def desk_party(context: Context) -> RelyingParty:
    """Return whom passkeys of the staff are made for.

    Raises:
        ValueError: browsers would make none for the page's address.
    """
    party = passkeys.relying_party(context.config.desk_address)
    if party is None:
        raise ValueError(NO_NAME)
    return party


def handle_of(context: Context, staff: int) -> str:
    """Return the name under which authenticators keep somebody's passkeys; it tells nobody whose."""
    return str(context.keyed("staff_user", staff))


def blind_of(context: Context, credential_id: bytes) -> str:
    """Return what finds a passkey by its credential id.

    Raises:
        ValueError: no authenticator has such an id.
    """
    if not 0 < len(credential_id) <= CREDENTIAL_BYTES_MAX:
        raise ValueError(NO_PROOF)
    return context.secrets.blind("staff_key", credential_id).hex()


async def begin_enrolment(context: Context, token: str) -> dict[str, Any]:
    """Return what a browser needs to make the passkey of whoever has a link.

    Raises:
        ValueError: the link cannot be used.
    """
    party, look = desk_party(context), context.look(STAFF_BOX)
    member = await holder_of_link(look, token, context.clock.now())
    if member is None:
        raise ValueError(NO_LINK)
    challenge = give_staff_challenge(context, KeyPurpose.ENROL, member.number)
    handle = handle_of(context, member.number)
    return {"name": member.name, "options": making(party, challenge, member, handle, ())}


async def finish_enrolment(context: Context, token: str, given: Any) -> None:
    """Keep the passkey of whoever has a link, in place of all they had; the link is used up.

    Raises:
        ValueError: the link cannot be used, or the passkey proves nothing.
    """
    member = await holder_of_link(context.look(STAFF_BOX), token, context.clock.now())
    if member is None:
        raise ValueError(NO_LINK)
    answer, made = await _made(context, given, KeyPurpose.ENROL, member.number)
    async with _in_public_log(context, member, "staff-enrol"), context.change(STAFF_BOX) as change:
        link = await change.get(StaffLink, hash_of(token))
        if link is None or link.staff != member.number:
            raise ValueError(NO_LINK)  # used, or voided, meanwhile
        await drop_access(change, member.number)
        await _keep_key(change, context, member, answer, made)
        key, roles = key_hash(made.public_key), ",".join(member.roles)
        note_step(change, member, "enrolled", member, key=key, roles=roles)
        await _note(change, member, "staff-enrol")


async def begin_key(context: Context, visitor: Visitor) -> dict[str, Any]:
    """Return what a browser needs to make a further passkey for somebody who is logged in.

    Raises:
        ValueError: they have as many as one may have.
    """
    known = await keys_of(context.look(STAFF_BOX), visitor.member.number)
    if len(known) >= KEYS_MAX:
        raise ValueError(f"{KEYS_MAX} passkeys are enough: remove one first.")
    challenge = give_staff_challenge(context, KeyPurpose.ADD, visitor.member.number)
    handle = handle_of(context, visitor.member.number)
    return {"options": making(desk_party(context), challenge, visitor.member, handle, known)}


async def add_key(context: Context, visitor: Visitor, given: Any) -> None:
    """Keep a further passkey of somebody who is logged in.

    Raises:
        ValueError: it proves nothing, or they have as many as one may have, or are not here any more.
    """
    answer, made = await _made(context, given, KeyPurpose.ADD, visitor.member.number)
    public = _in_public_log(context, visitor.member, "staff-key")
    async with public, context.change(STAFF_BOX) as change:
        member = await visitor.still(change)
        if len(await keys_of(change, member.number)) >= KEYS_MAX:
            raise ValueError(f"{KEYS_MAX} passkeys are enough: remove one first.")
        await _keep_key(change, context, member, answer, made)
        note_step(change, member, "key added", member, key=key_hash(made.public_key))
        await _note(change, member, "staff-key")


async def remove_key(context: Context, visitor: Visitor, blind: str) -> None:
    """Forget one of one's own passkeys, and the sessions that began with it, but not the last one.

    Raises:
        ValueError: there is no such key, or no other.
    """
    public = _in_public_log(context, visitor.member, "staff-key-remove")
    async with public, context.change(STAFF_BOX) as change:
        member = await visitor.still(change)
        known = {key.blind: key for key in await keys_of(change, member.number)}
        if blind not in known:
            raise ValueError("You have no such passkey.")
        if len(known) == 1:
            raise ValueError("Without it you could not log in again: add another one first.")
        change.drop(StaffKey, blind)
        key = key_hash(known[blind].public_key)
        note_step(change, member, "key removed", member, key=key)
        await _note(change, member, "staff-key-remove")


def _in_public_log(
    context: Context, member: StaffMember, act: str
) -> AbstractAsyncContextManager[None]:
    """Return within what somebody changes by what they log in: the public log has it first."""
    facts: dict[str, str | int] = {"staff": ledger.case_hash(member.case)}
    return ledger.in_public_log(context, ledger.OperatorAct(act, by_staff=True, facts=facts))


def begin_login(context: Context) -> dict[str, Any]:
    """Return what a browser needs to have a passkey sign."""
    party = desk_party(context)
    return {"options": asking(party, give_staff_challenge(context, KeyPurpose.LOGIN))}


async def finish_login(context: Context, given: Any) -> str:
    """Log somebody in by their passkey; return what their browser's cookie shall hold.

    Raises:
        ValueError: it proves nothing.
    """
    party, answer = desk_party(context), read_answer(given)
    blind, look = blind_of(context, answer.credential_id), context.look(STAFF_BOX)
    known = await look.get(StaffKey, blind)
    if not is_challenge(context, answer.challenge, KeyPurpose.LOGIN) or known is None:
        raise ValueError(NO_PROOF)
    if answer.handle != handle_of(context, known.staff):
        raise ValueError(NO_PROOF)
    try:
        count = await context.ports.passkeys.verify(
            party,
            answer.challenge,
            answer.credential_id,
            MadePasskey(known.public_key, known.sign_count, known.aaguid),
            answer.client_data,
            answer.authenticator_data,
            answer.signature,
        )
    except PasskeyRefused as refused:
        raise refusal(refused) from refused
    if not spend_challenge(context, answer.challenge, KeyPurpose.LOGIN):
        raise ValueError(NO_PROOF)
    async with context.change(STAFF_BOX) as change:
        key = await change.get(StaffKey, blind)
        member = await change.get(StaffMember, known.staff)
        if key is None or member is None or member.removed:
            raise ValueError(NO_PROOF)
        if passkeys.is_copied(key.sign_count, count):
            raise ValueError(NO_PROOF)
        change.put(msgspec.structs.replace(key, sign_count=count, used=change.now))
        await _note(change, member, "staff-login")
        return await open_session(change, context.entropy, key)


async def _made(
    context: Context, given: Any, purpose: KeyPurpose, staff: int
) -> tuple[PasskeyAnswer, MadePasskey]:
    """Return a passkey that was made for a challenge of ours.

    Raises:
        ValueError: none was.
    """
    answer = read_answer(given)
    if not is_challenge(context, answer.challenge, purpose, staff):
        raise ValueError(NO_PROOF)
    try:
        made = await context.ports.passkeys.register(
            desk_party(context),
            answer.challenge,
            answer.credential_id,
            answer.client_data,
            answer.attestation,
        )
    except PasskeyRefused as refused:
        raise refusal(refused) from refused
    if not spend_challenge(context, answer.challenge, purpose, staff):
        raise ValueError(NO_PROOF)
    return answer, made


async def _keep_key(
    change: Change,
    context: Context,
    member: StaffMember,
    answer: PasskeyAnswer,
    made: MadePasskey,
) -> None:
    """Put a new passkey into the staff's box.

    Raises:
        ValueError: it is somebody's already.
    """
    blind = blind_of(context, answer.credential_id)
    if await change.get(StaffKey, blind) is not None:
        raise ValueError(NO_PROOF)
    taken = {key.title for key in await keys_of(change, member.number)}
    change.put(
        StaffKey(
            blind=blind,
            staff=member.number,
            credential_id=answer.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            aaguid=made.aaguid,
            title=passkeys.passkey_title(made.aaguid, "", taken),
            made=change.now,
        )
    )


def key_hash(public_key: bytes) -> str:
    """Return what stands for a passkey in the public log."""
    return hash_of(public_key.hex())


async def _note(change: Change, member: StaffMember, command: str) -> None:
    """Keep in the audit log what somebody did about themselves."""
    entry = AuditEntry(
        position=0,
        at=change.now,
        by=member.number,
        command=command,
        staff=member.number,
        outcome="ok",
    )
    await note_act(change, entry)


def refusal(refused: PasskeyRefused) -> ValueError:
    """Return what somebody is told whose passkey proved nothing."""
    return ValueError(NO_PAGE if isinstance(refused, PasskeyOriginRefused) else NO_PROOF)
