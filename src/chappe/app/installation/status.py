"""`chappe status`: how a running server is."""

import asyncio
import re
import resource
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import chappe
from chappe import __version__
from chappe.core import Kind
from chappe.desks import moderation
from chappe.engines.mail import MailOutcome, MailServer
from chappe.engines.space import ENDLESS
from chappe.features import bots
from chappe.features.accounts import RESERVED_USERS
from chappe.rpc import operator_command
from chappe.updates import Context, PerServer

from ..backups.elsewhere import NONE_HERE, without
from ..custody import custody_facts

MIB: Final = 1 << 20  # bytes
MANY_ACCOUNTS: Final = 10_000  # from so many on they are not counted each time
RECOUNTED_AFTER_S: Final = 60  # seconds until those are counted again


@operator_command("status", "Show how the server is.", audited=False)
async def status(server: Any) -> dict[str, Any]:
    """Return how a running server is: all that somebody who runs it must see at one look."""
    gateway = server.gateway
    return {
        "version": __version__,
        **installed_beside(Path(chappe.__file__).read_text("utf-8")),
        "ready": server.ready(),
        "sealed": server.context.level,
        **server.epochs.facts(),
        "shredding": f"{server.shredder.waiting} boxes wait" if server.shredder.waiting else "done",
        "since": server.since,
        "listens": f"{server.config.host}:{server.config.port}",
        **await _people_of(server),
        "connections": gateway.open_connections if gateway else 0,
        "memory_mib": memory_mib(),
        **_disk_of(server),
        **_certificate_of(server),
        **_mail_of(server.mail),
        **_backups_of(server),
        **custody_facts(server),
        **await moderation.waiting_facts(
            server.context.look(moderation.MODERATION_BOX), int(server.context.clock.now())
        ),
        **(server.public_log.facts() if server.public_log is not None else {}),
        "rate_scale": server.config.rate_scale,
        "calls_put_off": server.metrics.put_off,
        "store_failures": server.metrics.failures_counted,
        "bugs": server.metrics.bugs_counted,
    }


def installed_beside(source: str) -> dict[str, Any]:
    """Return which version lies on the disk, where that is another than the one that runs."""
    found = re.search(r'^__version__(?:: \w+)? = "([^"]+)"', source, re.MULTILINE)
    if found is None or found[1] == __version__:
        return {}
    return {"installed": f"{found[1]}, which runs after a restart"}


class AccountCount:
    """How many accounts were ever made: counted each time, or of many once a minute."""

    def __init__(self) -> None:
        self._number, self._again = 0, 0.0
        self._counting = asyncio.Lock()

    async def read(self, context: Context) -> int:
        """Return how many there are."""
        async with self._counting:
            now = context.clock.monotonic()
            if now < self._again:
                return self._number
            self._number = 0
            async for page in context.boxes_of(Kind.USER):
                self._number += sum(owner.id not in RESERVED_USERS for owner in page)
                await asyncio.sleep(0)
            self._again = now + RECOUNTED_AFTER_S if self._number >= MANY_ACCOUNTS else 0.0
            return self._number


ACCOUNTS: Final[PerServer[AccountCount]] = PerServer(lambda _: AccountCount())


async def _people_of(server: Any) -> dict[str, Any]:
    """Return how many accounts were ever made, how many people are here now, and who may sign up."""
    return {
        "accounts": await server.context.own(ACCOUNTS).read(server.context),
        **await bots.bot_census(server.context),
        "people_here": server.delivery.hub.people_here,
        "sign_up": server.config.sign_up,
    }


def _mail_of(mail: MailServer | None) -> dict[str, Any]:
    """Return whether mail is sent, and what came of it since the start; never to whom."""
    if mail is None:
        return {"mail": "none is sent"}
    taken = mail.counts[MailOutcome.SENT]
    return {
        "mail": f"{mail.smtp.host}:{mail.smtp.port}",
        "mail_sent": taken,
        "mail_sent_at": mail.sent_at or "",
        "mail_failed": sum(mail.counts.values()) - taken,
        "mail_failed_at": mail.failed_at or "",
        "mail_last": mail.last.value if mail.last else "",
    }


def _disk_of(server: Any) -> dict[str, Any]:
    """Return how much room is left on a running server's disks; nothing where none is asked."""
    free = server.space.free()
    if free >= ENDLESS:
        return {}
    low = free < server.config.disk_reserve_mib * MIB
    return {"free_mib": free // MIB, "files": "refused until there is room" if low else "taken"}


def _certificate_of(server: Any) -> dict[str, Any]:
    """Return until when a running server's certificate is good; nothing where it speaks no TLS."""
    if server.certificate is None:
        return {}
    until, issuer = server.certificate.until(), server.certificate.issuer()
    return {"certificate": f"until {until:%Y-%m-%d}, by {issuer}" if until else "none yet"}


def _backups_of(server: Any) -> dict[str, Any]:
    """Return when the newest backup was made and how its trial went."""
    service = server.backups
    if service is None:
        by_hand = NONE_HERE if server.config.store else "only those you make by `chappe backup`"
        return {"backups": by_hand}
    state = service.state
    made = (
        f"{datetime.fromtimestamp(state.backups[-1].at, UTC):%Y-%m-%d %H:%M UTC}"
        if state.backups
        else "none yet"
    )
    wrong = (
        f", and {state.failed} failed since"
        if state.failed
        else ", and one is missing"
        if service.is_late()
        else ""
    )
    tried = (
        {}
        if state.trial is None
        else {"trial": "ok" if state.trial.ok else f"FAILED: {state.trial.says}"}
    )
    lacking = without(server.config)
    return {"backups": made + wrong, **({"they_lack": lacking} if lacking else {}), **tried}


def memory_mib() -> int:
    """Return how much memory this process has now; where the system does not say, the most it had."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB  # macOS counts bytes
    return pages * resource.getpagesize() // MIB
