"""The composition root: the only file that knows every package."""

import os
from pathlib import Path
from typing import Any

from chappe import tl
from chappe.core import Clock, Entropy
from chappe.core.configuration import Configuration
from chappe.crypto import rsa, srp
from chappe.engines import codes as deliveries
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.features import (
    accounts,
    auth,
    contacts,
    dialogs,
    folders,
    help,  # noqa: A004  the API's own name for it
    messages,
    notifications,
    privacy,
    search,
    sync,
)
from chappe.gateways.mtproto import Gateway
from chappe.gateways.mtproto.served import ServedCalls
from chappe.mtproto.binding import open_binding
from chappe.ports import Engine
from chappe.rpc import Clients, Dispatcher, Limiter, Method, collect
from chappe.telemetry import Metrics
from chappe.trust import sealing
from chappe.updates import Book, House, Hub, Relay, Store

SLICES: tuple[Any, ...] = (
    accounts, auth, contacts, privacy, notifications, dialogs, messages, folders, search, help, sync,
)  # fmt: skip


def methods() -> dict[type[tl.TlRequest], Method]:
    """Return every method that is served."""
    return collect([module for part in SLICES for module in part.HANDLERS])


def book() -> Book:
    """Return every event and line the slices declare."""
    return Book([kind for part in SLICES for kind in part.EVENTS])


class Codes:
    """Delivers login codes by every way configured, and to the sessions their person has."""

    def __init__(self, house: House, ways: list[Any], metrics: Metrics) -> None:
        self._house = house
        self._ways = ways
        self._metrics = metrics

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `auth.CodeDelivery`. A way that fails is logged and does not stop the others."""
        for way in self._ways:
            try:
                await way.deliver(phone, code, user)
            except Exception as error:  # noqa: BLE001  one way down must not lock people out
                self._metrics.bug("codes", error)
        if user is not None:
            text = f"Login code: {code}. Do not give this code to anyone, whoever asks for it."
            await messages.service_message(self._house, user, text)


class Server:
    """One running server: the house, its gateway, and what they stand on."""

    def __init__(
        self, config: Configuration, engine: Engine, keys: Any, clock: Clock, entropy: Entropy
    ) -> None:
        self.config = config
        self.metrics = Metrics()
        self.console = deliveries.ConsoleCodes(clock, self._show_code)
        self.house = House(
            store=Store(engine), clock=clock, entropy=entropy, secrets=keys, book=book(),
            config=config, peers=accounts.peers,
        )  # fmt: skip
        self.house.hub = Hub(self.house)
        self.house.relay = Relay(self.house)
        self.house.hub.on_error = lambda error: self.metrics.bug("hub", error)
        self.house.relay.on_error = lambda error: self.metrics.bug("relay", error)
        self._provide()
        keeper = auth.Keys(self.house)
        self.dispatcher = Dispatcher(
            self.house, methods(), identify=keeper.identify, remember=keeper.remember,
            limiter=Limiter(config.rate_scale), observer=self.metrics, strict=config.strict,
        )  # fmt: skip
        self.keeper = keeper
        self.gateway: Gateway | None = None
        self.show_codes = True

    def _show_code(self, line: str) -> None:
        if self.config.codes_console and self.show_codes:
            print(line, flush=True)  # noqa: T201  the console is where the operator reads codes

    def _provide(self) -> None:
        """Hand the slices what they ask for by name."""
        ways: list[Any] = [self.console]
        config = self.config
        if config.codes_file:
            ways.append(deliveries.FileCodes(Path(config.codes_file)))
        if config.codes_webhook:
            ways.append(
                deliveries.WebhookCodes(config.codes_webhook, config.codes_webhook_secret)
            )
        if config.codes_smtp is not None:
            ways.append(deliveries.SmtpCodes(config.codes_smtp))
        self.house.services.update(
            clients=Clients(self.house.hub), codes=Codes(self.house, ways, self.metrics), srp=srp,
            open_binding=open_binding, encode=tl.encode, may_see=privacy.may_see,
            is_blocked=contacts.is_blocked, service_message=messages.service_message,
            show_message=messages.show_message, partners=dialogs.partners,
        )  # fmt: skip

    async def start(self, server_key: rsa.ServerKey) -> None:
        """Take up undelivered lines and get the gateway ready to listen."""
        await self.house.relay.start()
        self.gateway = Gateway(
            keys=self.keeper, calls=ServedCalls(self.dispatcher), server_keys=[server_key],
            clock=self.house.clock, entropy=self.house.entropy, on_bug=self.metrics.bug,
        )  # fmt: skip
        self.house.services["gateway"] = self.gateway

    async def stop(self) -> None:
        """Stop listening, finish what was begun, close the store."""
        if self.gateway is not None:
            await self.gateway.stop()
        await self.house.relay.settle()
        await self.house.store.settle()
        await self.house.store.engine.close()


async def open_store(
    data: Path | None, root: bytes, entropy: Entropy
) -> tuple[sealing.SealedEngine, sealing.KeyStore]:
    """Return the sealed store in a data directory (None: in memory) and its keys."""
    if data is None:
        keys = sealing.KeyStore(MemoryEngine(), root, entropy)
        inner: Engine = MemoryEngine()
    else:
        keys = sealing.KeyStore(SqliteEngine(data / "keys.db", forget=True), root, entropy)
        inner = SqliteEngine(data / "chappe.db")
    await keys.open()
    return sealing.SealedEngine(inner, keys, entropy), keys


def server_key(data: Path, root: bytes, entropy: Entropy) -> rsa.ServerKey:
    """Return the server's RSA key, made at the first start and kept sealed under the root key."""
    sealed = data / "server.key"
    context = b"server key"
    if sealed.exists():
        return rsa.load(sealing.keys.unwrap(root, sealed.read_bytes(), context))
    key = rsa.generate()
    wrapped = sealing.keys.wrap(root, key.private_pem(), context, entropy.token(12))
    sealed.write_bytes(wrapped)
    os.chmod(sealed, 0o600)
    (data / "server.pub.pem").write_bytes(key.public_pem())
    return key
