"""One address may keep only so many connections open."""

from typing import Any

import pytest

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.mtproto import Gateway, admission
from chappe.gateways.mtproto.connection import Connection


class Socket:
    """A transport that remembers whether it was cut."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cut = False

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        """See asyncio."""
        return self.address, 1

    def abort(self) -> None:
        """See asyncio."""
        self.cut = True


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A gateway that allows two connections from one address."""
    monkeypatch.setattr(admission, "CONNECTIONS_PER_ADDRESS_MAX", 2)
    nobody: Any = None
    return Gateway(
        keys=nobody,
        calls=nobody,
        server_keys=[],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
    )


def connect(gateway: Gateway, address: str) -> tuple[Connection, Socket]:
    """Open a connection; return it and its socket."""
    connection, socket = gateway.connect(), Socket(address)
    connection.connection_made(socket)  # type: ignore[arg-type]  # all that is used of a transport
    return connection, socket


def test_a_third_connection_is_cut_where_two_are_allowed(gateway: Gateway) -> None:
    """The third is cut, the two stay, and closing the third makes no room."""
    kept = [connect(gateway, "192.0.2.1")[1] for _ in range(2)]
    extra, socket = connect(gateway, "192.0.2.1")
    assert socket.cut
    assert not any(s.cut for s in kept)
    extra.connection_lost(None)  # must not count as one of the two
    assert connect(gateway, "192.0.2.1")[1].cut


def test_another_address_is_not_held_to_account(gateway: Gateway) -> None:
    """Addresses are counted apart."""
    for _ in range(3):
        connect(gateway, "192.0.2.1")
    assert not connect(gateway, "192.0.2.2")[1].cut


def test_a_closed_connection_makes_room(gateway: Gateway) -> None:
    """Whoever leaves may come back."""
    first, _ = connect(gateway, "192.0.2.1")
    connect(gateway, "192.0.2.1")
    first.connection_lost(None)
    assert not connect(gateway, "192.0.2.1")[1].cut
