"""Proxy links as an operator has them: made each with its own secret, listed, and revoked."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.operating import operate

from chappe.features.proxy_links.links import LINKS_MAX
from chappe.mtproto import SECRETS_MAX
from chappe.ports import LinkSecret

from .village import Village, village


class Door:
    """A gateway, as far as links are concerned."""

    def __init__(self, at: Village) -> None:
        self.admitted: list[LinkSecret] = []
        at.server.connections.register(self)  # type: ignore[arg-type]  # it has no keys

    def admit_links(self, secrets: Any) -> None:
        """Remember who is let in."""
        self.admitted = list(secrets)


def asked(link: str) -> dict[str, str]:
    """Return what a link tells an app."""
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("tg", "proxy")
    return {name: value for name, (value,) in parse_qs(parts.query).items()}


async def test_a_link_is_in_force_until_it_is_revoked() -> None:
    """Each has a secret of its own; without TLS it is of the kind that needs none."""
    async with village(public_host="192.0.2.7", public_port=8443) as v:
        door = Door(v)
        first = await operate(v.server, "proxy-link", label="Ada")
        second = await operate(v.server, "proxy-link", label="Claude", at="198.51.100.9:443")
        told = asked(first["link"])
        assert (told["server"], told["port"], first["kind"]) == ("192.0.2.7", "8443", "dd")
        assert asked(second["link"])["server"] == "198.51.100.9"
        assert [(one.link, one.inside_tls) for one in door.admitted] == [(1, False), (2, False)]
        assert told["secret"] == "dd" + door.admitted[0].key.hex()
        assert len({one.key for one in door.admitted}) == 2
        assert await operate(v.server, "proxy-links") == [first, second]
        gone = await operate(v.server, "revoke-proxy-link", number=1)
        assert gone == {"revoked": 1, "for": "Ada"}
        assert [one.link for one in door.admitted] == [2]
        with pytest.raises(ValueError, match="There is no link 1"):
            await operate(v.server, "revoke-proxy-link", number=1)
        third = await operate(v.server, "proxy-link", label="Emmy")
        assert third["number"] == 3  # a number is never somebody else's


async def test_where_tls_is_spoken_a_link_hides_in_it() -> None:
    """By the server's own name unless another is given; or by that of the cover."""
    tls = {"tls_port": 443, "tls_certificate": "chain.pem"}
    async with village(public_url="https://chat.example.org", **tls) as v:
        made = await operate(v.server, "proxy-link", label="Ada")
        told = asked(made["link"])
        assert (made["kind"], made["name"], told["port"]) == ("ee", "chat.example.org", "443")
        assert told["secret"][34:] == b"chat.example.org".hex()
        other = await operate(v.server, "proxy-link", label="Ada", tls_name="Www.Example.net")
        assert other["name"] == "www.example.net"
        plain = await operate(v.server, "proxy-link", label="Ada", kind="dd")
        assert (plain["kind"], len(asked(plain["link"])["secret"])) == ("dd", 34)
    async with village(cover="www.example.com:443") as v:
        assert (await operate(v.server, "proxy-link", label="Ada"))["name"] == "www.example.com"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"label": " "}, "say whom the link is for"),
        ({"label": "Ada", "kind": "xx"}, "no kind of link"),
        ({"label": "Ada", "kind": "ee"}, "speaks none"),
        ({"label": "Ada", "tls_name": "a.example.org"}, "says no name"),
        ({"label": "Ada", "at": "198.51.100.9"}, "write host:port"),
    ],
)
async def test_what_makes_no_link_is_refused(given: dict[str, str], refusal: str) -> None:
    """With what to do; and nothing is in force then."""
    async with village() as v:
        door = Door(v)
        with pytest.raises(ValueError, match=refusal):
            await operate(v.server, "proxy-link", **given)
        assert door.admitted == []


async def test_a_name_nobody_could_ask_for_is_refused() -> None:
    """As it would stand out."""
    async with village(tls_port=443, tls_certificate="chain.pem") as v:
        for name in ("", "not a name", "-." * 100):
            with pytest.raises(ValueError, match="says a name"):
                await operate(v.server, "proxy-link", label="Ada", tls_name=name)


async def test_there_are_not_more_than_can_be_tried() -> None:
    """Who has many revokes one."""
    assert LINKS_MAX == SECRETS_MAX
    async with village() as v:
        for _ in range(LINKS_MAX):
            await operate(v.server, "proxy-link", label="Ada")
        with pytest.raises(ValueError, match="revoke one"):
            await operate(v.server, "proxy-link", label="Ada")
