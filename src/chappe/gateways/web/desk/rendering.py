"""Pages as they are written: templates, headers, and how times and sizes are said."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import resources
from typing import Any, Final

import jinja2
from aiohttp import web
from markupsafe import Markup

from chappe.gateways.web.kept_files import SiteFile, file_of

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
# no-referrer would make browsers send `Origin: null` with our own forms, which are refused then
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
MIB: Final = 1 << 20  # bytes
DAY_S: Final = 86_400
HOUR_S: Final = 3_600


def _time(seconds: Any) -> Markup:
    """Return a moment as people and programs read it; nothing where there is none."""
    if not isinstance(seconds, int | float) or not seconds:
        return Markup("—")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    said = f"{moment:%Y-%m-%d %H:%M}"
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        f"{moment:%Y-%m-%dT%H:%M:%SZ}", said, said
    )


def _left(due: Any, now: int) -> Markup:
    """Return how much time is left until a moment, or by how much it is over, for people and programs."""
    seconds = int(due) - now
    minutes = abs(seconds) // 60
    days, hours = minutes // (24 * 60), minutes // 60
    if days:
        said = f"{days} d {hours % 24} h"
    else:
        said = f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
    is_late = seconds < 0
    kind = "bad" if is_late else "warm" if seconds < HOUR_S else "plain"
    moment = datetime.fromtimestamp(int(due), UTC)
    return Markup('<time class="left {}" datetime="{}" title="{} UTC">{}</time>').format(
        kind,
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        f"{moment:%Y-%m-%d %H:%M}",
        f"late by {said}" if is_late else f"in {said}",
    )


def _size(count: Any) -> str:
    """Return bytes as people read them."""
    size = float(count or 0)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:  # noqa: PLR2004  as units go
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _name(one: Mapping[str, Any]) -> str:
    """Return somebody's name in one piece; what is shown of a deleted account is said."""
    if one.get("deleted"):
        return "Deleted account"
    name = " ".join(p for p in (one.get("first_name", ""), one.get("last_name", "")) if p)
    return name or f"Account {one.get('id', '')}"


def _initials(one: Mapping[str, Any]) -> str:
    parts = _name(one).split()
    return "".join(part[0] for part in parts[:2]).upper()


def environment() -> jinja2.Environment:
    """Return the templates, compiled: a name they do not know is an error, and all they print is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("chappe.gateways.web.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "time": _time,
        "left": _left,
        "size": _size,
        "person": _name,
        "initials": _initials,
    }
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)
    return made


def static_files() -> dict[str, SiteFile]:
    """Return the style, the script and the icon, by path."""
    folder = resources.files("chappe.gateways.web.desk") / "static"
    return {
        f"/static/{one.name}": file_of(f"/static/{one.name}", one.read_bytes())
        for one in folder.iterdir()
    }


def written(text: str, status: int = HTTPStatus.OK) -> web.Response:
    """Return a page."""
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


def gone_to(path: str, cookie: str = "") -> web.Response:
    """Send a browser to another page of ours by GET."""
    headers = {**HEADERS, "Location": path}
    if cookie:
        headers["Set-Cookie"] = cookie
    return web.Response(status=HTTPStatus.SEE_OTHER, headers=headers)
