"""`chappe status`: how a running server is."""

import resource
from pathlib import Path
from typing import Any, Final

from chappe import __version__
from chappe.engines.space import ENDLESS
from chappe.rpc import operator_command

MIB: Final = 1 << 20  # bytes


@operator_command("status", "Show how the server is.", audited=False)
async def status(server: Any) -> dict[str, Any]:
    """Return how a running server is."""
    gateway = server.gateway
    return {
        "version": __version__,
        "ready": server.ready(),
        "sealed": server.level,
        "listens": f"{server.config.host}:{server.config.port}",
        "connections": gateway.open_connections if gateway else 0,
        "memory_mib": memory_mib(),
        **_disk_of(server),
        **_certificate_of(server),
        "sign_up": server.config.sign_up,
        "bugs": server.metrics.bugs_counted,
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
    until = server.certificate.until()
    return {"certificate": f"until {until:%Y-%m-%d}" if until else "none yet"}


def memory_mib() -> int:
    """Return how much memory this process has now; where the system does not say, the most it had."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB  # macOS counts bytes
    return pages * resource.getpagesize() // MIB
