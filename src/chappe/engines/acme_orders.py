"""Orders of certificates from an authority that speaks ACME (RFC 8555), proved by TLS-ALPN-01 (RFC 8737).

The library waits for answers, so an order is made in a thread of its own. Imported where one is due.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

import josepy
import requests
from acme import challenges, client, crypto_util, errors, messages
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chappe import __version__
from chappe.telemetry import quiet

ANSWER_S_MAX: Final = 30  # seconds the authority may take for one answer
ORDER_S_MAX: Final = 180  # seconds until an order must be filled
TOLD_CHARACTERS_MAX: Final = 120  # characters of what an authority says that are shown
CHALLENGE_DAYS: Final = 2  # days a challenge's certificate is good for
# https://www.rfc-editor.org/rfc/rfc8737#section-3
#   "a critical acmeIdentifier extension [...] containing the SHA-256 digest of the key authorization"
PROOF: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.31")
DIGEST_HEAD: Final = b"\x04\x20"  # of an OCTET STRING of 32 bytes
NOT_TOLD: Final = re.compile(r"[^A-Za-z0-9_.:/\- ,()\[\]]+|\d{6,}")


class OrderError(Exception):
    """No certificate came of an order; the text is one sentence for the operator."""


@challenges.ChallengeResponse.register
class _Answer(challenges.KeyAuthorizationChallengeResponse):
    """That the proof can be looked at."""

    typ = "tls-alpn-01"


@challenges.Challenge.register
class _TlsAlpn01(challenges.KeyAuthorizationChallenge):
    """The wish to see a certificate with a proof, at the name that is ordered for."""

    typ = "tls-alpn-01"
    response_cls = _Answer

    def validation(self, account_key: Any, **_: Any) -> bytes:
        """Return what stands in the certificate."""
        return sha256(self.key_authorization(account_key).encode()).digest()


class Authority(NamedTuple):
    """Who is asked."""

    directory: str  # where its services are listed, https://…
    root: str  # file of the certificate its own is signed by; empty: one of the usual
    contact: str  # mailto:…; empty: nobody


Show = Callable[[str, bytes], None]  # of a name: the certificate that proves it, PEM with its key


def new_key() -> bytes:
    """Return a new private key, PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def proof_of(name: str, digest: bytes, now: datetime) -> bytes:
    """Return the certificate that proves a name to the authority, PEM with its key."""
    private = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "challenge")])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=CHALLENGE_DAYS))
        .not_valid_after(now + timedelta(days=CHALLENGE_DAYS))
        #   "a subjectAlternativeName extension containing the dNSName being validated and no other entries"
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.UnrecognizedExtension(PROOF, DIGEST_HEAD + digest), critical=True)
        .sign(private, hashes.SHA256())
    )
    key = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + made.public_bytes(serialization.Encoding.PEM)


def order(authority: Authority, account_key: bytes, name: str, now: datetime, show: Show) -> bytes:
    """Return a new certificate for a name with its key, PEM; `show` is called when one must be shown for it.

    Takes up to `ORDER_S_MAX`.

    Raises:
        OrderError: none was given.
    """
    for library in ("acme", "urllib3", "requests"):
        quiet(library)
    host = urlsplit(authority.directory).hostname or authority.directory
    try:
        return _order(authority, account_key, name, now, show)
    except errors.ValidationError as refused:
        raise OrderError(_unproved(name, refused)) from None
    except messages.Error as refused:
        raise OrderError(
            f"{host} gives no certificate for {name}: {_told(refused.detail or refused.typ)}."
        ) from None
    except requests.exceptions.SSLError as error:
        raise OrderError(_untrusted(host, error, now)) from None
    except (requests.exceptions.RequestException, OSError):
        raise OrderError(
            f"{host} cannot be reached: check the network and `acme_directory`."
        ) from None
    except errors.TimeoutError:
        raise OrderError(f"{host} does not come to an end: it is asked again later.") from None
    except (errors.Error, josepy.errors.Error, ValueError, KeyError):
        raise OrderError(
            f"{host} does not speak ACME as it should: check `acme_directory`."
        ) from None


def _order(authority: Authority, account_key: bytes, name: str, now: datetime, show: Show) -> bytes:
    key = josepy.jwk.JWKEC(key=serialization.load_pem_private_key(account_key, None))
    net = client.ClientNetwork(
        key,
        alg=josepy.jwa.ES256,
        verify_ssl=cast("bool", authority.root or True),  # the library passes it on to `requests`
        user_agent=f"chappe/{__version__}",
        timeout=ANSWER_S_MAX,
    )
    asked = client.ClientV2(client.ClientV2.get_directory(authority.directory, net), net)
    _log_in(asked, authority.contact)
    private = new_key()
    wanted = asked.new_order(crypto_util.make_csr(private, [name]))
    for authorization in wanted.authorizations:
        if authorization.body.status == messages.STATUS_VALID:
            continue  # it was proved lately
        offered = [c for c in authorization.body.challenges if isinstance(c.chall, _TlsAlpn01)]
        if not offered:
            raise OrderError(
                f"{urlsplit(authority.directory).hostname} does not take TLS-ALPN-01 for {name}:"
                " name another authority in `acme_directory`."
            )
        response, digest = offered[0].response_and_validation(key)
        show(name, proof_of(name, digest, now))
        asked.answer_challenge(offered[0], response)
    # the library compares it with local time without a zone
    until = datetime.now() + timedelta(seconds=ORDER_S_MAX)  # noqa: DTZ005
    return private + asked.poll_and_finalize(wanted, until).fullchain_pem.encode("ascii")


def _log_in(asked: client.ClientV2, contact: str) -> None:
    """Make the account of a key, or find it again."""
    given = messages.NewRegistration.from_data(
        email=contact.removeprefix("mailto:") or None, terms_of_service_agreed=True
    )
    try:
        asked.new_account(given)
    except errors.ConflictError as known:
        asked.net.account = messages.RegistrationResource(
            body=messages.Registration(), uri=known.location
        )


def _unproved(name: str, refused: errors.ValidationError) -> str:
    """Say why the authority does not believe that a name is ours."""
    found = [
        challenge.error
        for authorization in refused.failed_authzrs
        for challenge in authorization.body.challenges
        if challenge.error is not None
    ]
    kind = (found[0].typ or "").rpartition(":")[2] if found else ""
    cure = {
        "connection": "let port 443 of its address lead to `tls_port`",
        "dns": "let the name lead to this server's address",
        "caa": "its DNS allows other authorities only (CAA)",
        "tls": "let port 443 of its address lead to `tls_port`, with nothing between that speaks TLS",
    }.get(kind, "see that nothing else answers at port 443 of its address")
    detail = f" ({_told(found[0].detail or kind)})" if found else ""
    return f"The authority could not see that {name} is this server{detail}: {cure}."


def _untrusted(host: str, error: Exception, now: datetime) -> str:
    text = str(error)
    if "expired" in text or "not yet valid" in text:
        return (
            f"By this machine's clock ({now:%Y-%m-%d %H:%M} UTC) the certificate of {host} itself"
            " is not valid: set the clock."
        )
    return f"{host} is not who it says, or signed by its own authority: name that in `acme_root`."


def _told(text: str) -> str:
    """Return what an authority says, without what no log takes."""
    return NOT_TOLD.sub("…", text)[:TOLD_CHARACTERS_MAX].rstrip(". ")
