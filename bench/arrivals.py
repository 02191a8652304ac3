"""What it costs a connection that proxies are looked for, and one that a proxy announces, or a request.

Measured in this process without sockets, since those cost a hundred times as much.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any, Final, cast

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.arriving import NOBODY, Networks, Proxies, whom
from chappe.gateways.mtproto import Gateway
from chappe.mtproto import SECRET_BYTES, ProxySecret, ProxySecrets
from chappe.mtproto.transports import OBFUSCATED_HEADER_BYTES
from chappe.rpc import Limiter

from .table import Row

ROUNDS: Final = 20_000
SERIES: Final = 7  # the quickest counts: whatever else runs here only adds
LINKS: Final = 64  # of which it is measured what each costs
HELLO_BYTES: Final = 1_800  # of a first message of TLS as browsers send it now
PEER: Final = ("203.0.113.7", 50_000)
LINE: Final = b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"
NEAR: Final = Networks(["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"])


class _Socket:
    """Says who is at its other end, and does nothing."""

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return PEER

    def set_protocol(self, _protocol: object) -> None: ...


def _gateway(proxies: Proxies) -> Gateway:
    return Gateway(
        keys=cast("Any", None),
        calls=cast("Any", None),
        server_keys=[],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
        limiter=Limiter(1e6),
        proxies=proxies,
    )


def _seconds(work: Callable[[], None], rounds: int = ROUNDS) -> float:
    """Return the least processor time one round took."""
    found = []
    for _ in range(SERIES):
        began = process_time()
        for _ in range(rounds):
            work()
        found.append((process_time() - began) / rounds)
    return min(found)


def _arriving(proxies: Proxies, first: bytes = b"") -> Callable[[], None]:
    """Return what one connection does until its client's own bytes are read."""
    gateway, there = _gateway(proxies), cast("asyncio.Transport", _Socket())
    make = gateway.receiver("0.0.0.0")
    admitted = gateway.admission

    def arrive() -> None:
        connection = make()
        connection.connection_made(there)
        if first:
            connection.data_received(first)
        for one in tuple(admitted.connections):
            admitted.dismiss(one)

    return arrive


def _name(trusted: Networks) -> None:
    whom("x-forwarded-for", ("203.0.113.7",), trusted)


def _trying(*, inside_tls: bool) -> float:
    """Return what a link's secret adds to a connection that begins with none of them."""
    chance = SystemEntropy().token
    doors = ProxySecrets(0.0)
    begun = chance(HELLO_BYTES if inside_tls else OBFUSCATED_HEADER_BYTES)

    def look() -> None:
        if inside_tls:
            doors.open_hello(begun, 0.0)
        else:
            doors.open_header(begun)

    found = []
    for count in (LINKS, 2 * LINKS):
        doors.replace(ProxySecret(n, chance(SECRET_BYTES), inside_tls) for n in range(count))
        found.append(_seconds(look, ROUNDS // LINKS))
    return (found[1] - found[0]) / LINKS


def measure_arrivals() -> list[Row]:
    """Return what proxies cost those who come through none, and those who do."""
    bare = _seconds(_arriving(NOBODY))
    beside = _seconds(_arriving(Proxies(of_requests=NEAR))) - bare
    before = _seconds(_arriving(Proxies(of_requests=NEAR, of_connections=NEAR))) - bare
    announced = _seconds(_arriving(Proxies(of_connections=Networks([PEER[0]])), LINE)) - bare
    asked = _seconds(partial(_name, NEAR))
    return [
        Row("a connection, without its socket", ROUNDS, f"{bare * 1e6:.1f} µs"),
        _at_most("  more where HTTP proxies are trusted", beside, 1.0),
        Row("  more where others announce", ROUNDS, f"{before * 1e6:.2f} µs"),
        Row("  more for one that is announced", ROUNDS, f"{announced * 1e6:.2f} µs"),
        _at_most("  whom a request is from", asked, 1.0),
        Row("  a `dd` link tried in vain", LINKS, f"{_trying(inside_tls=False) * 1e6:.1f} µs"),
        Row("  an `ee` link tried in vain", LINKS, f"{_trying(inside_tls=True) * 1e6:.1f} µs"),
    ]


def _at_most(name: str, seconds: float, most: float) -> Row:
    taken = seconds * 1e6
    return Row(name, ROUNDS, f"{taken:.2f} µs", target=f"{most:g} µs", passed=taken <= most)
