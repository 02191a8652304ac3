"""Where a server is to be reached: told to apps, and signed for who kept its key; changed while it runs."""

import asyncio
import base64
import json
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chappe.core.configuration import ADDRESSES_MAX, ConfigurationError, load
from chappe.gateways.web.kept_files import CSP, policy
from chappe.tl import api
from tests.gateways.browsing import Response, connect, read_one, request
from tests.gateways.wired import Wired, wired

MIRRORS = ("https://a.example.net", "https://b.example.net:8443")


def plain(text: str) -> bytes:
    """Return what stands in base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def believed(about: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what a page says, if it is signed by a key that was kept.

    Raises:
        InvalidSignature: it is signed by another.
    """
    signed = about["signed"]
    both = plain(signed["signature"])
    r, s = (int.from_bytes(half, "big") for half in (both[:32], both[32:]))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(key))
    what = f"{signed['protected']}.{signed['payload']}".encode()
    point.verify(encode_dss_signature(r, s), what, ec.ECDSA(hashes.SHA256()))
    assert json.loads(plain(signed["protected"]))["alg"] == "ES256"
    said: dict[str, Any] = json.loads(plain(signed["payload"]))
    return said


async def fetched(at: Wired, path: str) -> Response:
    """Return what lies at a path of the site."""
    await at.server.load_rest()
    reader, writer = await connect(at.place.port)
    writer.write(request(path))
    answer = await read_one(reader)
    writer.close()
    return answer


async def about(at: Wired) -> dict[str, Any]:
    """Return the page about the server; any other host's page may ask for it."""
    answer = await fetched(at, "/.well-known/chappe.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def test_who_kept_the_key_is_told_where_the_server_is_now() -> None:
    """Apps by their configuration, browsers by the page; and a page may connect to mirrors only."""
    async with wired(public_url="https://chat.example.org", mirrors=MIRRORS[:1]) as at:
        first = await about(at)
        said = believed(first, first["signing_key"])
        port = at.place.port
        assert said["keys"] == first["keys"]
        assert (said["addresses"], said["mirrors"]) == ([f"127.0.0.1:{port}"], list(MIRRORS[:1]))
        more = {"public_also": ("198.51.100.9:443", "[2001:db8::7]:8443"), "mirrors": MIRRORS}
        at.server.renew(msgspec.structs.replace(at.server.config, **more))
        async with asyncio.timeout(30):
            while believed(now := await about(at), first["signing_key"])["mirrors"] != list(
                MIRRORS
            ):
                pass  # a thread makes it
        said = believed(now, first["signing_key"])
        assert said["addresses"][1:] == ["198.51.100.9:443", "[2001:db8::7]:8443"]
        assert said["issued"] >= believed(first, first["signing_key"])["issued"]
        assert now["build"] == first["build"]  # the same bundle
        reader, writer = await connect(
            at.place.port
        )  # as a proxy before it hands on what a mirror is asked
        writer.write(request("/").replace(b"Host: localhost", b"Host: b.example.net"))
        assert (await read_one(reader)).status == HTTPStatus.OK
        writer.close()
        page = await fetched(at, "/")
        assert page.headers["content-security-policy"] == policy(MIRRORS)
        client = await at.client()
        config = await client.call(api.HelpGetConfig())
        options = [(o.ip_address, o.port, bool(o.ipv6)) for o in config.dc_options if o.id == 2]
        assert options == [
            ("127.0.0.1", port, False),
            ("198.51.100.9", 443, False),
            ("2001:db8::7", 8443, True),
        ]
    async with wired() as other:
        stranger = await about(other)
        with pytest.raises(InvalidSignature):
            believed(stranger, first["signing_key"])


def test_a_page_connects_to_mirrors_and_nowhere_else() -> None:
    """By what a page of ours may do."""
    assert policy(()) == CSP
    assert (
        "connect-src 'self' https://a.example.net wss://a.example.net"
        " https://b.example.net:8443 wss://b.example.net:8443;" in policy(MIRRORS)
    )


@pytest.mark.parametrize(
    ("setting", "given", "refusal"),
    [
        ("mirrors", "http://a.example.net", "write https"),
        ("mirrors", "https://a.example.net/path", "write https"),
        ("mirrors", "https://a.example.net; script-src *", "write https"),
        ("public_also", "a.example.net:443", "in digits"),
        ("public_also", "198.51.100.9", "host:port"),
        ("public_also", ",".join(["198.51.100.9:443"] * (ADDRESSES_MAX + 1)), "too many"),
    ],
)
def test_an_address_nobody_could_come_by_is_refused(
    tmp_path: Any, setting: str, given: str, refusal: str
) -> None:
    """By its setting's name."""
    with pytest.raises(ConfigurationError, match=refusal):
        load(tmp_path, {f"CHAPPE_{setting.upper()}": given}, {})
