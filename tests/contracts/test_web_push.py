"""Web Push: its cryptography by the RFCs' own examples, and where the server goes and where not."""

import asyncio
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.engines import push_connections
from chappe.engines.push_encryption import (
    ORDER,
    TOKEN_LIFETIME_S,
    TOKEN_USED_S,
    TOKENS_KEPT_MAX,
    ServerIdentity,
    encrypt,
    is_point,
    private_key_of,
)
from chappe.engines.web_push import (
    AFTER_S_MAX,
    PAYLOAD_BYTES,
    TOKEN_CHARACTERS_MAX,
    TTL_S,
    WebPush,
    result_of,
    web_push,
)
from chappe.ports import (
    PushAddress,
    PushOutcome,
    PushPart,
    PushResult,
    PushTokenRefusedError,
)

from .push_service import Browser, PushService, bytes_of, claims_of, push_service

NOW = 1_800_000_000.0
CONTACT = "mailto:operator@chat.example"
PUBLIC: Final = "https://push.example/wpush/v2/gAAA-_~%20:1?x=1&y"
TAKEN, LATER = PushResult(PushOutcome.TAKEN), PushResult(PushOutcome.LATER)
REFUSED, GONE = PushResult(PushOutcome.REFUSED), PushResult(PushOutcome.GONE)


class Clock:
    """Time that stands still."""

    time = NOW

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    monotonic = now


def secret(name: str) -> bytes:
    """Return 32 bytes of this name."""
    return name.encode()[-32:].rjust(32, b"\7")


def made(*also: str, heard: list[str] | None = None) -> WebPush:
    """Return a sender that may go to some places beyond the public internet."""
    sent = [] if heard is None else heard
    return WebPush(secret, Clock(), SystemEntropy(), contact=CONTACT, also=also, sent=sent.append)


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """A push service on this machine."""
    async with push_service() as running:
        yield running


@pytest.fixture
async def push(service: PushService) -> AsyncIterator[WebPush]:
    """A sender that may go to this push service besides those of the public internet."""
    sender = made(service.place)
    yield sender
    await sender.close()


# -- its cryptography -------------------------------------------------------------------------------


def test_the_example_of_the_rfc_is_encrypted_to_its_bytes() -> None:
    """RFC 8291, section 5 and appendix A."""
    number = bytes_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    own = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    point = (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    to = PushAddress("", bytes_of(point), bytes_of("BTBZMqHH6r4Tts7J_aSIgg"))
    text = b"When I grow up, I want to be a watermelon"
    body = encrypt(text, to, own, bytes_of("DGv6ra1nlYgDCS1FRnbzlw"), room=len(text) + 1)
    assert body == bytes_of(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    private = bytes_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
    reader = Browser("", int.from_bytes(private, "big"), to.auth)
    assert (reader.point, reader.read(body)) == (to.p256dh, text)


def test_every_message_has_the_same_length_and_another_key() -> None:
    """A push service cannot tell one from another by its size."""
    browser = Browser("")
    to, bodies = PushAddress("", browser.point, browser.auth), []
    for payload in (b"", b"a", b"x" * (PAYLOAD_BYTES - 1)):
        own = private_key_of(SystemEntropy().token(64))
        bodies.append(encrypt(payload, to, own, SystemEntropy().token(16), room=PAYLOAD_BYTES))
        assert browser.read(bodies[-1]) == payload
    assert len({len(body) for body in bodies}) == 1
    assert len({body[:86] for body in bodies}) == len(bodies)
    with pytest.raises(ValueError, match="room"):
        encrypt(bytes(PAYLOAD_BYTES), to, own, bytes(16), room=PAYLOAD_BYTES)
    with pytest.raises(ValueError, match="room"):
        encrypt(b"", to, own, bytes(15), room=PAYLOAD_BYTES)


def test_a_seed_makes_a_key_whatever_it_is() -> None:
    """Also all zeros, and what is a multiple of the order."""
    for seed in (bytes(64), b"\xff" * 64, ORDER.to_bytes(64, "big")):
        assert 0 < private_key_of(seed).private_numbers().private_value < ORDER
    with pytest.raises(ValueError, match="64"):
        private_key_of(bytes(32))


def test_what_is_no_point_of_the_curve_is_told() -> None:
    """One that lies beside it, the point at infinity, a compressed one, too few bytes, too many."""
    point = Browser("").point
    assert is_point(point)
    beside = point[:-1] + bytes((point[-1] ^ 1,))
    compressed = bytes((2 + point[-1] % 2,)) + point[1:33]
    for wrong in (beside, b"\0", b"", compressed, point[:-1], point + b"\0", b"\4" + bytes(64)):
        assert not is_point(wrong)


def test_a_server_says_who_it_is_to_each_push_service() -> None:
    """The token is of one origin, for half a day, and signed by the key that browsers subscribe for."""
    identity = ServerIdentity(bytes(range(64)), CONTACT)
    first = identity.authorization("https://push.example", NOW)
    claims = claims_of(first, identity.public_key)
    assert claims == {
        "aud": "https://push.example",
        "exp": int(NOW) + TOKEN_LIFETIME_S,
        "sub": CONTACT,
    }
    assert TOKEN_LIFETIME_S <= 24 * 3600
    assert identity.authorization("https://push.example", NOW + TOKEN_USED_S - 1) == first
    other = identity.authorization("https://other.example", NOW)
    assert claims_of(other, identity.public_key)["aud"] == "https://other.example"
    for later in (NOW + TOKEN_USED_S, NOW - 1):  # a clock may be set back
        renewed = claims_of(
            identity.authorization("https://push.example", later), identity.public_key
        )
        assert renewed["exp"] == int(later) + TOKEN_LIFETIME_S
    stranger = ServerIdentity(bytes(64), CONTACT)
    with pytest.raises(AssertionError):
        claims_of(first, stranger.public_key)
    for number in range(TOKENS_KEPT_MAX + 3):
        identity.authorization(f"https://{number}.example", NOW)
    assert len(identity._kept) == TOKENS_KEPT_MAX


# -- tokens of apps ---------------------------------------------------------------------------------


def test_a_token_of_a_browser_is_read() -> None:
    """With what else browsers say, with padding or without; the server's key is the same for ever."""
    browser = Browser(PUBLIC)
    expected = PushAddress(PUBLIC, browser.point, browser.auth)
    assert made().read_token(browser.token(more=1)) == expected
    assert made().read_token(browser.token().replace('"}}', '=="}}')) == expected
    assert made().public_key == made().public_key
    assert is_point(bytes_of(made().public_key))


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push.example",
        "http://push.example/x",
        "ftp://push.example/x",
        "https://push.example:8443/x",
        "https://user@push.example/x",
        "https://user:pw@push.example/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://8.8.8.8/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://0x7f000001/x",
        "https://1.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://push.example\\@127.0.0.1/x",
        "https://push.example /x",
        "https://push.example/\r\nHost: inside",
        "https://push.example/\u00e9",
        "https://p\u00fcsh.example/x",
        "https://push.example./x",
        "https://.example/x",
        "https://push.example:99999/x",
        "https://[::1/x",
        "https://push.example/" + "x" * 2048,
    ],
)
def test_an_address_nobody_is_pushed_to_is_refused(endpoint: str) -> None:
    """Without TLS, at other doors, numbers instead of names, what a parser could take for another host."""
    with pytest.raises(PushTokenRefusedError) as refused:
        made().read_token(Browser(endpoint).token())
    assert refused.value.part is PushPart.ENDPOINT


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        '{"endpoint":"https://push.example/"}',
        '{"endpoint":7,"keys":{"p256dh":"","auth":""}}',
        '{"endpoint":"https://push.example/","keys":{"p256dh":""}}',
        "\ud800",
        " " * TOKEN_CHARACTERS_MAX + "{}",
        "[" * TOKEN_CHARACTERS_MAX,
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    """Nothing, other JSON, parts of one, too much."""
    with pytest.raises(PushTokenRefusedError) as refused:
        made().read_token(token)
    assert refused.value.part is PushPart.ENDPOINT


def test_keys_that_are_none_are_refused() -> None:
    """Each is told apart, as Telegram's apps expect."""
    browser = Browser(PUBLIC)
    good = json.loads(browser.token())
    wrong = {
        ("p256dh", PushPart.KEY): ("", "*", "AAAA", good["keys"]["auth"], "\u00e9", "A" * 87),
        ("auth", PushPart.SECRET): ("", "AAAA", good["keys"]["p256dh"], "!" * 22, "A" * 21),
    }
    for (key, part), values in wrong.items():
        for value in values:
            bad = {**good, "keys": {**good["keys"], key: value}}
            with pytest.raises(PushTokenRefusedError) as refused:
                made().read_token(json.dumps(bad))
            assert refused.value.part is part


# -- sending ----------------------------------------------------------------------------------------


async def test_a_browser_reads_what_it_is_told(push: WebPush, service: PushService) -> None:
    """And the push service nothing: of what is said it sees a length that never changes."""
    browser = Browser(service.endpoint())
    to = push.read_token(browser.token())
    for payload in (b"planted", b"planted too"):
        assert await push.send(to, payload, "topic") == TAKEN
    assert [browser.read(told.body) for told in service.told] == [b"planted", b"planted too"]
    first, second = service.told
    assert first.path == "/push/device"
    assert {name: first.headers[name] for name in ("TTL", "Urgency", "Topic")} == {
        "TTL": str(TTL_S),
        "Urgency": "high",
        "Topic": "topic",
    }
    assert first.headers["Content-Encoding"] == "aes128gcm"
    assert first.headers.keys() == second.headers.keys()
    assert len(first.body) == len(second.body)
    claims = claims_of(first.headers["Authorization"], push.public_key)
    assert claims["aud"] == f"http://{service.place}"
    assert b"planted" not in b"".join(t.body + repr(t.headers).encode() for t in service.told)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, TAKEN),
        (201, TAKEN),
        (202, TAKEN),
        (404, GONE),
        (410, GONE),
        (429, LATER),
        (500, LATER),
        (503, LATER),
        (301, REFUSED),
        (302, REFUSED),
        (307, REFUSED),
        (308, REFUSED),
        (400, REFUSED),
        (401, REFUSED),
        (403, REFUSED),
        (413, REFUSED),
    ],
)
async def test_a_push_service_says_what_came_of_it(
    push: WebPush, service: PushService, status: int, result: PushResult
) -> None:
    """A redirection is not followed: it would lead where nobody has looked."""
    service.status, service.headers = status, {"Location": service.endpoint("elsewhere")}
    to = push.read_token(Browser(service.endpoint()).token())
    assert await push.send(to, b"", "t") == result
    assert [told.path for told in service.told] == ["/push/device"]


def test_who_runs_a_push_service_finds_who_runs_the_server() -> None:
    """Where the operator says, else at its own address, else at the public one."""
    for given, contact in (
        ({}, "https://127.0.0.1/"),
        ({"public_url": "http://localhost:8443"}, "https://127.0.0.1/"),
        ({"public_url": "https://chat.example"}, "https://chat.example"),
        ({"public_url": "https://chat.example", "push_contact": CONTACT}, CONTACT),
    ):
        push = web_push(Configuration(**given), secret, Clock(), SystemEntropy(), print)
        said = push.identity.authorization("https://push.example", NOW)
        assert claims_of(said, push.public_key)["sub"] == contact


def test_a_push_service_says_when_to_come_again() -> None:
    """In seconds; what it says otherwise, or beyond measure, is bounded."""
    for said, after in (
        ("120", 120),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("\u0664", 0),
        ("9" * 9, AFTER_S_MAX),
        ("9" * 99, 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
    ):
        assert result_of(429, said) == PushResult(PushOutcome.LATER, after)
    assert result_of(201, "120") == TAKEN


async def test_each_try_is_counted(service: PushService) -> None:
    """By what came of it, and by nothing else."""
    heard: list[str] = []
    push = made(service.place, heard=heard)
    to = push.read_token(Browser(service.endpoint()).token())
    for status in (201, 410, 500, 400):
        service.status = status
        await push.send(to, b"", "t")
    await push.close()
    assert heard == ["taken", "gone", "later", "refused"]


# -- where it goes, and where not -------------------------------------------------------------------


async def test_without_leave_nothing_of_this_machine_is_told(service: PushService) -> None:
    """What was kept when an operator allowed it is refused once they do not."""
    to = made(service.place).read_token(Browser(service.endpoint()).token())
    closed = made()
    for endpoint in (
        to.endpoint,
        f"https://{service.place}/",
        f"https://localhost:{service.port}/",
        "https://127.0.0.1/",
    ):
        assert await closed.send(to._replace(endpoint=endpoint), b"", "t") == REFUSED
    await closed.close()
    assert service.told == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00::1"],
    ],
)
async def test_a_name_that_leads_inside_is_refused(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody connects, whichever of several answers is the bad one."""
    monkeypatch.setattr(socket, "getaddrinfo", answering(answers))
    connected: list[Any] = []
    monkeypatch.setattr(
        push_connections.PublicResolver, "open_socket", lambda _, found: connected.append(found)
    )
    push = made()
    to = push.read_token(Browser(PUBLIC).token())
    assert await push.send(to, b"", "t") == REFUSED
    await push.close()
    assert connected == []


def answering(answers: list[str], port: int = 443) -> Any:
    """Return a look-up that finds these for every name."""

    def look_up(host: Any, _port: Any, *_: Any, **__: Any) -> list[Any]:
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in answers]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, port, 0, 0) if ":" in one else (one, port))
            for kind, one in zip(kinds, answers, strict=True)
        ]

    return look_up


def test_the_address_that_is_connected_to_is_looked_at_last() -> None:
    """Whatever came before it: a resolver that was led astray, or a name that is a number."""
    resolver = push_connections.PublicResolver(frozenset({"127.0.0.1:8443"}))
    for place in (("127.0.0.1", 443), ("10.0.0.1", 443), ("192.168.0.1", 8443)):
        with pytest.raises(OSError, match="not public"):
            resolver.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", place))
    for place in (("8.8.8.8", 443), ("127.0.0.1", 8443)):
        resolver.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", place)).close()


async def test_a_place_the_operator_adds_may_have_a_name(service: PushService) -> None:
    """Where it leads is allowed for that port, and for no other."""
    push = made(f"localhost:{service.port}")
    to = push.read_token(Browser(f"http://localhost:{service.port}/push/x").token())
    assert await push.send(to, b"", "t") == TAKEN
    with pytest.raises(PushTokenRefusedError):
        push.read_token(Browser(f"http://localhost:{service.port + 1}/push/x").token())
    await push.close()
    assert len(service.told) == 1


async def test_what_is_not_reached_is_tried_later(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No such name, nobody there, no answer, none that is HTTP."""
    writers: list[asyncio.StreamWriter] = []

    def silently(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    def rudely(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(b"220 mail\r\n")

    silent = await asyncio.start_server(silently, "127.0.0.1", 0)
    rude = await asyncio.start_server(rudely, "127.0.0.1", 0)
    ports = [s.sockets[0].getsockname()[1] for s in (silent, rude)]
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    ports.append(free.getsockname()[1])
    monkeypatch.setattr(push_connections, "SENDING_S_MAX", 0.5)
    push = made(*(f"127.0.0.1:{port}" for port in ports))
    browser = Browser("")
    for port in ports:
        to = PushAddress(f"http://127.0.0.1:{port}/", browser.point, browser.auth)
        assert await push.send(to, b"", "t") == LATER

    def no_name(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    to = push.read_token(Browser(PUBLIC).token())
    assert await push.send(to, b"", "t") == LATER
    await push.close()
    free.close()
    for writer in writers:
        writer.close()
    for server in (silent, rude):
        server.close()


async def test_names_are_looked_up_where_nobody_else_waits(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many at once, whoever gives up meanwhile; what was found is known for a while."""
    asked: list[str] = []
    gate = threading.Event()

    def slow(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        gate.wait(60)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", service.port))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    names = push_connections.NameThreads()
    tasks = [
        asyncio.create_task(names.look_up(f"{n}.example", 443))
        for n in range(push_connections.NAMES_AT_ONCE_MAX + 2)
    ]
    while len(asked) < push_connections.NAMES_AT_ONCE_MAX:  # noqa: ASYNC110  threads begin
        await asyncio.sleep(0)
    tasks[0].cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(asked) == push_connections.NAMES_AT_ONCE_MAX
    gate.set()
    await asyncio.wait(tasks)
    assert len(asked) == len(tasks)
    asked.clear()
    push = made(f"push.example:{service.port}")
    browser = Browser("")
    service.headers = {"Connection": "close"}
    for name in ("one", "two"):
        endpoint = f"http://push.example:{service.port}/{name}"
        assert (
            await push.send(PushAddress(endpoint, browser.point, browser.auth), b"", "t") == TAKEN
        )
    assert asked == ["push.example"]
    await push.close()


async def test_an_answer_is_not_read(service: PushService) -> None:
    """However long it is: the head says everything."""

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 99999999999\r\n\r\n" + bytes(100))
        await reader.read(1 << 20)
        assert await reader.read(1) == b""  # and the connection is not used again
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    push = made(place)
    to = push.read_token(Browser(f"http://{place}/").token())
    assert await push.send(to, b"", "t") == TAKEN
    await ended.wait()
    await push.close()
    server.close()


def certificate(folder: Path) -> Path:
    """Return a file with a certificate of 127.0.0.1 that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "push.pem"
    form = PrivateFormat.PKCS8
    private = key.private_bytes(Encoding.PEM, form, NoEncryption())
    file.write_bytes(cert.public_bytes(Encoding.PEM) + private)
    return file


async def test_a_push_service_is_the_one_its_certificate_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said to one that nobody vouches for, or that has another's name."""
    file = certificate(tmp_path)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(file)
    async with push_service(own) as service:
        push = made(f"localhost:{service.port}", service.place)
        browser = Browser("")
        for host, trusted, result in (
            ("localhost", False, LATER),
            ("127.0.0.1", True, LATER),
            ("localhost", True, TAKEN),
        ):
            if trusted:
                context = ssl.create_default_context(cafile=file)
                monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", context)
            endpoint = f"https://{host}:{service.port}/"
            to = PushAddress(endpoint, browser.point, browser.auth)
            assert await push.send(to, b"", "t") == result
        await push.close()
        assert len(service.told) == 1
