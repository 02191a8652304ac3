"""The files of the site, in memory: with their headers, packed where a browser takes that, and by hash."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

CSP: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types chappe"
)
OWN_CONNECTIONS: Final = "connect-src 'self'"
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
}
FOREVER: Final = "public, max-age=31536000, immutable"  # the name of such a file has its hash in it
ASK_AGAIN: Final = "no-cache"
ASSETS: Final = "/assets/"
PACKED: Final = {".gz": "gzip", ".br": "br"}  # suffix: what HTTP calls it
BETTER_FIRST: Final = ("br", "gzip")
KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
ANY_KIND: Final = "application/octet-stream"
WORTH_PACKING_BYTES: Final = 1024  # bytes of a file from which it is packed
WORTH_KEEPING: Final = 0.9  # of its size, above which what was packed is thrown away
ETAG_DIGITS: Final = 32  # hexadecimal digits of the hash that tells contents apart
ACCEPTED_MAX: Final = 128  # values of Accept-Encoding that are remembered
ACCEPTED_CHARACTERS_MAX: Final = 200  # characters of one that is read; browsers send thirty
CODING: Final = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?")
RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class Stored(NamedTuple):
    """A file in one encoding."""

    body: bytes
    etag: str
    headers: Mapping[str, str]  # of an answer with all of it


class SiteFile(NamedTuple):
    """A file in every encoding it lies here in."""

    plain: Stored
    packed: dict[str, Stored]  # by encoding

    def best(self, accepted: str) -> Stored:
        """Return it as a browser with this `Accept-Encoding` likes it best."""
        if self.packed and 0 < len(accepted) <= ACCEPTED_CHARACTERS_MAX:
            for coding in _accepted(accepted):
                found = self.packed.get(coding)
                if found is not None:
                    return found
        return self.plain


@lru_cache(ACCEPTED_MAX)
def _accepted(header: str) -> tuple[str, ...]:
    """Return the encodings we have that a browser takes, the best first."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        found = CODING.fullmatch(part)
        if found is not None:
            try:
                weights[found[1].lower()] = float(found[2] or 1)
            except ValueError:  # two points in a number
                continue
    anything = weights.get("*", 0.0)
    return tuple(one for one in BETTER_FIRST if weights.get(one, anything) > 0)


def policy(mirrors: Iterable[str]) -> str:
    """Return what a page may do: connect to its own host, and to mirrors of it (`https://` and a name)."""
    hosts = [f" {one} wss{one.removeprefix('https')}" for one in mirrors]
    return CSP.replace(OWN_CONNECTIONS, OWN_CONNECTIONS + "".join(hosts))


def file_of(
    name: str,
    body: bytes,
    packed: dict[str, bytes] | None = None,
    further: Mapping[str, str] | None = None,
) -> SiteFile:
    """Return a file under its path; `packed` has it by encoding, `further` headers go before the usual."""
    suffix = name[name.rfind(".") :]
    cache = FOREVER if name.startswith(ASSETS) else ASK_AGAIN
    headers = {**HEADERS, "Content-Type": KINDS.get(suffix, ANY_KIND), "Cache-Control": cache}
    headers |= further or {}
    if packed:
        headers["Vary"] = "Accept-Encoding"
    mark = hashlib.sha256(body).hexdigest()[:ETAG_DIGITS]

    def stored(content: bytes, etag: str, **further: str) -> Stored:
        own = {name.replace("_", "-"): value for name, value in further.items()}
        size = str(len(content))
        return Stored(content, etag, {**headers, "ETag": etag, "Content-Length": size, **own})

    return SiteFile(
        stored(body, f'"{mark}"', Accept_Ranges="bytes"),
        {
            coding: stored(content, f'"{mark}-{coding}"', Content_Encoding=coding)
            for coding, content in (packed or {}).items()
        },
    )


def read_files(folder: Traversable | Path, mirrors: Iterable[str] = ()) -> dict[str, SiteFile]:
    """Return every file of a folder by its path on the site; pages may connect to the `mirrors`.

    A packed one may lie beside it; else it is packed here, once, if that makes it smaller.
    """
    further = {"Content-Security-Policy": policy(mirrors)}
    found = dict(_walk(folder, "/"))
    files: dict[str, SiteFile] = {}
    for name, body in found.items():
        if name[name.rfind(".") :] in PACKED:
            continue
        packed = {c: found[name + s] for s, c in PACKED.items() if name + s in found}
        if "gzip" not in packed and len(body) >= WORTH_PACKING_BYTES:
            smaller = gzip.compress(body, mtime=0)
            if len(smaller) < len(body) * WORTH_KEEPING:
                packed["gzip"] = smaller
        files[name] = file_of(name, body, packed, further)
    files["/"] = files["/index.html"]
    return files


def _walk(folder: Traversable | Path, at: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _walk(one, f"{at}{one.name}/")
        else:
            yield at + one.name, one.read_bytes()


def part(header: str, size: int) -> tuple[int, int] | None:
    """Return first and one behind the last byte that a `Range` header asks for; None if it asks for all.

    Raises:
        IndexError: nothing of it is there.
    """
    found = RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None  # several parts, or units we do not know: all of it may be sent
    if not found[1]:
        first, last = max(0, size - int(found[2])), size
    else:
        first, last = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
        if found[2] and int(found[2]) < first:
            return None  # not valid, so not there
    if first >= last:
        raise IndexError
    return first, last
