"""Passkeys as TL, and the JSON that browsers hand to authenticators."""

import json
from collections.abc import Sequence
from typing import Any, Final

from chappe.features import accounts
from chappe.ports import ALGORITHMS, RelyingParty
from chappe.tl import api

from .challenges import CHALLENGE_LIFETIME_S
from .records import Passkey
from .rules import base64url

TIMEOUT_MS: Final = CHALLENGE_LIFETIME_S * 1_000


def show_passkey(passkey: Passkey) -> api.Passkey:
    """Return a passkey as its owner lists it; its id is that of the credential, in base64url."""
    return api.Passkey(
        id=base64url(passkey.credential_id),
        name=passkey.title,
        date=passkey.made,
        last_usage_date=passkey.used or None,
    )


def creation_options(
    party: RelyingParty,
    challenge: bytes,
    handle: str,
    user: accounts.User,
    known: Sequence[Passkey],
) -> api.DataJSON:
    """Return PublicKeyCredentialCreationOptions (WebAuthn, section 5.4), as JSON under `publicKey`."""
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return _under_public_key(
        {
            "rp": {"id": party.id, "name": party.id},
            "user": {
                "id": base64url(handle.encode()),
                "name": f"@{user.username}" if user.username else name,
                "displayName": name,
            },
            "challenge": base64url(challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
            "timeout": TIMEOUT_MS,
            "excludeCredentials": [
                {"type": "public-key", "id": base64url(one.credential_id)} for one in known
            ],
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": True,
                "userVerification": "required",
            },
            "attestation": "none",
        }
    )


def request_options(party: RelyingParty, challenge: bytes) -> api.DataJSON:
    """Return PublicKeyCredentialRequestOptions (WebAuthn, section 5.5) that name nobody's passkey."""
    return _under_public_key(
        {
            "challenge": base64url(challenge),
            "timeout": TIMEOUT_MS,
            "rpId": party.id,
            "allowCredentials": [],
            "userVerification": "required",
        }
    )


def _under_public_key(options: dict[str, Any]) -> api.DataJSON:
    return api.DataJSON(data=json.dumps({"publicKey": options}, ensure_ascii=False))
