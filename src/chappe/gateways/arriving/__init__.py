"""What stands before a client's own bytes: what a proxy says of it, and the first record of TLS. No I/O."""

from .forwarded import FORWARDED, X_FORWARDED_FOR, whom
from .networks import Networks, network_of
from .proxies import NOBODY, Proxies
from .proxy_header import NoProxyHeaderError, ProxyHeader, read_proxy_header

__all__ = [
    "FORWARDED",
    "NOBODY",
    "X_FORWARDED_FOR",
    "Networks",
    "NoProxyHeaderError",
    "Proxies",
    "ProxyHeader",
    "network_of",
    "read_proxy_header",
    "whom",
]
