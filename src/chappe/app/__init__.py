"""The composition root: the only file that knows every package."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec

from chappe import __version__, tl
from chappe.core import Clock, Entropy
from chappe.core.configuration import Configuration, host_and_port
from chappe.core.system import SystemClock, SystemEntropy
from chappe.core.web_links import join_link
from chappe.crypto import rsa, srp
from chappe.desks import moderation, staff
from chappe.engines import codes as deliveries
from chappe.engines.filming import NoFilming, WorkerFilming
from chappe.engines.imaging import WorkerImaging
from chappe.engines.mail import MailOutcome, MailServer
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.needed import require
from chappe.engines.passkeys import WebAuthnPasskeys
from chappe.engines.previews import WorkerPreviews
from chappe.engines.space import DiskSpace, NoDisk
from chappe.engines.web_push import web_push
from chappe.engines.webhooks import WebhookAlarms
from chappe.features import (
    accounts,
    auth,
    bots,
    chats,
    export,
    help,  # noqa: A004  the API's own name for it
    ledger,
    media,
    notifications,
    proxy_links,
    retention,
    single_sign_on,
    suspensions,
    takeout,
)
from chappe.gateways import cli
from chappe.gateways.arriving import network_of
from chappe.gateways.mtproto import Choose, Gateway
from chappe.gateways.mtproto.served import ServedCalls
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web import About, HealthPage, LazyPages
from chappe.mtproto.binding import open_binding
from chappe.ports import Blobs, EngineError, Ports
from chappe.rpc import (
    CLIENTS,
    LIMITER,
    Clients,
    Commands,
    Dispatcher,
    Giver,
    Limiter,
)
from chappe.telemetry import Metrics
from chappe.trust import sealing
from chappe.updates import (
    Context,
    Delivery,
    Pruner,
    Store,
    WriteProbe,
)

from . import installation, key_epochs, room
from .backups.commands import COMMANDS as BACKUP_COMMANDS
from .backups.schedule import BackupService
from .bot_api import bot_api_parts
from .certificate import LOOK_S, Certificate
from .connections import AllConnections
from .custody.ending import KEY_PASSING
from .operator_files import operator_files
from .public_log_start import prepared_log, take_orders
from .reached import own_names, proxies
from .sign_in import SignInParts
from .signed_page import public_key, signed_page, signing_key
from .slices import (
    answers,
    commands,
    hub_hooks,
    mediums,
    methods,
    registry,
    sections,
)
from .staff_page import StaffPage


class Server:
    """One running server: the context, its gateway, and what they stand on."""

    names: OwnNames  # by which it may be asked for, from `start` on

    since = 0  # when it was started
    data: Path | None = None  # where it lies; None: in memory only
    public_log: Any = None  # its `PublicLogWriter`, whose parts are imported where it keeps a log

    def __init__(
        self,
        config: Configuration,
        engine: sealing.SealedEngine,
        keys: Any,
        clock: Clock,
        entropy: Entropy,
        blobs: Blobs | None = None,
        space: DiskSpace | None = None,
    ) -> None:
        """Without `blobs`, files are kept in memory; without `space`, nothing is kept on a disk."""
        self.config = config = room.settled(config, None)
        self.metrics = Metrics(outside=EngineError)
        self.console = deliveries.ConsoleCodes(clock, config, lambda: self.context.level)
        self.mail = (
            MailServer(config.codes_smtp, clock, self._mailed) if config.codes_smtp else None
        )
        kept = blobs or MemoryBlobs()
        self.sweeper = room.Sweeper(kept, self.metrics)
        self.space = space or NoDisk()
        self.files = sealing.SealedBlobs(kept, keys, entropy, self.space)
        self.imaging = WorkerImaging()
        self.filming = WorkerFilming() if config.films else NoFilming()
        self.previews = WorkerPreviews(config.previews_also)
        self.push = web_push(config, keys.secret, clock, entropy, self.metrics.pushed)
        self.sign_in = SignInParts(config, lambda: self.config.web_address, clock)
        self.connections = AllConnections()
        self.context = Context(
            Store(engine),
            clock,
            entropy,
            keys,
            registry(),
            config,
            ports=self._ports(),
            ask=answers(),
        )
        self.delivery = Delivery(self.context, hub_hooks(), self.metrics)
        self.context.give(CLIENTS, Clients(self.delivery.hub))
        self.context.give(media.MEDIUMS, mediums())
        self.context.give(LIMITER, Limiter(config.rate_scale, [*map(network_of, config.relays)]))
        self.notifier = notifications.Notifier(self.context, self.metrics)
        self.context.give(notifications.NOTIFIER, self.notifier)
        self.context.give(single_sign_on.OBSERVER, self.metrics)
        self._tend(engine, keys)
        self._watch_disk()
        self.auth_keys = auth.StoredAuthKeys(self.context)
        self.dispatcher = Dispatcher(
            self.context,
            methods(),
            identify=self.auth_keys.identify,
            remember=self.auth_keys.remember,
            may_while_frozen=suspensions.may_while_frozen,
            is_takeout=takeout.is_takeout,
            limiter=self.context.own(LIMITER),
            observer=self.metrics,
            strict=config.strict,
        )
        self._open_exports()
        self.commands = self._commands()
        self.backups: BackupService | None = None
        self.certificate: Certificate | None = None
        require("aiohttp")
        self.pages = self._pages()
        self._public_keys: tuple[str, ...] = ()
        self.gateway: Gateway | None = None
        self.health: HealthPage | None = None
        self._parts = self._made()

    def _made(self) -> AsyncExitStack:
        """Return what closes what was made, in reverse order; what starts later is pushed onto it."""
        parts = AsyncExitStack()
        for part in (
            self.push,
            self.previews,
            self.filming,
            self.imaging,
            self.files,
            self.context.store.engine,
        ):
            parts.push_async_callback(part.close)
        parts.push_async_callback(self.context.store.settle)
        parts.push_async_callback(self.notifier.close)
        parts.push_async_callback(self.delivery.stop)
        parts.push_async_callback(self.staff_page.stop)
        return parts

    def _ports(self) -> Ports:
        """Return the outside world, as the slices may use it."""
        config, codes = self.config, deliveries.ways_of(self.config, self.console, self.mail)
        return Ports(
            files=self.files,
            imaging=self.imaging,
            filming=self.filming,
            previews=self.previews if config.previews else None,
            push=self.push if config.push else None,
            codes=deliveries.AllCodes(codes, self.metrics.bug),
            alarms=WebhookAlarms(
                config.moderation_webhook, config.moderation_webhook_secret, self.metrics.bug
            )
            if config.moderation_webhook
            else None,
            recent_codes=self.console.recent,
            identities=self.sign_in.provider,
            passwords=srp,
            passkeys=WebAuthnPasskeys(),
            open_binding=open_binding,
            connections=self.connections,
        )

    def _pages(self) -> LazyPages:
        asked = self.sign_in.join(self.context)
        parts = bot_api_parts(self.context, self.dispatcher)
        return LazyPages(self.about, self.metrics.bug, asked, self.context, parts)

    def _commands(self) -> Commands:
        self.staff_page = StaffPage(self)
        self.context.give(staff.OPEN_DESK, self.staff_page.open)
        self.context.give(ledger.PUBLIC_LOG, ledger.NoPublicLog())
        acts = staff.PublicActs(self.context)
        made = Commands(self.metrics, staff.RIGHTS, staff.AuditLog(self.context), acts)
        made.add(commands(), self.context)
        made.add((*installation.COMMANDS, *BACKUP_COMMANDS, *key_epochs.COMMANDS), self)
        return made

    def _open_exports(self) -> None:
        self.context.give(export.INVOKE, self.dispatcher.invoke)
        self.context.give(export.SECTIONS, sections())

    def _tend(self, engine: sealing.SealedEngine, keys: Any) -> None:
        """Make what is done again and again while the server runs."""
        self.pruner = Pruner(self.context, self.metrics, auth.sweep_keys)
        self.write_probe = WriteProbe(self.context, self.metrics)
        self.epochs, self.shredder = key_epochs.key_jobs(self.context, engine, keys, self.metrics)

    def _watch_disk(self) -> None:
        self.space.on_low, self.space.on_room = self.metrics.disk_low, self.metrics.disk_has_room
        if not isinstance(self.space, NoDisk):
            self.metrics.watch_disk(self.space.free)

    def _mailed(self, outcome: MailOutcome) -> None:
        self.metrics.mailed(outcome.value, sent=outcome is MailOutcome.SENT)

    async def start(self, server_key: rsa.ServerKey) -> None:
        """Take up undelivered commands and get the gateway ready to listen."""
        self.since = int(self.context.clock.now())
        await self.delivery.start()
        self.delivery.begin(self.notifier.load())
        self.delivery.begin(accounts.fill_directory(self.context))
        await bots.settle(self.context)
        await self.sign_in.start(self._parts)
        await retention.take_up(self.context)
        await moderation.take_up(self.context)
        ageing = retention.RetentionSweeper(self.context, self.metrics)
        jobs = [self.pruner, ageing, self.write_probe, self.sweeper, self.notifier]
        jobs += [*self.epochs.jobs(), self.shredder]
        for job in (*jobs, self.backups) if self.backups is not None else jobs:
            job.start()
            self._parts.callback(job.stop)
        if self.public_log is not None:
            await self.public_log.begin()
            self.context.give(ledger.PUBLIC_LOG, self.public_log)
            self._parts.callback(self.public_log.end)
            self.public_log.start()
            self._parts.callback(self.public_log.stop)
            self._parts.callback(take_orders(self, self.public_log).close)
            self.pages.serve_log(self.public_log.served, self.public_log.texts())
        self._public_keys = (server_key.public_pem().decode("ascii"),)
        self.names = OwnNames(own_names(self.config))
        self.gateway = gateway = Gateway(
            keys=self.auth_keys,
            calls=ServedCalls(self.dispatcher),
            server_keys=[server_key],
            clock=self.context.clock,
            entropy=self.context.entropy,
            on_bug=self.metrics.bug,
            limiter=self.context.own(LIMITER),
            pages=self.pages,
            names=self.names,
            proxies=proxies(self.config),
            on_silent_proxy=self.metrics.proxy_silent,
            tls=self.certificate.choose if self.certificate is not None else None,
            cover=host_and_port(self.config.cover) if self.config.cover else None,
            linked_only=self.config.links_only,
        )
        await proxy_links.admit_links(self.context)
        self._parts.push_async_callback(gateway.stop)
        self.connections.register(self.gateway)
        self.metrics.connections.set_function(lambda: gateway.open_connections)

    async def listen(self) -> list[str]:
        """See `cli.Running`."""
        if self.gateway is None:
            raise RuntimeError("listen comes after start")
        config = self.config
        self.delivery.scheduler.run()
        port = await self.gateway.listen(config.host, config.port)
        addresses = [f"{config.host}:{port}"]
        if await self._listen_beside(port):
            addresses.append(f"[{installation.BESIDE}]:{port}")
        for address in config.also:
            await self.gateway.listen(*host_and_port(address))
            addresses.append(address)
        if self.certificate is not None:
            tls = self.certificate.choose
            secure = await self.gateway.listen(config.host, config.tls_port, tls)
            addresses.append(f"{config.host}:{secure} (TLS)")
            await self._listen_beside(secure, tls)
            keeping = asyncio.get_running_loop().create_task(self._keep(self.certificate))
            self._parts.callback(keeping.cancel)
        self.config = msgspec.structs.replace(
            config, port=port, public_port=config.public_port or port
        )
        self.context.config = self.config
        if config.metrics_port:
            self.health = HealthPage(self.metrics.page, self.ready, self.metrics.bug, self.names)
            self._parts.push_async_callback(self.health.stop)
            await self.health.listen(config.metrics_host, config.metrics_port)
        await self.staff_page.start()
        return addresses

    async def load_rest(self) -> None:
        """See `cli.Running`."""
        try:
            await self.pages.load()
        except Exception as error:  # noqa: BLE001  our bug: log it, serve whoever wants no pages
            self.metrics.bug("pages", error)

    async def _keep(self, certificate: Certificate) -> None:
        """Keep the certificate good, as long as the server runs."""
        while True:
            wait = LOOK_S
            try:
                wait = await certificate.turn()
            except Exception as error:  # noqa: BLE001  our bug: log it, try again
                self.metrics.bug("certificate", error)
            await asyncio.sleep(wait)

    async def _listen_beside(self, port: int, tls: Choose | None = None) -> bool:
        """Listen on a port of `::1` too where `localhost` may mean that; return whether it is so.

        Raises:
            OSError: the operator named the port, and another program has it there.
        """
        if self.gateway is None or not installation.has_beside(self.config):
            return False
        try:
            await self.gateway.listen(installation.BESIDE, port, tls)
        except OSError:
            if port in (self.config.port, self.config.tls_port):
                raise
            return False  # the port was found by itself, free on 127.0.0.1 only
        return True

    def about(self) -> About:
        """Return what every client may know of this server."""
        keeping = self.context.own(chats.KEEPING).rule
        key = signing_key(self.context.secrets.secret)
        return About(
            keys=self._public_keys,
            dc=help.THIS_DC,
            path="/apiws",
            name="Chappe",
            sign_up=self.config.sign_up,
            join_by_name=self.config.join_by_name,
            mail=self.config.codes_smtp is not None,
            sign_in=self.sign_in.title,
            level=self.context.level,
            version=__version__,
            layer=tl.LAYER,
            public_url=self.config.public_url,
            log="/log" if self.public_log is not None else None,
            push=self.push.public_key if self.config.push else None,
            keep_messages_days=keeping.days,
            keep_messages_from=keeping.starts,
            mirrors=self.config.mirrors,
            signing_key=public_key(key),
            signed=signed_page(key, self.config, self._public_keys, int(self.context.clock.now())),
        )

    def ready(self) -> bool:
        """Whether the store answers and the gateway listens."""
        return self.gateway is not None and not self.context.store.broken

    def kept_for(self) -> str:
        """See `cli.Running`."""
        rule = self.context.own(chats.KEEPING).rule
        return retention.said_to_operator(rule, int(self.context.clock.now()))

    async def first_link(self) -> str:
        """See `cli.Running`."""
        token = await auth.offer_first_link(self.context)
        return join_link(self.config.web_address, token) if token else ""

    def when_fenced(self, end: Callable[[str], None]) -> None:
        """See `cli.Running`."""
        self.context.store.on_fenced = end

    def when_passed(self, end: Callable[[], None]) -> None:
        """See `cli.Running`."""
        self.context.own(KEY_PASSING).end = end

    def renew(self, config: Configuration) -> None:
        """See `cli.Running`."""
        told = {"public_also": config.public_also, "mirrors": config.mirrors}
        self.context.config = self.config = msgspec.structs.replace(self.config, **told)
        self.names.replace(own_names(self.config))
        self.pages.renew()
        if self.certificate is not None:
            self.certificate.renew()

    async def command(self, name: str, given: Mapping[str, Any], giver: Giver) -> Any:
        """See `cli.Running`."""
        return await self.commands.run(name, given, giver)

    async def stop(self) -> None:
        """See `cli.Running`. What started last stops first."""
        await self._parts.aclose()


async def start(config: Configuration, data: Path, secret: sealing.RootSecret) -> Server:
    """Open everything in the data directory and start the server, not yet listening."""
    entropy = SystemEntropy()
    certificate = installation.certificate(config, data)
    given_files = operator_files(config, data)
    made_log = await prepared_log(config, data)
    await installation.refuse_taken(config)  # before a directory is made
    installation.refuse_half_moved(data)
    installation.refuse_unfinished(data)
    root = installation.open_root(data, secret, entropy)
    found: list[rsa.ServerKey] = []

    async def check() -> None:  # whatever may fail fails before the store is taken from anybody
        found.append(installation.server_key(data, root, entropy))

    blobs = installation.open_blobs(config, data)
    await installation.refuse_moved_blobs(config, blobs)
    engine, keys = await installation.open_store(config, data, root, entropy, check=check)
    installation.settle_root(data, root)
    installation.note_served(data)
    config = room.settled(config, data)
    space = room.open_space(config, data)
    server = Server(config, engine, keys, SystemClock(), entropy, blobs, space)
    server.certificate, server.data = certificate, data
    given_files.fill(server.context)
    if certificate is not None:
        server.metrics.watch_certificate(certificate.until)
    server.public_log = made_log(server) if made_log is not None else None
    server.context.level = sealing.level_of(data)
    if config.backups is not None:
        server.backups = BackupService(config, data, keys, server.context.clock, server.metrics)
        server.metrics.watch_backups(server.backups)
    async with AsyncExitStack() as failing:
        failing.push_async_callback(server.stop)
        # first: a command that was left over takes a number of the new epoch
        await installation.begin_epoch(data, server.context)
        await server.start(found[0])
        failing.pop_all()
    return server


def main() -> None:
    """Run the command line."""
    cli.main(installation.Installation(start, commands()))
