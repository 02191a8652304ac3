"""Logging in with a passkey (core.telegram.org/api/passkeys)."""

import msgspec

from chappe.features import auth
from chappe.ports import MadePasskey, PasskeyRefused
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from . import views
from .challenges import Ceremony, give_challenge, take_challenge
from .credentials import (
    credential_of,
    handle_of,
    holder_of,
    party_of,
    public_key_credential,
    refusal_of_passkey,
)
from .records import Passkey
from .rules import is_copied


@method(api.AuthInitPasskeyLogin, needs=Needs.KEY, rate=Rate.LOGIN, raises=(errors.AccessDenied,))
async def init_passkey_login(
    call: Call, request: api.AuthInitPasskeyLogin
) -> api.AuthPasskeyLoginOptions:
    """Return what an authenticator needs to sign; whose it is going to be is not known yet."""
    party = party_of(call.context)
    options = views.request_options(party, give_challenge(call, Ceremony.LOGIN))
    return api.AuthPasskeyLoginOptions(options=options)


@method(
    api.AuthFinishPasskeyLogin,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        errors.AccessDenied,
        errors.AuthTokenExpired,
        errors.CredentialInvalid,
        errors.PasskeyOriginMismatch,
        errors.SessionPasswordNeeded,
        *auth.LOGIN_ERRORS,
    ),
)
async def finish_passkey_login(
    call: Call, request: api.AuthFinishPasskeyLogin
) -> api.TypeAuthAuthorization:
    """Log in with a passkey; who has a password still owes it.

    An app that began at another data centre names the key it began under: all of them are here.
    """
    party, context = party_of(call.context), call.context
    began = request.from_auth_key_id or call.client.key_id
    challenge = take_challenge(call, began, Ceremony.LOGIN)
    given = public_key_credential(request.credential)
    credential, response = credential_of(context, given.raw_id), given.response
    if not isinstance(response, api.InputPasskeyResponseLogin):
        raise errors.CredentialInvalid
    holder = await holder_of(context, credential)
    if holder is None or response.user_handle != handle_of(context, holder[0].id):
        raise errors.CredentialInvalid
    owner, known = holder
    try:
        count = await context.ports.passkeys.verify(
            party,
            challenge,
            credential.id,
            MadePasskey(known.public_key, known.sign_count, known.aaguid),
            response.client_data.data.encode(),
            response.authenticator_data,
            response.signature,
        )
    except PasskeyRefused as refused:
        raise refusal_of_passkey(refused) from refused

    async def use(change: Change) -> bool:
        passkey = await change.get(Passkey, credential.blind)
        if passkey is None or is_copied(passkey.sign_count, count):
            return False
        change.put(msgspec.structs.replace(passkey, sign_count=count, used=change.now))
        return True

    proof = auth.Proof(use, errors.CredentialInvalid, f"by your passkey {known.title}")
    return await auth.log_in_by_proof(call, owner.id, proof)
