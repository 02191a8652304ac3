"""Where a server is to be reached, signed: whoever knew its key once believes that from any host.

It is a JSON Web Signature (RFC 7515, flattened; ES256 of RFC 7518), which every platform can check.
"""

from collections.abc import Callable
from typing import Final

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from chappe.core.configuration import Configuration
from chappe.engines.push_encryption import NUMBER_BYTES, base64url, private_key_of, public_point
from chappe.gateways.web import SignedPage

HEADER: Final = b'{"alg":"ES256","typ":"chappe-addresses"}'


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed, in the order in which it is shown."""

    issued: int  # seconds since 1970: of two pages the later one is believed
    keys: tuple[str, ...]  # the server's public keys, PEM: what a connection proves in the end
    public_url: str  # its own address for browsers; empty: it was given none
    addresses: tuple[str, ...]  # host:port, for apps
    mirrors: tuple[str, ...]  # where browsers find the same client, and the same server


def signing_key(secret: Callable[[str], bytes]) -> ec.EllipticCurvePrivateKey:
    """Return the key of a server's signed page, the same for ever."""
    return private_key_of(secret("signed page") + secret("signed page, second half"))


def signed_page(
    key: ec.EllipticCurvePrivateKey, config: Configuration, keys: tuple[str, ...], now: int
) -> SignedPage:
    """Return where a server is to be reached, signed."""
    payload = msgspec.json.encode(
        Addresses(
            issued=now,
            keys=keys,
            public_url=config.public_url,
            addresses=tuple(
                f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
                for host, port in config.places
            ),
            mirrors=config.mirrors,
        )
    )
    protected, written = base64url(HEADER), base64url(payload)
    signed = f"{protected}.{written}".encode("ascii")
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(NUMBER_BYTES, "big") + s.to_bytes(NUMBER_BYTES, "big")
    return SignedPage(protected=protected, payload=written, signature=base64url(signature))


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return what clients keep of a key, to know its pages by: the uncompressed point, base64url."""
    return base64url(public_point(key))
