"""Which addresses the server goes to at a client's wish: no notation leads to one that is not public."""

import socket
from typing import Any

import pytest

from chappe.engines.public_addresses import (
    URL_CHARACTERS_MAX,
    AddressRefusedError,
    NoSuchHostError,
    address_of,
    is_public,
    target_of,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "feff::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "::127.0.0.1",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    """Nor are those that wrap one."""
    assert not is_public(address)
    with pytest.raises(AddressRefusedError):
        address_of(address, 80, frozenset())


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    """Also those that are wrapped."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@example.org/",
        "http://example.org:22/",
        "https://example.org:8443/",
        "gopher://x/",
        "http://[::1",
        "x" * 9,
        "http://example.org/" + "x" * URL_CHARACTERS_MAX,
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Only pages, at the doors where pages are."""
    with pytest.raises(AddressRefusedError):
        target_of(url, frozenset())


def test_an_address_cannot_smuggle_a_request() -> None:
    """Line ends and spaces in it stay part of the path."""
    *_, path = target_of("http://example.org/a b?c=d\u00e9", frozenset())
    assert path == "/a%20b?c=d%C3%A9"


@pytest.mark.parametrize(
    "answers", [["8.8.8.8", "10.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2606:4700::1111", "::1"]]
)
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs a name's zone chooses the order of the answers, and may change it."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(AddressRefusedError, match="not public"):
        address_of("mixed.example", 443, frozenset())
    family, place = address_of("mixed.example", 443, frozenset({"mixed.example:443"}))
    assert (family, place) == (socket.AF_INET, (answers[0], 443))


def test_a_name_without_an_address_may_have_one_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told apart from one that leads astray."""

    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(NoSuchHostError):
        address_of("gone.example", 443, frozenset())
