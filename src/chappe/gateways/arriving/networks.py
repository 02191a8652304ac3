"""Networks: by which an address is counted, and those that settings name."""

from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_network
from typing import Final

KNOWN_MAX: Final = (
    4_096  # addresses of which it is remembered whether they are in a set of networks
)


class Networks:
    """Addresses and networks, as `192.0.2.7`, `10.0.0.0/8` or `2001:db8::/32`."""

    __slots__ = ("_known", "_v4", "_v6")

    def __init__(self, named: Iterable[str] = ()) -> None:
        """Take them as they are written.

        Raises:
            ValueError: something is neither, or a network has bits behind its own end.
        """
        v4: list[tuple[int, int]] = []  # bits that count, and what they are
        v6: list[tuple[int, int]] = []
        for network in map(ip_network, named):
            of = v4 if network.version == 4 else v6  # noqa: PLR2004  the protocol's version
            of.append((int(network.netmask), int(network.network_address)))
        self._v4, self._v6 = tuple(v4), tuple(v6)
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._v4 or self._v6)

    def has(self, address: str) -> bool:
        """Whether an address is in one of them; what is no address is in none."""
        found = self._known.get(address)
        if found is None:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            found = self._known[address] = self._has(address)
        return found

    def _has(self, address: str) -> bool:
        try:
            if ":" not in address:
                found = int(IPv4Address(address))
                return any(found & mask == network for mask, network in self._v4)
            known = IPv6Address(address.partition("%")[0])
        except AddressValueError:
            return False
        if known.ipv4_mapped is not None:  # a socket for both families names the older so
            found = int(known.ipv4_mapped)
            return any(found & mask == network for mask, network in self._v4)
        found = int(known)
        return any(found & mask == network for mask, network in self._v6)


def network_of(address: str) -> str:
    """Return the network an address is counted by: in IPv6 its /64, which belongs to one customer."""
    if ":" not in address:
        return address
    known = IPv6Address(address.partition("%")[0])
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known) >> 64 << 64, 64)))
