"""Pages of the public site with forms, for whoever has no account: they work without any script.

What somebody wrote, and every other value, is escaped by `Markup.format`, and by nothing else.
"""

import base64
import hashlib
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from markupsafe import Markup

from chappe.desks.moderation import Wording

STYLE: Final = """
:root{color-scheme:light dark;background:Canvas;color:CanvasText;font:100%/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:42rem;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.2;text-wrap:balance}
form{display:grid;gap:1.25rem;margin-block:1.5rem}
label,legend{font-weight:600;display:block}
small{display:block;font-weight:400;opacity:.8}
input,textarea,select{font:inherit;box-sizing:border-box;width:100%;padding:.55rem .65rem;margin-top:.3rem;\
border:1px solid color-mix(in srgb,CanvasText 45%,Canvas);border-radius:.4rem;\
background:Canvas;color:CanvasText}
textarea{min-height:9rem;resize:vertical}
label.tick{display:grid;grid-template-columns:auto 1fr;gap:.6rem;font-weight:400}
label.tick input{width:1.2rem;height:1.2rem;margin:.15rem 0 0}
button{font:inherit;font-weight:600;justify-self:start;padding:.6rem 1.2rem;border:0;border-radius:.4rem;\
background:#1f5fae;color:#fff;cursor:pointer}
:focus-visible{outline:3px solid #1f5fae;outline-offset:2px}
p.note{padding:.75rem 1rem;border-inline-start:.3rem solid #1f5fae;\
background:color-mix(in srgb,#1f5fae 12%,Canvas)}
p.bad{border-color:#b3261e;background:color-mix(in srgb,#b3261e 12%,Canvas)}
ol.said{list-style:none;padding:0;display:grid;gap:.75rem}
ol.said li{padding:.75rem 1rem;border-radius:.5rem;background:color-mix(in srgb,CanvasText 7%,Canvas)}
ol.said p{margin:.25rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse}
th,td{padding:.3rem .6rem;text-align:start;border-bottom:1px solid color-mix(in srgb,CanvasText 20%,Canvas)}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
p.text{white-space:pre-wrap;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}
a{color:#1f5fae}
@media (prefers-color-scheme:dark){a{color:#8ab8f5}:focus-visible{outline-color:#8ab8f5}}
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # browsers say with our own forms where they come from; to others no secret of an address is told
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PAGE: Final = Markup(
    '<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">\n'
    "<title>{title}</title><style>{style}</style></head>\n"
    "<body><main><h1>{title}</h1>\n{body}\n</main>\n"
    '<footer><p><a href="/">{start}</a></p></footer></body></html>\n'
)
_NOTE: Final = Markup('<p class="note{bad}" role="{role}">{text}</p>\n')


def page(
    words: Wording, title: str, body: Markup, status: HTTPStatus = HTTPStatus.OK
) -> web.Response:
    """Return a page in somebody's language."""
    text = _PAGE.format(
        language=words.language,
        direction=words.direction,
        title=title,
        style=Markup(STYLE),  # noqa: S704  our own, above
        body=body,
        start=words.say("page", "start"),
    )
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


def note(text: str, *, bad: bool = False) -> Markup:
    """Return a sentence that stands out; of what is wrong, screen readers speak at once."""
    return _NOTE.format(bad=" bad" if bad else "", role="alert" if bad else "status", text=text)


def link(address: str) -> Markup:
    """Return the address of a page of this site, to be kept."""
    path = urlsplit(address).path
    return Markup('<p><a href="{}"><code>{}</code></a></p>\n').format(path, address)


def paragraph(text: str) -> Markup:
    """Return a paragraph."""
    return Markup("<p>{}</p>\n").format(text)
