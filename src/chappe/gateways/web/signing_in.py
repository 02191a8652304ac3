"""Places of an organisation's sign-in: out to its provider, back from there, and where it tells of logouts.

Whatever comes of it, a browser ends at the start page, with a ticket or a word of trouble behind a `#`: what
stands there is in no request, no log and no address that is passed on.
"""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from chappe.features import single_sign_on
from chappe.features.single_sign_on import Trouble, TroubleError
from chappe.ports import ProviderUnreachable
from chappe.updates import Context

from .serving import SiteRequest, sentence
from .site import Place

COOKIE: Final = "chappe-sign-in"
SAFE_COOKIE: Final = f"__Host-{COOKIE}"  # kept for this host alone, and never sent without TLS
COOKIE_S: Final = 900  # seconds a browser keeps it
GET: Final = frozenset({"GET"})
POST: Final = frozenset({"POST"})
LOGOUT_BYTES_MAX: Final = 48 * 1024  # bytes of what a provider tells
FIELDS_MAX: Final = 8  # fields of it that are read
COMING_MAX: Final = 32  # browsers that come back at once: for each the provider is asked


class SignInPlaces:
    """The places, for one server."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._coming = 0

    def places(self) -> tuple[Place, ...]:
        """Return their lines of the table."""
        return (
            Place(re.compile(r"/sign-in"), self.set_out, GET),
            Place(re.compile(r"/sign-in/back"), self.come_back, GET),
            Place(re.compile(r"/sign-in/logout"), self.log_out, POST, LOGOUT_BYTES_MAX),
        )

    async def set_out(self, request: SiteRequest) -> web.Response:
        """Send a browser to the provider; `for` is the hash of a secret its page keeps."""
        try:
            begun = await single_sign_on.set_out(self._context, request.query.get("for", ""))
        except TroubleError as error:
            return _to_start(f"sign-in-trouble={error.trouble.value}")
        answer = _to(begun.address)
        safe = self._name == SAFE_COOKIE
        answer.set_cookie(
            self._name, begun.cookie, max_age=COOKIE_S, secure=safe, httponly=True, samesite="Lax"
        )
        return answer

    async def come_back(self, request: SiteRequest) -> web.Response:
        """Take what a browser brings from the provider, and give it a ticket."""
        given = request.query
        said = {name: given[name] for name in given if len(given.getall(name)) == 1}
        if self._coming >= COMING_MAX:
            return _to_start(f"sign-in-trouble={Trouble.UNREACHABLE.value}")
        self._coming += 1
        try:
            cookie = request.cookies.get(self._name, "")
            ticket = await single_sign_on.come_back(self._context, said, cookie)
        except TroubleError as error:
            answer = _to_start(f"sign-in-trouble={error.trouble.value}")
        else:
            answer = _to_start(f"sign-in={ticket}")
        finally:
            self._coming -= 1
        answer.del_cookie(
            self._name, secure=self._name == SAFE_COOKIE, httponly=True, samesite="Lax"
        )
        return answer

    async def log_out(self, request: SiteRequest) -> web.Response:
        """Hear a logout from the provider (OpenID Connect Back-Channel Logout 1.0, section 2.5)."""
        try:
            body = (await request.read()).decode()
            token = dict(parse_qsl(body, max_num_fields=FIELDS_MAX)).get("logout_token", "")
        except ValueError:
            token = ""
        try:
            heard = bool(token) and await single_sign_on.hear_logout(self._context, token)
        except ProviderUnreachable:
            return sentence(HTTPStatus.SERVICE_UNAVAILABLE, "Try again later.", Retry_After="30")
        if heard:
            return web.Response(status=HTTPStatus.OK)
        return sentence(HTTPStatus.BAD_REQUEST, "That is no logout token for this server.")

    @property
    def _name(self) -> str:
        """The name of the cookie: a browser believes the safe one by TLS only."""
        safe = str(self._context.config.web_address).startswith("https://")
        return SAFE_COOKIE if safe else COOKIE


def _to(address: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def _to_start(fragment: str) -> web.Response:
    return _to(f"/#{fragment}")
