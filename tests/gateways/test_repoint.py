"""`chappe repoint`: what is other in a copy of an app, what must not be left in it, and what is refused."""

import os
import re
import shutil
import struct
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from chappe.gateways.cli.repoint.copying import Copied, repointed
from chappe.gateways.cli.repoint.hosts import blank, nowhere
from chappe.gateways.cli.repoint.places import RepointError, ServerAddress
from chappe.gateways.cli.repoint.program import Program
from tests.journeys.people import ENVIRONMENTS
from tests.journeys.system import debian

from .test_cli import chappe, refused

NEAR = ServerAddress(IPv4Address("127.0.0.1"), 8443)
FAR = ServerAddress(
    IPv4Address("198.151.100.123"), 65_535
)  # longer than most addresses of Telegram's
# each begins with plain text, which is found quickly
TELEGRAM = (
    rb"149\.154\.\d+\.\d+",
    rb"91\.108\.\d+\.\d+",
    rb"95\.161\.\d+\.\d+",
    rb"91\.105\.19\d\.\d+",
    rb"185\.76\.151\.\d+",
    rb"2001:0?b28:[0-9a-f:]+",
    rb"2001:0?67c:[0-9a-f:]+",
    rb"2a0a:f280:[0-9a-f:]+",
)
# top-level domains that apps know hosts under; file names that end like one are no hosts
DOMAINS = (
    "com",
    "org",
    "net",
    "google",
    "ru",
    "io",
    "tv",
    "me",
    "dog",
    "pe",
    "app",
    "dev",
    "goog",
    "xyz",
    "cloud",
)
NAME_END = re.compile(r"(?<![A-Za-z0-9.@-])[A-Za-z0-9.-]*[A-Za-z0-9-]$")
NAME_MAX = 100  # characters of a name that are looked at
# opened in a browser at a click, taken for one's own, or only told: nothing an app asks by itself
LINKS = {
    "core.telegram.org",
    "desktop.telegram.org",
    "my.telegram.org",
    "promote.telegram.org",
    ".t.me",
    "telegram.org",
    "telegram.dog",
    "telegram.me",
    "www.telegram.dog",
    "www.telegram.me",
    "teiegram.org",
    "telesco.pe",
    "t.me",
    "www.t.me",
    "graph.org",
    "github.com",
    "maps.google.com",
    ".instagram.com",
    "instagram.com",
    "www.instagram.com",
    ".twitter.com",
    "twitter.com",
    ".magic.org",
    "music.youtube.com",
    "www.youtube.com",
}
# in messages of other libraries, about their sources, makers and certificates
MENTIONED = {
    "aomediacodec.github.io",
    "crbug.com",
    "crl.comodo.net",
    "crl.comodoca.com",
    "crl.globalsign.net",
    "Entrust.net",
    "gcc.gnu.org",
    "go.microsoft.com",
    "GoDaddy.com",
    "node.net",
    "webrtc.googlesource.com",
    "www.entrust.net",
    "0www.entrust.net",
    "7www.entrust.net",
    "www.ietf.org",
    "www.webrtc.org",
    "www2.public-trust.com",
    "8t.me",
}


def pem(bits: int = 2048) -> bytes:
    """Return a new public key as a data directory has it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    form = serialization.PublicFormat.PKCS1
    return key.public_bytes(serialization.Encoding.PEM, form).strip()


KEY = pem()


def tdlib(environment: str = "tdlib") -> Path:
    """Return TDLib as it is installed for the journeys."""
    (found,) = (ENVIRONMENTS / environment).rglob("libtdjson*.so*")
    return found


def program(app: str) -> bytes:
    """Return an app as it was installed; where Telegram Desktop cannot be, the test is skipped."""
    path = Path(debian("telegram-desktop")) if app == "desktop" else tdlib(app)
    return path.read_bytes()


def telegram(content: bytes) -> list[bytes]:
    """Return the addresses of Telegram's networks in a program."""
    return [found for network in TELEGRAM for found in re.findall(network, content)]


def names(content: bytes) -> set[str]:
    """Return every name of a host in a program, in both widths it may keep texts."""
    found = set()
    for encoding, width in (("ascii", 1), ("utf-16-le", 2)):
        for domain in DOMAINS:
            for match in re.finditer(re.escape(f".{domain}".encode(encoding)), content):
                before = content[
                    max(match.start() - NAME_MAX * width, match.start() % width) : match.start()
                ]
                after = content[match.end() : match.end() + 2 * width].decode(encoding, "replace")
                name = NAME_END.search(before.decode(encoding, "replace"))
                if name and not re.match(r"[A-Za-z0-9-]|\.[A-Za-z0-9]", after):
                    found.add(f"{name[0]}.{domain}")
    return found


@pytest.fixture(scope="module", params=["tdlib", "tdlib_newest", "desktop"])
def original(request: pytest.FixtureRequest) -> bytes:
    """A real app."""
    return program(request.param)


@pytest.fixture(scope="module", params=[NEAR, FAR], ids=str)
def copied(original: bytes, request: pytest.FixtureRequest) -> Copied:
    """Its copy, for a server near or far."""
    return repointed(original, KEY, request.param)


def test_a_copy_has_the_length_of_the_app(original: bytes, copied: Copied) -> None:
    """Everything is replaced in place."""
    assert len(copied.content) == len(original)
    assert copied.content != original


def test_no_address_of_telegram_is_left_in_a_copy(original: bytes, copied: Copied) -> None:
    """Neither of IPv4 nor of IPv6; before there were seventeen."""
    assert copied.addresses == len(telegram(original)) == 17
    assert telegram(copied.content) == []


def test_a_copy_trusts_no_key_of_telegram(original: bytes, copied: Copied) -> None:
    """Only the server's key, and the one for configurations that no host is left for."""
    blocks = rb"-----BEGIN RSA PUBLIC KEY-----[^-]+-----END RSA PUBLIC KEY-----"
    before, after = re.findall(blocks, original), re.findall(blocks, copied.content)
    assert copied.keys == 2
    assert after.count(KEY) == 2
    (kept,) = set(before) & set(after)
    assert b"yr+18Rex2ohtVy8sroGPBwXD3DOoKCSp" in kept.replace(b"\n", b"")


def test_every_name_in_a_copy_is_nowhere_or_opened_at_a_click(original: bytes) -> None:
    """All names of hosts that can be found in the program are looked at, not only those that are known."""
    copied = repointed(original, KEY, NEAR)
    assert {"mozilla.cloudflare-dns.com", "tapv3.stel.com", "www.google.com"} <= names(original)
    assert names(copied.content) - MENTIONED <= LINKS
    assert all(new.endswith(".invalid") for _, new in copied.hosts)


@given(st.integers(9, 200), st.booleans())
def test_nobody_can_own_what_a_host_becomes(length: int, dotted: bool) -> None:
    """Whatever the length, it is a name under `.invalid`, made of labels that a name may have."""
    new = nowhere(("." if dotted and length > 9 else "") + "a" * (length - (dotted and length > 9)))
    assert len(new) == length
    assert new.endswith(".invalid")
    assert all(0 < len(label) <= 63 for label in new.lstrip(".").split("."))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://dns.google.com/resolve", "https://xxxxxx.invalid/resolve"),
        ("dns.google", "xx.invalid"),
        ("google.ru", "x.invalid"),
        (".googleapis.com", ".xxxxxx.invalid"),
        ("a.b.tcdnb.azureedge.net.", "xxxxxxxxxxxxxxx.invalid."),
        ("login@stel.com", "login@stel.com"),
        ("https://maps.google.com/maps?q=", "https://maps.google.com/maps?q="),
        ("ourgoogle.com", "ourgoogle.com"),
        ("google.com.example", "google.com.example"),
        ("google.community", "google.community"),
    ],
)
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_whole_names_are_replaced(before: str, after: str, encoding: str) -> None:
    """A name is replaced from its first character to its last, in both widths; others' names are not."""
    made = Program(f"\0\0{before}\0\0".encode(encoding))
    blank(made)
    assert made.content.decode(encoding) == f"\0\0{after}\0\0"


def foreign(*parts: bytes) -> bytes:
    """Return a program of an unknown system: bytes without tables."""
    return b"MZ" + b"\0".join((b"", *parts, b""))


OLD_KEY = KEY.replace(KEY[40:44], b"AAAA")
OLD = (OLD_KEY, b"149.154.167.51", b"149.154.175.100", b"2001:b28:f23d:f001::a")


def test_a_program_of_another_system_gets_what_fits() -> None:
    """Where nothing is known of pointers, an address that is short enough is written, at Telegram's port."""
    copied = repointed(foreign(*OLD), KEY, ServerAddress(IPv4Address("10.0.0.7"), 443))
    assert copied.content == foreign(
        KEY,
        b"10.0.0.7".ljust(14, b"\0"),
        b"10.0.0.7".ljust(15, b"\0"),
        b"::ffff:0a00:0007".ljust(21, b"\0"),
    )


@pytest.mark.parametrize(
    ("content", "place", "told"),
    [
        (b"#!/bin/sh\nexec telegram", NEAR, "is a script"),
        (b"\x7fELF\x02\x01" + b"\1" * 20, NEAR, "no whole program"),
        (b"no app at all", NEAR, "public key is not in it"),
        (foreign(OLD_KEY), NEAR, "addresses are not in it"),
        (foreign(*OLD, b"http://149.154.167.51/api"), NEAR, "149.154.167.51 is in it in a form"),
        (foreign(*OLD), NEAR, "looks on port 443"),
        (foreign(*OLD), ServerAddress(FAR.host, 443), "no room for an address of 15"),
        (foreign(pem(1024), *OLD[1:]), NEAR, "another length"),
    ],
)
def test_what_is_no_known_app_is_refused(content: bytes, place: ServerAddress, told: str) -> None:
    """The sentence says what is wrong; no half copy is made."""
    with pytest.raises(RepointError, match=told):
        repointed(content, KEY, place)


@given(st.binary(max_size=400))
def test_broken_tables_are_no_accident(tail: bytes) -> None:
    """Whatever follows the first bytes of an ELF file, it is refused in a sentence."""
    with pytest.raises(RepointError):
        repointed(b"\x7fELF\x02\x01" + tail, KEY, NEAR)


def test_tables_that_point_nowhere_are_no_accident() -> None:
    """A table of segments that lies about everything ends no search with an error of Python."""
    head = bytearray(b"\x7fELF\x02\x01" + bytes(58))
    struct.pack_into("<Q", head, 32, 64)
    struct.pack_into("<HH", head, 54, 56, 2)
    loaded = struct.pack("<IIQQQQQQ", 1, 1, 0, 0, 0, 1 << 40, 1 << 40, 0)
    dynamic = struct.pack("<IIQQQQQQ", 2, 0, 1 << 50, 0, 0, 160, 0, 0)
    with pytest.raises(RepointError):
        repointed(bytes(head) + loaded + dynamic + b"\0".join((b"", *OLD, b"")), KEY, NEAR)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a server's key, in which the command is run."""
    (tmp_path / "chappe-data").mkdir()
    (tmp_path / "chappe-data" / "server.pub.pem").write_bytes(KEY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_command_copies_the_installed_library(home: Path) -> None:
    """The library is found, the copy is there, and what was replaced is told; the original stays as it is."""
    before = tdlib().read_bytes()
    done = chappe("repoint", "tdlib", "--app", str(ENVIRONMENTS / "tdlib"))
    assert done.returncode == 0, done.stderr
    assert re.search(r"17 addresses of Telegram +127\.0\.0\.1:8443\n", done.stdout)
    assert re.search(r"dns\.google +xx\.invalid\n", done.stdout)
    copy = home / "libtdjson-here.so"
    assert KEY in copy.read_bytes()
    assert tdlib().read_bytes() == before


def test_a_server_elsewhere_is_named_with_its_key(home: Path) -> None:
    """No data directory is needed; a name is looked up; the operator is told what the server must say."""
    shutil.move("chappe-data/server.pub.pem", "given.pem")
    there = ("--key", "given.pem", "--app", str(tdlib()))
    done = chappe("repoint", "tdlib", "--to", "192.0.2.7", *there)
    assert "the server at 192.0.2.7:8443," in done.stdout
    assert 'public_host = "192.0.2.7"' in done.stdout
    assert "is there already" in refused("repoint", "tdlib", "--to", "192.0.2.7", *there)
    done = chappe("repoint", "tdlib", "--to", "localhost:444", "--force", *there)
    assert "the server at 127.0.0.1:444," in done.stdout


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        (("signal",), "Only desktop and tdlib can be re-pointed"),
        (("tdlib", "--to", "192.0.2.7:port"), "has no port"),
        (("tdlib", "--to", "192.0.2.7:0"), "has no port"),
        (("tdlib", "--to", "2001:db8::1"), "is no IPv4 address"),
        (("tdlib", "--to", "nobody.invalid"), "no name that is known here"),
        (("tdlib", "--to", "0.0.0.0"), "nowhere a client can go"),
        (("tdlib", "--key", "gone.pem"), "copy server.pub.pem from the data directory"),
        (("tdlib", "--key", "."), "directory"),
        (("tdlib", "--data", "gone"), "copy server.pub.pem from the data directory"),
        (("tdlib", "--app", "gone.so"), "There is no gone.so"),
        (("desktop", "--app", "chappe-data"), "was not found in chappe-data"),
        (("tdlib", "--app", "chappe-data/server.pub.pem"), "addresses are not in it"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, given_: tuple[str, ...], told: str) -> None:
    """One sentence each, and no file is left."""
    assert told in refused("repoint", *given_)
    assert os.listdir(home) == ["chappe-data"]  # noqa: PTH208  names are what is compared


def test_the_app_itself_is_never_written(home: Path) -> None:
    """Not even when it is asked for."""
    (home / "app.so").write_bytes(tdlib().read_bytes())
    told = refused("repoint", "tdlib", "--app", "app.so", "--out", "app.so", "--force")
    assert "is the app itself" in told


def test_a_key_of_another_kind_is_refused(home: Path) -> None:
    """A file that is no public key is named."""
    (home / "other.pem").write_text("-----BEGIN NONSENSE-----")
    assert "other.pem is no public key" in refused("repoint", "tdlib", "--key", "other.pem")
