"""ID tokens and logout tokens: the right ones are read, and every kind of forged one is refused."""

from typing import Any

import pytest

from chappe.engines.id_tokens import (
    AGE_S_MAX,
    LOGOUT_EVENT,
    SKEW_S,
    Audience,
    IdToken,
    UnknownKey,
    keys_of,
    read_id_token,
    read_logout_token,
)
from chappe.ports import LoggedOut, TokenRefused

from .push_service import text_of
from .signing import EC_KEY, ED_KEY, OTHER_RSA_KEY, RSA_KEY, jwk, pem, token

NOW = 1_800_000_000
ISSUER = "https://id.example.org"
WHOM = Audience(ISSUER, "chappe")
KEYS = keys_of({"keys": [jwk(RSA_KEY, kid="one", use="sig", alg="RS256")]})
CLAIMS = {
    "iss": ISSUER,
    "aud": "chappe",
    "sub": "248289761001",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "n-0S6",
    "sid": "s1",
    "name": "Ada",
}
LOGOUT = {
    "iss": ISSUER,
    "aud": ["chappe"],
    "sub": "248289761001",
    "sid": "s1",
    "exp": NOW + 120,
    "iat": NOW,
    "jti": "bWJq",
    "events": {LOGOUT_EVENT: {}},
}


def read(given: str, keys: Any = KEYS, nonce: str | None = "n-0S6", now: int = NOW) -> IdToken:
    """Read an ID token."""
    return read_id_token(given, keys, WHOM, nonce=nonce, now=now)


def but(claims: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return claims with some changed; None takes one away."""
    return {name: one for name, one in {**claims, **changed}.items() if one is not None}


def test_a_right_token_says_who_it_is() -> None:
    """By each kind of key that providers sign with; several audiences name the party that asked."""
    assert read(token(CLAIMS)) == IdToken("248289761001", "s1", CLAIMS)
    assert read(token(but(CLAIMS, sid=None))).session == ""
    both = but(CLAIMS, aud=["chappe", "other"], azp="chappe")
    assert read(token(both)).subject == CLAIMS["sub"]
    for key, algorithm in ((EC_KEY, "ES256"), (ED_KEY, "EdDSA"), (RSA_KEY, "PS256")):
        keys = keys_of({"keys": [jwk(key, kid="one"), jwk(OTHER_RSA_KEY, kid="two")]})
        assert read(token(CLAIMS, key, algorithm), keys).subject == CLAIMS["sub"]
    renewed = token(but(CLAIMS, nonce=None))
    assert read(renewed, nonce=None).subject == CLAIMS["sub"]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"iss": "https://id.example.org/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": {"chappe": 1}}, "audience"),
        ({"aud": ["other", "third"], "azp": "chappe"}, "audience"),
        ({"aud": ["chappe", "other"]}, "party"),
        ({"azp": "other"}, "party"),
        ({"exp": NOW - SKEW_S}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": "1900000000"}, "exp"),
        ({"iat": NOW + SKEW_S + 1}, "clock"),
        ({"nbf": NOW + SKEW_S + 1}, "clock"),
        ({"iat": NOW - AGE_S_MAX - 1}, "old"),
        ({"iat": None}, "iat"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n-0S6"]}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
    ],
)
def test_what_a_token_says_wrongly_is_refused(changed: dict[str, Any], word: str) -> None:
    """One claim at a time; all else is as in the right one, and rightly signed."""
    with pytest.raises(TokenRefused, match=f"^{word}$"):
        read(token(but(CLAIMS, **changed)))


def test_who_has_not_the_key_signs_nothing() -> None:
    """No signature, a public key as a shared secret, another's key, a changed body, a key brought along."""
    head, body, signature = token(CLAIMS).split(".")
    forged = token(but(CLAIMS, sub="the-boss")).split(".")[1]
    secret = pem(RSA_KEY)
    shared = jwk(RSA_KEY, kid="one")
    for given, word in (
        (token(CLAIMS, algorithm="none"), "algorithm"),
        (token(CLAIMS, algorithm="None"), "algorithm"),
        (token(CLAIMS, secret, "HS256"), "algorithm"),
        (token(CLAIMS, b"", "HS256"), "algorithm"),
        (token(CLAIMS, shared["n"].encode(), "HS256"), "algorithm"),
        (token(CLAIMS, OTHER_RSA_KEY), "signature"),
        (token(CLAIMS, OTHER_RSA_KEY, jwk=jwk(OTHER_RSA_KEY)), "signature"),
        (token(CLAIMS, OTHER_RSA_KEY, jku="https://evil.example/keys"), "signature"),
        (f"{head}.{forged}.{signature}", "signature"),
        (f"{head}.{body}.", "signature"),
        (f"{head}.{body}", "form"),
        (token(CLAIMS, crit=["exp"], exp=1), "form"),
        (token(CLAIMS, crit=["b64"], b64=True), "critical"),
        (token([CLAIMS]), "form"),
        ("", "form"),
        ("a.b.c", "form"),
        (text_of(b"\xff") * 3, "form"),
        ("x" * 40_000, "size"),
    ):
        with pytest.raises(TokenRefused, match=f"^{word}$"):
            read(given)


def test_a_key_signs_only_what_it_is_for() -> None:
    """Not under another name, not of another kind or use, and not if its name means two."""
    for keys in (
        [jwk(RSA_KEY, kid="two")],
        [jwk(RSA_KEY, kid="one", use="enc")],
        [jwk(RSA_KEY, kid="one", key_ops=["encrypt"])],
        [jwk(RSA_KEY, kid="one", alg="PS256")],
        [jwk(EC_KEY, kid="one")],
        [{"kty": "oct", "kid": "one", "k": text_of(pem(RSA_KEY))}],
        [],
    ):
        with pytest.raises(UnknownKey):
            read(token(CLAIMS), keys_of({"keys": keys}))
    twice = keys_of({"keys": [jwk(RSA_KEY, kid="one"), jwk(OTHER_RSA_KEY, kid="one")]})
    with pytest.raises(TokenRefused, match="key"):
        read(token(CLAIMS), twice)
    with pytest.raises(TokenRefused, match="key"):
        read(token(CLAIMS, kid=None), keys_of({"keys": [jwk(RSA_KEY), jwk(OTHER_RSA_KEY)]}))
    small = dict(jwk(RSA_KEY, kid="one"), n=text_of(b"\xc5" * 128))
    with pytest.raises(TokenRefused, match="key"):
        read(token(CLAIMS), keys_of({"keys": [small]}))
    junk: Any
    for junk in (None, [], {"keys": 7}, {"keys": [7, {"kty": ["RSA"]}, {"kid": "one"}]}):
        assert keys_of(junk) == ()


def test_a_logout_is_read_and_no_other_token_passes_for_one() -> None:
    """An ID token is no logout token, and the other way round."""
    assert read_logout_token(token(LOGOUT), KEYS, WHOM, now=NOW) == LoggedOut(
        "248289761001", "s1", "bWJq"
    )
    for changed, word in (
        ({"events": None}, "events"),
        ({"events": {LOGOUT_EVENT: True}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"nonce": "n-0S6"}, "nonce"),
        ({"sub": None, "sid": None}, "sub"),
        ({"jti": None}, "sub"),
        ({"aud": "other"}, "audience"),
        ({"exp": NOW - SKEW_S}, "expired"),
    ):
        with pytest.raises(TokenRefused, match=f"^{word}$"):
            read_logout_token(token(but(LOGOUT, **changed)), KEYS, WHOM, now=NOW)
    with pytest.raises(TokenRefused, match="events"):
        read_logout_token(token(CLAIMS), KEYS, WHOM, now=NOW)
    with pytest.raises(TokenRefused, match="nonce"):
        read(token(LOGOUT))
