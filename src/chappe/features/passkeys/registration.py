"""Passkeys of one's own: made, listed, deleted (core.telegram.org/api/passkeys)."""

from chappe.core import Kind, Owner
from chappe.features import accounts, auth, single_sign_on
from chappe.ports import MadePasskey, PasskeyRefused
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context, View

from . import views
from .challenges import Ceremony, give_challenge, take_challenge
from .credentials import (
    DOMAIN,
    Credential,
    credential_of,
    handle_of,
    holder_of,
    party_of,
    public_key_credential,
    refusal_of_passkey,
)
from .records import Passkey, RecoveryCode
from .recovery_code import (
    RECOVERY_ID,
    forget_recovery_code,
    revoke_recovery_code,
    show_recovery_code,
)
from .rules import PASSKEYS_MAX, passkey_title


@method(
    api.AccountInitPasskeyRegistration,
    rate=Rate.LOGIN,
    raises=(errors.AccessDenied, errors.FreshResetAuthorisationForbidden),
)
async def init_passkey_registration(
    call: Call, request: api.AccountInitPasskeyRegistration
) -> api.AccountPasskeyRegistrationOptions:
    """Return what an authenticator needs to make a passkey for the caller; a fresh session may not."""
    party = party_of(call.context)
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    user, known = await call.look().get(accounts.User), await call.look().scan(Passkey)
    if user is None or len(known) >= PASSKEYS_MAX:
        raise errors.AccessDenied
    challenge = give_challenge(call, Ceremony.REGISTRATION)
    handle = handle_of(call.context, call.user)
    options = views.creation_options(party, challenge, handle, user, known)
    return api.AccountPasskeyRegistrationOptions(options=options)


@method(
    api.AccountRegisterPasskey,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.AccessDenied,
        errors.AuthTokenExpired,
        errors.CredentialInvalid,
        errors.PasskeyOriginMismatch,
    ),
)
async def register_passkey(call: Call, request: api.AccountRegisterPasskey) -> api.Passkey:
    """Keep a passkey that was made for the caller, and tell their devices."""
    party, context = party_of(call.context), call.context
    challenge = take_challenge(call, call.client.key_id, Ceremony.REGISTRATION)
    given = public_key_credential(request.credential)
    credential, response = credential_of(context, given.raw_id), given.response
    if not isinstance(response, api.InputPasskeyResponseRegister):
        raise errors.CredentialInvalid
    try:
        made = await context.ports.passkeys.register(
            party,
            challenge,
            credential.id,
            response.client_data.data.encode(),
            response.attestation_data,
        )
    except PasskeyRefused as refused:
        raise refusal_of_passkey(refused) from refused
    if not await _claim(call, credential):
        raise errors.CredentialInvalid
    async with call.change() as change:
        passkey = await _keep(change, credential, made, call.client.device.device_model)
    await context.ask(auth.hooks.service_message)(
        context,
        call.user,
        f"A passkey was added to your account: {passkey.title}. Whoever has it can log in. "
        "If it was not you, delete it in Settings, and end the session you do not know in Settings, Devices.",
    )
    return views.show_passkey(passkey)


async def _claim(call: Call, credential: Credential) -> bool:
    """Claim a credential for the caller; False if it is somebody else's."""
    holder = await holder_of(call.context, credential)
    if holder is not None and holder[0] != call.me:
        return False
    taken = await accounts.find_owner(call.context, DOMAIN, credential.name)
    return await accounts.claim(call.context, DOMAIN, credential.name, call.me, taken)


async def _keep(change: Change, credential: Credential, made: MadePasskey, device: str) -> Passkey:
    """Put a new passkey into its owner's box.

    Raises:
        errors.AccessDenied: they have as many as anybody may have.
    """
    others = [one for one in await change.scan(Passkey) if one.blind != credential.blind]
    if len(others) >= PASSKEYS_MAX:
        raise errors.AccessDenied
    passkey = Passkey(
        blind=credential.blind,
        credential_id=credential.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        aaguid=made.aaguid,
        title=passkey_title(made.aaguid, device, {one.title for one in others}),
        made=change.now,
    )
    change.put(passkey)
    return passkey


@method(api.AccountGetPasskeys)
async def get_passkeys(call: Call, request: api.AccountGetPasskeys) -> api.AccountPasskeys:
    """Return the caller's passkeys, the oldest first; then recovery code and sign-in elsewhere, if any."""
    look = call.look()
    known = sorted(await look.scan(Passkey), key=lambda one: one.made)
    shown, code = [views.show_passkey(one) for one in known], await look.get(RecoveryCode)
    if code is not None:
        shown.append(show_recovery_code(code))
    elsewhere = await single_sign_on.shown_identity(call.context, look)
    return api.AccountPasskeys(passkeys=[*shown, *([elsewhere] if elsewhere else ())])


@method(
    api.AccountDeletePasskey,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.CredentialInvalid, errors.FreshResetAuthorisationForbidden),
)
async def delete_passkey(call: Call, request: api.AccountDeletePasskey) -> bool:
    """Forget one of the caller's passkeys, or their recovery code; a fresh session may not."""
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    if request.id == RECOVERY_ID:
        await revoke_recovery_code(call)
        return True
    credential = credential_of(call.context, request.id)
    async with call.change() as change:
        if await change.get(Passkey, credential.blind) is None:
            raise errors.CredentialInvalid
        change.drop(Passkey, credential.blind)
    await accounts.release(call.context, DOMAIN, credential.name, call.me)
    return True


async def count_keys(look: View) -> int:
    """Return how many passkeys a box's owner has, and the recovery code."""
    return len(await look.scan(Passkey)) + (await look.get(RecoveryCode) is not None)


async def forget_passkeys(context: Context, user: int) -> None:
    """Let nobody be found by somebody's passkeys any more: their account is being deleted."""
    await forget_recovery_code(context, user)
    owner = Owner(Kind.USER, user)
    for passkey in await context.look(owner).scan(Passkey):
        name = Credential(passkey.credential_id, passkey.blind).name
        await accounts.release(context, DOMAIN, name, owner)
