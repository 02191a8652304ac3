"""The public site: files with headers, parts, marks and encodings; what is no file, what is refused."""

import gzip
import json
import logging
import random
import re
from importlib import resources
from pathlib import Path

import aiohttp
import pytest

from chappe.gateways.web import kept_files
from chappe.gateways.web.kept_files import CSP, file_of, part, read_files
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import Place
from tests.gateways.browsing import FILES, SCRIPT, ask, connect, here, read_one, request, taken
from tests.gateways.wired import wired

SCRIPT_AT = "/assets/start-1a2b.js"


async def test_a_browser_gets_the_start_with_every_protection() -> None:
    """Whatever else it gets, too; and no name of a library."""
    async with here(built=True) as at:
        start = await ask(at.port, "/")
        assert start.status == 200
        assert b"This is Chappe" in start.body or b"<script" in start.body
        assert start.headers["content-type"] == "text/html; charset=utf-8"
        assert start.headers["cache-control"] == "no-cache"
        assert start.headers["content-security-policy"] == CSP
        assert "require-trusted-types-for 'script'; trusted-types chappe" in CSP
        assert "script-src 'self' 'wasm-unsafe-eval';" in CSP
        assert "form-action 'self';" in CSP  # an export is fetched by a form
        assert start.headers["cross-origin-opener-policy"] == "same-origin"
        assert start.headers["permissions-policy"].startswith("camera=(self)")
        for path in ("/", "/index.html", "/.well-known/chappe.json", "/no-thing", "/bot1/getMe"):
            answer = await ask(at.port, path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://chat.example.org", "max-age=15552000"),
        ("https://chat.example.org:443", "max-age=15552000"),
        ("https://chat.example.org:8443", None),
        ("http://localhost", None),
        ("", None),
    ],
)
async def test_browsers_are_told_to_come_by_tls_ever_after(url: str, told: str | None) -> None:
    """By every answer, a refusal too; not where another program may have the usual port of the name."""
    async with wired(public_url=url) as at:
        await at.server.load_rest()
        for path in ("/", "/no-thing", "/.well-known/chappe.json"):
            answer = await ask(at.place.port, path)
            assert answer.headers.get("strict-transport-security") == told, path


async def test_at_the_path_of_a_link_stands_the_client() -> None:
    """As at the start, whether the link leads anywhere or not; beside such paths is nothing."""
    async with here() as at:
        start = await ask(at.port, "/")
        for path in (
            "/+aB3_-xyzAB12",
            "/joinchat/aB3_-xyzAB12",
            "/addlist/aB3_-xyz",
            "/lobby",
            "/bot1fan",
            "/bot1fan/12",
            "/lobby/12?comment=3",
        ):
            link = await ask(at.port, path)
            dated = {"date": start.headers["date"]}
            assert (link.status, link.body) == (200, start.body)
            assert link.headers | dated == start.headers
            assert (await ask(at.port, path, If_None_Match=start.headers["etag"])).status == 304
        for path in ("/+", "/log", "/assets/gone.js", "/lobby/x", "/joinchat"):
            assert (await ask(at.port, path)).status == 404


async def test_what_lies_in_the_package_can_be_served() -> None:
    """The start, and every name in it: nothing without a kind, nothing under a path that is taken."""
    files = read_files(resources.files("chappe.gateways.web") / "files")
    assert files["/"] == files["/index.html"]
    for path, file in files.items():
        assert file.plain.headers["Content-Type"] != kept_files.ANY_KIND, path
        assert not any(place.path.fullmatch(path) for place in PLACES)


async def test_a_client_learns_what_it_must_know_before_it_connects() -> None:
    """Keys, the place of WebSockets, whether one may sign up."""
    async with here(built=True) as at:
        told = await ask(at.port, "/.well-known/chappe.json")
        assert told.headers["content-type"] == "application/json"
        assert told.headers["cache-control"] == "no-cache"
        said = json.loads(told.body)
        assert list(said) == [
            "keys", "dc", "path", "name", "sign_up", "join_by_name", "mail",
            "sign_in", "level", "version", "build", "layer", "public_url", "log", "push",
            "keep_messages_days", "keep_messages_from", "mirrors", "signing_key", "signed",
        ]  # fmt: skip
        assert said["keys"] == ["-----BEGIN RSA PUBLIC KEY-----"]
        assert (said["dc"], said["path"], said["log"]) == (2, "/apiws", None)


async def test_what_has_a_hash_in_its_name_is_kept_for_ever() -> None:
    """And comes packed as the browser likes it best."""
    async with here() as at:
        for accepted, coding, body in (
            ("gzip, deflate, br, zstd", "br", b"as brotli"),
            ("gzip;q=1.0, br;q=0", "gzip", b"as gzip"),
            ("GZIP", "gzip", b"as gzip"),
            ("*", "br", b"as brotli"),
            ("*;q=0", None, SCRIPT),
            ("identity", None, SCRIPT),
            ("gzip;q=0, br;q=0.0", None, SCRIPT),
            ("br;q=1.2.3", None, SCRIPT),
            ("", None, SCRIPT),
            ("x," * 4000, None, SCRIPT),
            ("x, " * 20 + "gzip", "gzip", b"as gzip"),
            ("gzip, " + "x, " * 100, None, SCRIPT),
        ):
            got = await ask(at.port, SCRIPT_AT, Accept_Encoding=accepted)
            assert (got.status, got.headers.get("content-encoding"), got.body) == (
                200,
                coding,
                body,
            )
            assert got.headers["vary"] == "Accept-Encoding"
            assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert got.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (await ask(at.port, SCRIPT_AT + "?v=2")).body == SCRIPT
        assert "vary" not in (await ask(at.port, "/")).headers


async def test_a_library_reads_what_is_packed() -> None:
    """As any browser does: what is said to be gzip is."""
    files = read_files(resources.files("chappe.gateways.web") / "files")
    async with here(files=files) as at, aiohttp.ClientSession(auto_decompress=True) as http:
        for path, file in files.items():
            async with http.get(f"http://127.0.0.1:{at.port}{path}") as answer:
                assert await answer.read() == file.plain.body, path


async def test_what_did_not_change_is_not_sent_again() -> None:
    """By the mark of the encoding that would be sent."""
    async with here() as at:
        first = await ask(at.port, SCRIPT_AT, Accept_Encoding="br")
        mark = first.headers["etag"]
        plain = (await ask(at.port, SCRIPT_AT)).headers["etag"]
        assert mark != plain
        for marks in (mark, f'W/{mark}, "other"', f'"other" ,{mark}', "*"):
            again = await ask(at.port, SCRIPT_AT, Accept_Encoding="br", If_None_Match=marks)
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == mark
            assert "content-length" not in again.headers
            assert again.headers["cache-control"] == first.headers["cache-control"]
        for marks in (plain, '"other"', mark.strip('"'), ""):
            again = await ask(at.port, SCRIPT_AT, Accept_Encoding="br", If_None_Match=marks)
            assert (again.status, again.body) == (200, b"as brotli")


async def test_who_asks_for_the_head_gets_no_body() -> None:
    """With the length the body would have; a connection goes on after it."""
    async with here() as at:
        reader, writer = await connect(at.port)
        for path, status in (("/", 200), (SCRIPT_AT, 200), ("/no-thing", 404)):
            writer.write(request(path, "HEAD"))
            head = await read_one(reader, head=True)
            writer.write(request(path))
            whole = await read_one(reader)
            assert (head.status, head.body) == (status, b"")
            assert head.headers["content-length"] == str(len(whole.body))
        writer.close()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=2400-", 2400, 2499),
        ("bytes=-1", 2499, 2499),
        ("bytes=-9999", 0, 2499),
        ("bytes=2490-99999", 2490, 2499),
        ("Bytes=5-5", 5, 5),
    ],
)
async def test_a_part_is_sent_alone(asked: str, first: int, last: int) -> None:
    """Of what is not packed, whatever is accepted."""
    async with here() as at:
        got = await ask(at.port, SCRIPT_AT, Range=asked, Accept_Encoding="br")
        assert got.status == 206
        assert got.body == SCRIPT[first : last + 1]
        assert got.headers["content-range"] == f"bytes {first}-{last}/{len(SCRIPT)}"
        assert "content-encoding" not in got.headers
        mark = got.headers["etag"]
        assert (await ask(at.port, SCRIPT_AT, Range=asked, If_Range=mark)).status == 206
        for other in ('"other"', f"W/{mark}", "Mon, 30 Nov 2026 07:00:00 GMT"):
            whole = await ask(at.port, SCRIPT_AT, Range=asked, If_Range=other)
            assert (whole.status, whole.body) == (200, SCRIPT)
        assert (await ask(at.port, SCRIPT_AT, Range=asked, If_None_Match=mark)).status == 304
        assert (await ask(at.port, SCRIPT_AT, "HEAD", Range=asked)).status == 200


@pytest.mark.parametrize("asked", ["bytes=2500-", "bytes=2500-2600", "bytes=-0"])
async def test_a_part_that_is_not_there_is_refused(asked: str) -> None:
    """With the length there is."""
    async with here() as at:
        got = await ask(at.port, SCRIPT_AT, Range=asked)
        assert got.status == 416
        assert got.headers["content-range"] == "bytes */2500"


@pytest.mark.parametrize(
    "asked",
    [
        "", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=0-1;",
        "bytes=" + "9" * 50 + "-",
    ],
)  # fmt: skip
async def test_what_names_no_part_gets_all(asked: str) -> None:
    """As the standard allows: several parts at once multiply what one request costs."""
    assert part(asked, 2500) is None
    async with here() as at:
        assert (await ask(at.port, SCRIPT_AT, Range=asked)).body == SCRIPT


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml", "/assets/../index.html", "/assets/%2e%2e/index.html",
        "/%2e%2e%2fetc/passwd", "/..%2f..%2fetc/passwd", "/%252e%252e/x", "/..\\..\\x", "/..%5c..%5cx",
        "//index.html", "/./index.html", "/assets/..;/index.html", "/index.html%00.js",
        "/%C0%AE%C0%AE/x", "/assets", "/assets/", "/index.html/", "/INDEX.HTML",
        "/%69ndex.html", "/files/index.html", "/site.py", "/__init__.py", "/index.html.gz",
        "http://localhost/index.html", "http://evil/index.html", "*", "index.html",
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_the_site(path: str) -> None:
    """Nor to a file by another name than its own."""
    async with here(built=True) as at:
        answer = await ask(at.port, path)
        assert answer.status in (400, 404)
        assert b"doctype" not in answer.body or b"There is nothing here" in answer.body
        assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"]
)
async def test_what_can_only_be_read_is_only_read(method: str) -> None:
    """The answer says which methods there are; the connection goes on."""
    async with here() as at:
        reader, writer = await connect(at.port)
        writer.write(
            request("/")
        )  # what comes first tells HTTP from the transports by a known method
        assert (await read_one(reader)).status == 200
        writer.write(request("/", method))
        answer = await read_one(reader)
        assert answer.status in (405, 400)
        if answer.status == 405:
            assert answer.headers["allow"] == "GET, HEAD"
            writer.write(request("/"))
            assert (await read_one(reader)).status == 200
        writer.close()


@pytest.mark.parametrize("path", ["/", SCRIPT_AT, "/no-thing", "/log", "/report/1"])
async def test_a_body_is_taken_nowhere_by_chance(path: str) -> None:
    """It is refused before it has come, whatever the method."""
    async with here() as at:
        for method in ("GET", "HEAD", "POST", "PUT"):
            reader, writer = await connect(at.port)
            writer.write(request(path, method, Content_Length="900000000"))
            answer = await read_one(reader, head=method == "HEAD")
            assert answer.status in (405, 413)
            assert answer.status == 413 or method in ("POST", "PUT")
            assert answer.headers["connection"] == "close"
            writer.close()
        chunked = request(path, Transfer_Encoding="chunked") + b"5\r\nhello\r\n0\r\n\r\n"
        reader, writer = await connect(at.port)
        writer.write(chunked)
        assert (await read_one(reader)).status == 413
        assert await reader.read() == b""
        writer.close()


async def test_a_place_that_takes_a_body_takes_no_larger_one() -> None:
    """Said at once where its length is told, and where it is not as soon as it is too long."""
    places = (Place(re.compile("/take"), taken, frozenset({"POST"}), body_bytes_max=1000),)
    async with here(places=places) as at:
        assert (await ask(at.port, "/take", "POST", b"x" * 1000)).body == b"1000"
        assert (await ask(at.port, "/take", "POST", b"x" * 1001)).status == 413
        many = b"".join(b"64\r\n" + b"x" * 100 + b"\r\n" for _ in range(11)) + b"0\r\n\r\n"
        reader, writer = await connect(at.port)
        writer.write(request("/take", "POST", Transfer_Encoding="chunked") + many)
        assert (await read_one(reader)).status == 413
        writer.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/bot123:abc/getMe"),
        ("POST", "/bot123:abc/sendMessage"),
        ("POST", "/bot123:abc/test/getUpdates?offset=1"),
        ("GET", "/file/bot123:abc/photos/file_1.jpg"),
    ],
)
async def test_a_framework_for_bots_is_told_so_in_its_own_form(method: str, path: str) -> None:
    """It shows its user a description instead of a connection that was closed."""
    async with here() as at, aiohttp.ClientSession(f"http://127.0.0.1:{at.port}") as http:
        sent = {"chat_id": 1, "text": "x" * 100_000} if method == "POST" else None
        async with http.request(method, path, json=sent) as answer:
            told = await answer.json()
            assert answer.status == told["error_code"] == 501
            assert answer.content_type == "application/json"
            assert told["ok"] is False
            assert "no Bot API" in told["description"]
            assert "123" not in await answer.text()


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/robots.txt?bot=1", 404, "There is nothing here"),
        ("GET", "/bots/123", 404, "There is nothing here"),
        ("GET", "/log", 404, "There is nothing here"),
        ("GET", "/report", 404, "There is nothing here"),
        ("GET", "/appeal/of/mine", 404, "There is nothing here"),
        ("POST", "/any-thing", 404, "There is nothing here"),
        ("POST", "/log", 405, "Only GET, HEAD"),
        ("POST", "/api", 501, "TCP or WebSocket"),
        ("GET", "/apiw", 501, "TCP or WebSocket"),
        ("GET", "/apiws", 426, "WebSocket"),
        ("POST", "/apiws_test", 426, "WebSocket"),
    ],
)
async def test_what_is_not_there_says_so(method: str, path: str, status: int, says: str) -> None:
    """With a sentence for whoever reads it."""
    async with here() as at:
        answer = await ask(at.port, path, method)
        assert answer.status == status
        assert says in answer.body.decode()


async def test_a_mistake_of_ours_is_told_to_nobody_but_the_operator(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the client nor a log hears what was asked."""

    async def wrong(_: SiteRequest) -> None:
        raise ValueError("secret words")

    places = (Place(re.compile("/wrong"), wrong),)
    async with here(places=places) as at:
        answer = await ask(at.port, "/wrong?token=secret", Cookie="secret")
        assert answer.status == 500
        assert answer.headers["connection"] == "close"
        assert b"secret" not in answer.body
        assert [str(bug) for bug in at.bugs] == ["secret words"]
        assert (await ask(at.port, "/")).status == 200
    out = capsys.readouterr()
    assert "secret" not in out.out + out.err + caplog.text


async def test_nothing_that_was_asked_is_logged(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not a path, an address, or what is no HTTP: not by the library either."""
    caplog.set_level(logging.DEBUG)
    async with here() as at:
        for asked in (
            request("/bot123:secret/getMe"), request("/?secret"),
            b"GET /\x00secret HTTP/1.1\r\nHost: secret\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nsecret\r\n\r\n", request("/", X_Secret="secret" * 5000),
        ):  # fmt: skip
            reader, writer = await connect(at.port)
            writer.write(asked)
            answer = await read_one(reader)
            assert b"secret" not in answer.body
            writer.close()
        assert not at.bugs
    out = capsys.readouterr()
    assert "secret" not in (out.out + out.err + caplog.text).lower()
    assert "127.0.0.1" not in out.out + out.err + caplog.text


def test_what_lies_unpacked_is_packed_where_that_helps(tmp_path: Path) -> None:
    """Words shrink and are packed once; noise, and what is short, are sent as they are."""
    noise = random.Random(1).randbytes(5_000)
    for name, body in (("index.html", b"a word " * 900), ("x.wasm", noise), ("y.js", b"y" * 99)):
        (tmp_path / name).write_bytes(body)
    files = read_files(tmp_path)
    page = files["/index.html"].packed
    assert set(page) == {"gzip"}
    assert gzip.decompress(page["gzip"].body) == b"a word " * 900
    assert page["gzip"].headers["Content-Encoding"] == "gzip"
    assert files["/x.wasm"].packed == files["/y.js"].packed == {}


def test_the_same_file_has_the_same_mark_whatever_its_name() -> None:
    """So that a mark tells contents apart and nothing else."""
    assert file_of("/a.js", b"x").plain.etag == file_of("/b.js", b"x").plain.etag
    assert file_of("/a.js", b"x").plain.etag != file_of("/a.js", b"y").plain.etag
    assert FILES[SCRIPT_AT].packed.keys() == {"gzip", "br"}


def test_files_are_packed_where_that_is_worth_it(tmp_path: Path) -> None:
    """Unless they lie packed beside what they were made of; what is packed has no path of its own."""
    (tmp_path / "assets").mkdir()
    for name, body in {
        "index.html": b"<p>again</p>" * 200,
        "short.txt": b"short",
        "noise.png": random.Random(1).randbytes(5_000),
        "assets/a.js": b"let a = 1\n" * 200,
        "assets/a.js.br": b"by somebody else",
    }.items():
        (tmp_path / name).write_bytes(body)
    files = read_files(tmp_path)
    assert files.keys() == {"/", "/index.html", "/short.txt", "/noise.png", "/assets/a.js"}
    assert {path: set(file.packed) for path, file in files.items()} == {
        "/": {"gzip"},
        "/index.html": {"gzip"},
        "/short.txt": set(),
        "/noise.png": set(),
        "/assets/a.js": {"br", "gzip"},
    }
    start = files["/"]
    assert gzip.decompress(start.packed["gzip"].body) == start.plain.body
    assert read_files(tmp_path)["/"].packed == start.packed  # the same bytes at each start
    assert files["/assets/a.js"].packed["br"].body == b"by somebody else"
