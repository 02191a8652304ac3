"""Rules for passkeys, as pure functions: who asks for them, and how things are written."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from chappe.ports import RelyingParty

PASSKEYS_MAX: Final = 10  # passkeys of one account
CREDENTIAL_ID_BYTES_MAX: Final = 1_023  # bytes of a credential id (WebAuthn, section 7.1)
HOME_DC: Final = 2  # the data centre a user handle names: apps finish a login there

# What keeps a passkey, by the AAGUID it says of itself; for names its owner knows again.
KEEPERS: Final = {
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
    "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
    "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
    "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on a Mac",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
    "fdb141b2-5d84-443e-8a35-4698c205a502": "KeePassXC",
}


def relying_party(web_address: str) -> RelyingParty | None:
    """Return whom passkeys are made for by a server at an address; None where browsers make none.

    They want the name of a host, and a page that came by TLS or from the machine itself
    (WebAuthn, sections 5.1.2 and 13.4.8).
    """
    parts = urlsplit(web_address)
    host = parts.hostname or ""
    if not host or (parts.scheme != "https" and host != "localhost"):
        return None
    try:
        ip_address(host)
    except ValueError:
        return RelyingParty(id=host, origin=f"{parts.scheme}://{parts.netloc}")
    return None


def base64url(value: bytes) -> str:
    """Return bytes as the JSON of WebAuthn has them."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(written: str) -> bytes | None:
    """Return the bytes that `base64url` wrote; None if it is written in any other way."""
    try:
        value = urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except ValueError:
        return None
    return value if base64url(value) == written else None


def user_handle(number: int) -> str:
    """Return the name under which authenticators keep somebody's passkeys, of a keyed hash of their id.

    Apps read the data centre before the colon and a number behind it; who finds an authenticator learns
    from it nobody's account.
    """
    return f"{HOME_DC}:{number}"


def passkey_title(aaguid: str, device: str, taken: Collection[str]) -> str:
    """Return the title of a new passkey: where it is kept if that is known, else where it was made."""
    wanted = KEEPERS.get(aaguid) or device or "Passkey"
    title, number = wanted, 1
    while title in taken:
        number += 1
        title = f"{wanted} {number}"
    return title


def is_copied(before: int, now: int) -> bool:
    """Whether a sign count says that a passkey was copied: it counts, and no further than it did before.

    Authenticators that do not count say 0 each time (WebAuthn, section 6.1.1).
    """
    return bool(before or now) and now <= before
