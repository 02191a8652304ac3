"""Logging in and out, making passkeys: the only pages that need a script, since browsers want one there."""

import json
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from chappe.desks import staff
from chappe.ports import EngineError

from .rendering import HEADERS, gone_to
from .visits import Visit, tried

COOKIE: Final = "__Host-desk"  # a browser takes it by TLS only, for this host and every path
COOKIE_RULES: Final = "Path=/; Secure; HttpOnly; SameSite=Strict"
TOKEN_CHARACTERS_MAX: Final = 64  # characters of the token of a link


def answered(said: Any, status: int = HTTPStatus.OK, cookie: str = "") -> web.Response:
    """Return an answer for the script."""
    headers = {**HEADERS, "Set-Cookie": cookie} if cookie else HEADERS
    text = json.dumps(said)
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)


async def told(act: Awaitable[Any]) -> web.Response:
    """Answer the script with what was found, or with the sentence of a refusal."""
    try:
        return answered(await act or {})
    except ValueError as error:
        return answered({"error": str(error)}, HTTPStatus.FORBIDDEN)
    except EngineError as error:
        return answered({"error": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)


def _token(visit: Visit) -> str:
    said = visit.said.get("token") if isinstance(visit.said, dict) else None
    return said[:TOKEN_CHARACTERS_MAX] if isinstance(said, str) else ""


def credential_of(visit: Visit) -> Any:
    """Return what a script handed on of an authenticator."""
    return visit.said.get("credential") if isinstance(visit.said, dict) else None


async def show_login(visit: Visit) -> web.Response:
    """Show the page on which one logs in; whoever is logged in goes to the start."""
    return gone_to("/") if visit.visitor is not None else visit.page("login.html")


async def begin_login(visit: Visit) -> web.Response:
    """Answer what a passkey is to sign."""

    async def begin() -> Any:
        return staff.begin_login(visit.context)

    return await told(begin())


async def finish_login(visit: Visit) -> web.Response:
    """Log in whoever has signed."""
    try:
        cookie = await staff.finish_login(visit.context, credential_of(visit))
    except ValueError as error:
        return answered({"error": str(error)}, HTTPStatus.FORBIDDEN)
    except EngineError as error:
        return answered({"error": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)
    kept = f"{COOKIE}={cookie}; Max-Age={staff.SESSION_S}; {COOKIE_RULES}"
    return answered({"go": "/"}, cookie=kept)


async def show_enrolment(visit: Visit) -> web.Response:
    """Show the page a link leads to. What makes the link secret does not come here: it is a fragment."""
    return visit.page("enrol.html")


async def begin_enrolment(visit: Visit) -> web.Response:
    """Answer whose link it is, and what their passkey is to be made for."""
    return await told(staff.begin_enrolment(visit.context, _token(visit)))


async def finish_enrolment(visit: Visit) -> web.Response:
    """Keep the passkey that was made."""

    async def finish() -> Any:
        await staff.finish_enrolment(visit.context, _token(visit), credential_of(visit))
        return {"go": "/login"}

    return await told(finish())


async def log_out(visit: Visit) -> web.Response:
    """End the session of this browser."""
    await staff.end_session(visit.context, visit.who)
    return gone_to("/login?done=out", f"{COOKIE}=; Max-Age=0; {COOKIE_RULES}")


async def show_keys(visit: Visit) -> web.Response:
    """Show one's own passkeys."""
    return await _keys(visit)


async def _keys(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    look = visit.context.look(staff.STAFF_BOX)
    keys = await staff.keys_of(look, visit.who.member.number)
    this = visit.who.session.blind
    return visit.page("keys.html", status, error, keys=keys, this=this, keys_max=staff.KEYS_MAX)


async def begin_key(visit: Visit) -> web.Response:
    """Answer what a further passkey is to be made for."""
    return await told(staff.begin_key(visit.context, visit.who))


async def finish_key(visit: Visit) -> web.Response:
    """Keep a further passkey."""

    async def finish() -> Any:
        await staff.add_key(visit.context, visit.who, credential_of(visit))
        return {"go": "/keys?done=key"}

    return await told(finish())


async def remove_key(visit: Visit) -> web.Response:
    """Forget one of one's own passkeys."""

    async def remove() -> web.Response:
        await staff.remove_key(visit.context, visit.who, visit.text("key"))
        return visit.go("/keys", "unkeyed")

    return await tried(visit, remove(), _keys)
