"""Passkeys verified by py_webauthn, which is loaded when the first is used."""

import asyncio
import json
from typing import Any, Final

from chappe.ports import ALGORITHMS, MadePasskey, PasskeyOriginRefused, PasskeyRefused, RelyingParty

from .needed import require

CLIENT_DATA_BYTES_MAX: Final = 4 * 1024  # bytes of what a browser says of itself
ATTESTATION_BYTES_MAX: Final = 16 * 1024  # bytes of what an authenticator says of a new passkey
SIGNED_BYTES_MAX: Final = 4 * 1024  # bytes of what an authenticator signs, and of the signature
PUBLIC_KEY_BYTES_MAX: Final = 1_024  # bytes of a public key: RSA of 4,096 bits and more


class WebAuthnPasskeys:
    """See `ports.Passkeys`. The library and the arithmetic are kept off the loop."""

    def __init__(self) -> None:
        require("webauthn")

    async def register(
        self,
        party: RelyingParty,
        challenge: bytes,
        credential_id: bytes,
        client_data: bytes,
        attestation: bytes,
    ) -> MadePasskey:
        """See `ports.Passkeys`."""
        _check_client(client_data, party)
        _bound(attestation, ATTESTATION_BYTES_MAX)
        return await asyncio.to_thread(
            _register, party, challenge, credential_id, client_data, attestation
        )

    async def verify(
        self,
        party: RelyingParty,
        challenge: bytes,
        credential_id: bytes,
        known: MadePasskey,
        client_data: bytes,
        authenticator_data: bytes,
        signature: bytes,
    ) -> int:
        """See `ports.Passkeys`."""
        _check_client(client_data, party)
        _bound(authenticator_data, SIGNED_BYTES_MAX)
        _bound(signature, SIGNED_BYTES_MAX)
        return await asyncio.to_thread(
            _verify,
            party,
            challenge,
            credential_id,
            known,
            client_data,
            authenticator_data,
            signature,
        )


def _bound(given: bytes, bytes_max: int) -> None:
    if len(given) > bytes_max:
        raise PasskeyRefused


def _check_client(client_data: bytes, party: RelyingParty) -> None:
    """Check where a browser says that it is; the library checks the rest of what it says.

    Raises:
        PasskeyOriginRefused: on another page, or in a frame of one.
        PasskeyRefused: it is no such object.
    """
    _bound(client_data, CLIENT_DATA_BYTES_MAX)
    try:
        said = json.loads(client_data)
    except (ValueError, RecursionError):
        raise PasskeyRefused from None
    if not isinstance(said, dict):
        raise PasskeyRefused
    if said.get("origin") != party.origin or said.get("crossOrigin", False) is not False:
        raise PasskeyOriginRefused


def _register(
    party: RelyingParty,
    challenge: bytes,
    credential_id: bytes,
    client_data: bytes,
    attestation: bytes,
) -> MadePasskey:
    import webauthn  # noqa: PLC0415  five MiB, and only whoever uses passkeys needs it
    from webauthn.helpers import structs  # noqa: PLC0415  likewise
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415  likewise

    try:
        made = webauthn.verify_registration_response(
            credential=structs.RegistrationCredential(
                id=_text(credential_id),
                raw_id=credential_id,
                response=structs.AuthenticatorAttestationResponse(
                    client_data_json=client_data, attestation_object=_bare(attestation)
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
        _usable(made.credential_public_key)
    except Exception as error:
        raise PasskeyRefused from error
    _bound(made.credential_public_key, PUBLIC_KEY_BYTES_MAX)
    if made.credential_id != credential_id:
        raise PasskeyRefused
    return MadePasskey(made.credential_public_key, made.sign_count, made.aaguid)


def _text(credential_id: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415  as above

    return bytes_to_base64url(credential_id)


def _bare(attestation: bytes) -> bytes:
    """Return an attestation without its maker's statement.

    None was asked for, and nobody here trusts a maker: so a statement proves nothing, and the many forms it
    may have (certificates, TPMs) are better not read.
    """
    from webauthn.helpers import encode_cbor, parse_cbor  # noqa: PLC0415  as above

    said = parse_cbor(attestation)
    return encode_cbor({"fmt": "none", "attStmt": {}, "authData": said["authData"]})


def _usable(public_key: bytes) -> None:
    """Raise whatever the library raises of a key that could not be signed with."""
    from webauthn.helpers import (  # noqa: PLC0415  as above
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
    )

    decoded_public_key_to_cryptography(decode_credential_public_key(public_key))


def _verify(
    party: RelyingParty,
    challenge: bytes,
    credential_id: bytes,
    known: MadePasskey,
    client_data: bytes,
    authenticator_data: bytes,
    signature: bytes,
) -> int:
    import webauthn  # noqa: PLC0415  as above
    from webauthn.helpers import structs  # noqa: PLC0415  as above

    response = structs.AuthenticatorAssertionResponse(
        client_data_json=client_data, authenticator_data=authenticator_data, signature=signature
    )
    try:
        proved: Any = webauthn.verify_authentication_response(
            credential=structs.AuthenticationCredential(
                id=_text(credential_id), raw_id=credential_id, response=response
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefused from error
    return int(proved.new_sign_count)
