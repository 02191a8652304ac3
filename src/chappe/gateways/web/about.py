"""What a client has to know of a server before it connects: `/.well-known/chappe.json`."""

from typing import Final

import msgspec

PATH: Final = "/.well-known/chappe.json"


class SignedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is to be reached, as a flattened JSON Web Signature (RFC 7515)."""

    protected: str
    payload: str
    signature: str


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The public facts of a server, in the order in which they are shown."""

    keys: tuple[str, ...]  # its public keys, PEM
    dc: int  # number of its only data centre
    path: str  # where WebSockets are opened
    name: str
    sign_up: str  # "open", "invite" or "closed"
    join_by_name: bool  # whether whoever has the link of an invite needs a name and nothing else
    mail: bool  # whether an e-mail address is taken in the place of a phone number
    sign_in: str | None  # whose sign-in is offered: what the button says; None: nobody's
    level: str  # "L0", "L1" or "L2"
    version: str
    build: str = ""  # of the files of the web client: a hash; empty before they are loaded
    layer: int  # the newest it speaks
    public_url: str  # its own address; empty: it was given none
    log: str | None  # where its log is; None: it keeps none that can be looked at
    push: (
        str | None
    )  # the key by which a browser knows its push messages (VAPID); None: it sends none
    keep_messages_days: int = 0  # days a message is kept at most; 0 for ever
    keep_messages_from: int = 0  # from when that holds, in seconds since 1970
    mirrors: tuple[str, ...] = ()  # where the same client and server are found too
    signing_key: str = ""  # of `signed`: the point of ES256, base64url; clients keep it
    signed: SignedPage | None = None


def encoded(about: About) -> bytes:
    """Return the bytes that are served."""
    return msgspec.json.encode(about)
