"""What authenticators are asked and answer, as browsers have it (WebAuthn, sections 5.1 and 5.4)."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from chappe.features import passkeys
from chappe.ports import ALGORITHMS, RelyingParty

from .challenges import CHALLENGE_S
from .records import StaffKey, StaffMember

ANSWER_BYTES_MAX: Final = 64 * 1024  # bytes of what a browser says an authenticator answered
TIMEOUT_MS: Final = CHALLENGE_S * 1_000
NO_ANSWER: Final = "That is no answer of a passkey: try again."


class _Response(msgspec.Struct, frozen=True, rename="camel"):
    client_data: str = msgspec.field(name="clientDataJSON")
    attestation_object: str = ""
    authenticator_data: str = ""
    signature: str = ""
    user_handle: str | None = None


class _Credential(msgspec.Struct, frozen=True):
    id: str
    response: _Response


class PasskeyAnswer(NamedTuple):
    """What an authenticator answered."""

    credential_id: bytes
    challenge: bytes  # it says this itself; whether it was asked is to be looked up
    client_data: bytes
    attestation: bytes
    authenticator_data: bytes
    signature: bytes
    handle: str


def read_answer(given: Any) -> PasskeyAnswer:
    """Return what a browser handed on, as `PublicKeyCredential.toJSON` writes it.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        read = msgspec.convert(given, _Credential)
        response = read.response
        client_data = _bytes(response.client_data)
        challenge = json.loads(client_data)["challenge"]
        handle = _bytes(response.user_handle or "").decode("ascii")
        return PasskeyAnswer(
            _bytes(read.id),
            _bytes(challenge),
            client_data,
            _bytes(response.attestation_object),
            _bytes(response.authenticator_data),
            _bytes(response.signature),
            handle,
        )
    except (msgspec.ValidationError, ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(NO_ANSWER) from None


def _bytes(written: Any) -> bytes:
    found = passkeys.bytes_of(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(NO_ANSWER)
    return found


def making(
    party: RelyingParty,
    challenge: bytes,
    member: StaffMember,
    handle: str,
    known: Sequence[StaffKey],
) -> dict[str, Any]:
    """Return what a browser needs to have a passkey made for somebody."""
    return {
        "rp": {"id": party.id, "name": f"Staff of {party.id}"},
        "user": {
            "id": passkeys.base64url(handle.encode()),
            "name": member.name,
            "displayName": member.name,
        },
        "challenge": passkeys.base64url(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "timeout": TIMEOUT_MS,
        "excludeCredentials": [
            {"type": "public-key", "id": passkeys.base64url(key.credential_id)} for key in known
        ],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def asking(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """Return what a browser needs to have a passkey sign; whose it is, is not known yet."""
    return {
        "challenge": passkeys.base64url(challenge),
        "timeout": TIMEOUT_MS,
        "rpId": party.id,
        "allowCredentials": [],
        "userVerification": "required",
    }
