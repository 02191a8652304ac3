"""Tokens that an identity provider signs: the signature by PyJWT, what they must say by the rules below.

https://openid.net/specs/openid-connect-core-1_0.html, sections 3.1.3.7 and 12.2, and
https://openid.net/specs/openid-connect-backchannel-1_0.html, section 2.6. Nothing here waits, and time is
passed in. Which key may have signed is decided by the keys the provider publishes alone: a token that
brings its own (`jwk`, `jku`, `x5c`) is held to those as any other.
"""

import json
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any, Final, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chappe.ports import LoggedOut, TokenRefused

TOKEN_BYTES_MAX: Final = 32 * 1024  # bytes of a token that is looked at
SUBJECT_CHARACTERS_MAX: Final = 255  # characters of a subject (Core, section 2)
SESSION_CHARACTERS_MAX: Final = 255  # characters of a session's name that is kept
SKEW_S: Final = 60  # seconds the provider's clock may be ahead of ours or behind
AGE_S_MAX: Final = 600  # seconds since a token was made that is only now shown for the first time
RSA_BITS_MIN: Final = 2048  # bits of the smallest RSA key that is believed
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
KEY_KINDS: Final[Mapping[str, str]] = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "PS512": "RSA",
    "ES256": "EC",
    "ES384": "EC",
    "ES512": "EC",
    "EdDSA": "OKP",
}  # the algorithms that are taken, by the kind of key each needs: none that shares a secret, nor `none`


class UnknownKey(TokenRefused):
    """It is signed by no key that is known: perhaps the provider has new ones."""


class Audience(NamedTuple):
    """Whom tokens must be from, and for."""

    issuer: str
    client_id: str


Keys = Sequence[Mapping[str, Any]]


def keys_of(document: Any) -> Keys:
    """Return the keys of a JWK Set by which signatures are verified; others are passed over."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return ()
    return tuple(
        key
        for key in listed
        if isinstance(key, dict)
        and key.get("kty") in KEY_KINDS.values()
        and key.get("use", "sig") == "sig"
        and "verify" in key.get("key_ops", ["verify"])
    )


def signed_claims(token: str, keys: Keys) -> dict[str, Any]:
    """Return what a token says, once one of these keys is known to have signed it.

    Raises:
        UnknownKey: none of them is the one it names.
        TokenRefused: it is not signed by it, or by an algorithm that is not taken.
    """
    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefused("size")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise TokenRefused("form") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in KEY_KINDS:
        raise TokenRefused("algorithm")
    if "crit" in header:  # it asks for what is not done here (RFC 7515, 4.1.11)
        raise TokenRefused("critical")
    key = _made(_chosen(keys, header.get("kid"), algorithm), algorithm)
    try:
        body = jwt.PyJWS().decode(token, key, algorithms=[algorithm])
        claims = json.loads(body)
    except jwt.PyJWTError as error:
        raise TokenRefused("signature") from error
    except ValueError as error:
        raise TokenRefused("form") from error
    if not isinstance(claims, dict):
        raise TokenRefused("form")
    return claims


def _chosen(keys: Keys, key_id: Any, algorithm: str) -> Mapping[str, Any]:
    """Return the one key that may have signed: a name that means two keys means none."""
    able = [
        key
        for key in keys
        if key["kty"] == KEY_KINDS[algorithm] and key.get("alg", algorithm) == algorithm
    ]
    if key_id is not None:
        able = [key for key in able if key.get("kid") == key_id]
    if not able:
        raise UnknownKey("key")
    if len(able) > 1:
        raise TokenRefused("key")
    return able[0]


def _made(key: Mapping[str, Any], algorithm: str) -> Any:
    try:
        made = jwt.PyJWK(dict(key), algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise TokenRefused("key") from error
    if isinstance(made, RSAPublicKey) and made.key_size < RSA_BITS_MIN:
        raise TokenRefused("key")
    return made


def _moment(claims: Mapping[str, Any], name: str) -> float:
    """Return a time a token says, in seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(name)
    return value


def _check_common(claims: Mapping[str, Any], audience: Audience, now: int) -> None:
    """Hold a token to whom it is from and for, and to the time."""
    if claims.get("iss") != audience.issuer:
        raise TokenRefused("issuer")
    named = claims.get("aud")
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, list) or audience.client_id not in named:
        raise TokenRefused("audience")
    party = claims.get("azp")
    if party != audience.client_id and (party is not None or len(named) > 1):
        raise TokenRefused("party")
    if _moment(claims, "exp") <= now - SKEW_S:
        raise TokenRefused("expired")
    made = _moment(claims, "iat")
    if made > now + SKEW_S or ("nbf" in claims and _moment(claims, "nbf") > now + SKEW_S):
        raise TokenRefused("clock")
    if made < now - AGE_S_MAX:
        raise TokenRefused("old")


def _named(claims: Mapping[str, Any], name: str, characters_max: int) -> str:
    """Return a name a token says; empty if it says none."""
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > characters_max:
        raise TokenRefused(name)
    return value


class IdToken(NamedTuple):
    """What an ID token says, once it is held to everything."""

    subject: str
    session: str
    claims: dict[str, Any]


def read_id_token(
    token: str, keys: Keys, audience: Audience, *, nonce: str | None, now: int
) -> IdToken:
    """Return whom an ID token is of. `nonce` is None where it answers no browser: when it is renewed.

    Raises:
        TokenRefused: it proves nothing.
    """
    claims = signed_claims(token, keys)
    _check_common(claims, audience, now)
    if nonce is not None:
        said = claims.get("nonce")
        if not isinstance(said, str) or not compare_digest(said.encode(), nonce.encode()):
            raise TokenRefused("nonce")
    subject = _named(claims, "sub", SUBJECT_CHARACTERS_MAX)
    if not subject:
        raise TokenRefused("sub")
    return IdToken(subject, _named(claims, "sid", SESSION_CHARACTERS_MAX), claims)


def read_logout_token(token: str, keys: Keys, audience: Audience, *, now: int) -> LoggedOut:
    """Return whose logout a token tells of; an ID token is none, whoever shows it.

    Raises:
        TokenRefused: it proves nothing.
    """
    claims = signed_claims(token, keys)
    _check_common(claims, audience, now)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise TokenRefused("events")
    if "nonce" in claims:
        raise TokenRefused("nonce")
    subject = _named(claims, "sub", SUBJECT_CHARACTERS_MAX)
    session = _named(claims, "sid", SESSION_CHARACTERS_MAX)
    token_id = _named(claims, "jti", SESSION_CHARACTERS_MAX)
    if not (subject or session) or not token_id:
        raise TokenRefused("sub")
    return LoggedOut(subject, session, token_id)
