"""The port `Connections`: those of every gateway of a server, for logging a key out."""

from collections.abc import Iterable

from chappe.ports import Connections, LinkSecret


class AllConnections:
    """See `ports.Connections`. A gateway registers when it is made; before the first there are none."""

    def __init__(self) -> None:
        self._gateways: tuple[Connections, ...] = ()
        self._secrets: tuple[LinkSecret, ...] = ()

    def register(self, gateway: Connections) -> None:
        """Let these connections be cut from now on, and come by the links that there are."""
        self._gateways = (*self._gateways, gateway)
        gateway.admit_links(self._secrets)

    def admit_links(self, secrets: Iterable[LinkSecret]) -> None:
        """See `ports.Connections`."""
        self._secrets = tuple(secrets)
        for gateway in self._gateways:
            gateway.admit_links(self._secrets)

    def drop_key(self, key_id: int) -> None:
        """See `ports.Connections`."""
        for gateway in self._gateways:
            gateway.drop_key(key_id)

    def cut_key(self, key_id: int) -> None:
        """See `ports.Connections`."""
        for gateway in self._gateways:
            gateway.cut_key(key_id)

    def forget_key(self, key_id: int) -> None:
        """See `ports.Connections`."""
        for gateway in self._gateways:
            gateway.forget_key(key_id)
