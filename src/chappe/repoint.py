"""Re-point a copy of an app at this server: addresses and keys are replaced, same length for same length.

    python -m chappe.repoint tdlib KEY.pem libtdjson.so libtdjson-here.so
    python -m chappe.repoint desktop KEY.pem telegram-desktop telegram-desktop-here
    python -m chappe.repoint tdlib KEY.pem libtdjson.so libtdjson-here.so 127.155

Telegram's data centres 149.154.x.y become 127.154.x.y on the same machine, the RSA public keys become
KEY.pem (2048 bits, exponent 65537), and the hosts the app would ask for other addresses become names that
do not exist. With a fifth argument they become 127.155.x.y, so that two servers can be served beside each
other. The app computes a key's fingerprint itself, so nothing else has to change. The original is
left as it is.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

KEY: Final = re.compile(
    rb"-----BEGIN RSA PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END RSA PUBLIC KEY-----"
)
ADDRESS: Final = re.compile(rb"(?<![0-9.])149\.154\.(\d{1,3}\.\d{1,3})(?![0-9.])")
ADDRESS_ELSEWHERE: Final = re.compile(rb"(?<![0-9.])95\.161\.76\.100(?![0-9.])")
ADDRESS_6: Final = re.compile(rb"(?<=\0)2001:0?(?:b28|67c):[0-9a-f:]{6,36}(?=\0)")
# signs a fallback configuration that apps fetch from elsewhere; replacing it would serve nothing
CONFIGURATION_KEY: Final = (
    b"MIIBCgKCAQEAyr+18Rex2ohtVy8sroGPBwXD3DOoKCSpjDqYoXgCqB7ioln4eDCFfOBUlfXUEvM"
)
CONFIGURATION_HOSTS: Final = (
    b"dns.google", b"tcdnb.azureedge.net", b"tapv3.stel.com", b"firestore.googleapis.com",
    b"firebaseremoteconfig.googleapis.com", b"reserve-5a846.firebaseio.com",
)  # fmt: skip
MAPPED: Final = (b"::ffff:", b"0::ffff:", b"0:0::ffff:", b"0:0:0::ffff:")
LOOPBACK: Final = (b".175.50", b".17.50", b".7.50", b".175.150")
NET: Final = b"127.154"  # where 149.154 goes
NET_FORM: Final = re.compile(rb"127\.[12]\d\d")  # as long as what it replaces


class RepointError(Exception):
    """The app cannot be re-pointed; the text says why."""


def loopback_6(length: int, net: bytes) -> bytes:
    """Return a loopback address in IPv6 notation of exactly so many characters."""
    for head in MAPPED:
        for tail in LOOPBACK:
            if len(head + net + tail) == length:
                return head + net + tail
    raise RepointError(f"There is an IPv6 address of {length} characters, which none of ours has.")


def replace_all(
    content: bytes, pattern: "re.Pattern[bytes]", by: Callable[["re.Match[bytes]"], bytes]
) -> tuple[bytes, int]:
    """Replace every match by as many bytes; return the content and how often."""
    count = 0

    def one(match: "re.Match[bytes]") -> bytes:
        nonlocal count
        new = by(match)
        if len(new) != len(match[0]):
            raise RepointError("A replacement has another length than what it replaces.")
        count += new != match[0]
        return new

    return pattern.sub(one, content), count


def repoint(content: bytes, pem: bytes, net: bytes = NET) -> bytes:
    """Return an app's bytes with our addresses, all in `net`, and our key.

    Raises:
        RepointError: there is nothing to replace, or the key has another length than Telegram's.
    """
    pem = pem.replace(b"\r", b"").strip()
    if not NET_FORM.fullmatch(net):
        raise RepointError("The net must be 127.1xx or 127.2xx: as long as what it replaces.")
    if not KEY.fullmatch(pem):
        raise RepointError(
            "The key must be in PKCS#1 PEM: server.pub.pem of the data directory is."
        )

    def key(match: "re.Match[bytes]") -> bytes:
        if CONFIGURATION_KEY in match[0].replace(b"\n", b""):
            return match[0]
        if len(match[0]) != len(pem):
            raise RepointError("The key must have 2048 bits and the exponent 65537.")
        return pem

    content, keys = replace_all(content, KEY, key)
    content, addresses = replace_all(content, ADDRESS, lambda m: net + b"." + m[1])
    content, _ = replace_all(content, ADDRESS_ELSEWHERE, lambda _: b"127.16.76.100")
    content, _ = replace_all(content, ADDRESS_6, lambda m: loopback_6(len(m[0]), net))
    for host in CONFIGURATION_HOSTS:
        nowhere = b"x" * (len(host) - 8) + b".invalid"
        pattern = re.compile(rb"(?<![A-Za-z0-9-])" + re.escape(host))
        content, _ = replace_all(content, pattern, lambda _, name=nowhere: name)  # type: ignore[misc]
    if not keys or not addresses:
        raise RepointError("There are no data centres' addresses or keys in it: is it this app?")
    return content


def main() -> None:
    """Re-point one file."""
    arguments = sys.argv[1:]
    if len(arguments) not in (4, 5) or arguments[0] not in ("tdlib", "desktop"):
        sys.exit("usage: python -m chappe.repoint tdlib|desktop KEY.pem FILE COPY [127.154]")
    pem, source, target = arguments[1:4]
    net = arguments[4].encode() if arguments[4:] else NET
    try:
        content = repoint(Path(source).read_bytes(), Path(pem).read_bytes(), net)
        Path(target).write_bytes(content)
        Path(target).chmod(0o755)
    except (OSError, RepointError) as error:
        sys.exit(f"chappe: {error}")
    print(f"{target} looks for this server now.")  # noqa: T201  a program's answer


if __name__ == "__main__":
    main()
