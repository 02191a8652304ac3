"""What stands before a client's own bytes: what a proxy says of it, and the first record of TLS. No I/O."""

from .client_hello import ClientHello, NoClientHelloError, read_client_hello
from .forwarded import FORWARDED, X_FORWARDED_FOR, whom
from .networks import Networks, network_of
from .proxies import NOBODY, Proxies
from .proxy_header import NoProxyHeaderError, ProxyHeader, announcement, read_proxy_header

__all__ = [
    "FORWARDED",
    "NOBODY",
    "X_FORWARDED_FOR",
    "ClientHello",
    "Networks",
    "NoClientHelloError",
    "NoProxyHeaderError",
    "Proxies",
    "ProxyHeader",
    "announcement",
    "network_of",
    "read_client_hello",
    "read_proxy_header",
    "whom",
]
