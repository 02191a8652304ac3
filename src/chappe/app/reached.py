"""By which names and through which proxies a server is reached, as configured."""

from urllib.parse import urlsplit

from chappe.core.configuration import Configuration
from chappe.gateways.arriving import Networks, Proxies


def own_names(config: Configuration) -> list[str]:
    """Return the names the server may be asked for by, beside those of the machine itself."""
    addresses = (config.public_url, *config.mirrors)
    return [config.public_host, *(urlsplit(one).hostname or "" for one in addresses)]


def proxies(config: Configuration) -> Proxies:
    """Return the proxies before the server."""
    return Proxies(
        Networks(config.trusted_proxies),
        Networks(config.proxy_protocol_from),
        config.proxy_header.lower(),
    )
