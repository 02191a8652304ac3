"""The record of a proxy link, sealed in the house's box."""

from chappe.ports import Record


class ProxyLink(Record, frozen=True):
    """One link: whoever has it comes by its secret, until it is revoked."""

    table = "proxy_link"
    key = ("number",)

    number: int
    secret: bytes
    inside_tls: bool  # `ee`, in what looks like TLS; else `dd`
    label: str  # whom it is for, as the operator calls them; nobody else is shown it
    name: str  # the server's name that an app says it wants (SNI); empty: it says none
    created: int  # seconds since 1970
    server: str = ""  # host:port it leads to; empty: to this server's own address
