"""One request of somebody who may make it: what handlers read, what they may do, and how they answer."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import jinja2
from aiohttp import web

from chappe.desks import staff
from chappe.gateways.web.serving import SiteRequest
from chappe.ports import EngineError
from chappe.updates import Context

from .listening import Behind
from .rendering import gone_to, written

NUMBER_DIGITS_MAX: Final = 18  # digits of a number that is given

# what a page says at its top after something was done, by the word its address has for it
DONE: Final[Mapping[str, str]] = {
    "asked": "They are asked, in the chat and by their link.",
    "appeal-decided": "The appeal is decided. It is carried out once the log has it, and they are told.",
    "flagged": "Your notice has arrived, and waits to be decided.",
    "suspended": "The account is suspended. Its person is told why and until when.",
    "unsuspended": "The suspension has ended.",
    "ended": "The sessions have ended.",
    "erased": "The account is erased. Nothing of it can be read again.",
    "granted": "Their rights are as you said.",
    "revoked": "The invite is withdrawn.",
    "unlinked": "The link is revoked, and who came by it is cut.",
    "removed": "They are no longer on the staff. Their sessions have ended.",
    "role": "Their roles are as you said, from this moment on.",
    "key": "The passkey is added.",
    "unkeyed": "The passkey is removed.",
    "claimed": "They are yours for half an hour.",
    "opened": "A case is opened: moderators decide it.",
    "closed": "Closed. Whoever reported it is told.",
    "decided": "Decided. It is done once the public log has it; then the letter is sent.",
    "muted": "Their reports open no case for that time.",
    "noted": "Your colleagues can read it.",
    "proposed": "Proposed. It is done once a colleague has signed it.",
    "released": "The case is everybody's again.",
    "reversed": "Reversed. What was done is put back as it was.",
    "unmuted": "Their reports open cases again.",
    "withdrawn": "The proposal is withdrawn, and the case waits again.",
    "out": "You are logged out.",
    "entered": "Entered. Nothing else happens before the public log has it.",
    "checked": "What you found is kept.",
    "answered": "It is said in the public log. The letter is yours to send.",
    "preserved": "It is kept in the vault, and nobody can read it there.",
    "sealed": "What it names is in the vault. Ask the custodians.",
    "heard": "The custodian's answer is taken.",
    "sealed-to": "It is sealed to the authority's key.",
    "gagged": "It is hidden until then. On that day it is opened by itself.",
    "acted": "What it prompted is said in the public log.",
    "ended-order": "It is closed. What was kept for it is destroyed.",
}


@dataclass(slots=True)
class Visit:
    """One request."""

    behind: Behind
    templates: jinja2.Environment
    request: SiteRequest
    path: str
    matched: re.Match[str] | None  # by the path of its place; None where there is none
    visitor: staff.Visitor | None  # who is logged in; None on pages for whoever is not
    query: Mapping[str, Sequence[str]]
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    said: Any = None  # what a script sent as JSON

    @property
    def context(self) -> Context:
        """See `Context`."""
        return self.behind.context

    @property
    def who(self) -> staff.Visitor:
        """Whoever is logged in.

        Raises:
            RuntimeError: nobody is, so this page should not have been reached: a mistake of ours.
        """
        if self.visitor is None:
            raise RuntimeError("nobody is logged in")
        return self.visitor

    def may(self, *commands: str) -> bool:
        """Whether whoever is logged in may give these commands, and the server knows them."""
        if self.visitor is None:
            return False
        roles = self.visitor.giver.roles
        return all(c in self.behind.known and staff.may_give(roles, c) for c in commands)

    async def run(self, command: str, /, **given: Any) -> Any:
        """Give a command as whoever is logged in.

        Raises:
            ValueError: it is refused, by a sentence for them.
        """
        return await self.behind.run(command, given, self.who.giver)

    def text(self, name: str) -> str:
        """Return a field of the form; empty where it has none."""
        return next(iter(self.form.get(name, ())), "").strip()

    def whole(self, name: str) -> int:
        """Return a field of the form as a number.

        Raises:
            ValueError: it is none.
        """
        written_ = self.text(name)
        if not (written_.isascii() and written_.isdigit()) or len(written_) > NUMBER_DIGITS_MAX:
            raise ValueError(f"`{name}` is not right: give a whole number.")
        return int(written_)

    def asked(self, name: str) -> str:
        """Return what the address says of something; empty where it says nothing."""
        return next(iter(self.query.get(name, ())), "").strip()

    def after(self, name: str) -> int | None:
        """Return behind which number a page begins; None: at the start."""
        said = self.asked(name)
        is_number = said.isascii() and said.isdigit() and len(said) <= NUMBER_DIGITS_MAX
        return int(said) if is_number else None

    @property
    def number(self) -> int:
        """The number in the address; 0 where there is none."""
        return int(self.matched["number"]) if self.matched is not None else 0

    def page(
        self, template: str, status: int = HTTPStatus.OK, error: str = "", **values: Any
    ) -> web.Response:
        """Return a page; with an error it says so at its top."""
        text = self.templates.get_template(template).render(
            visit=self,
            me=self.visitor.member if self.visitor is not None else None,
            path=self.path,
            error=error,
            done=DONE.get(self.asked("done"), "") if not error else "",
            now=int(self.context.clock.now()),
            **values,
        )
        return written(text, status)

    def go(self, path: str, done: str = "") -> web.Response:
        """Send the browser on, to a page that says what was done."""
        return gone_to(f"{path}{'&' if '?' in path else '?'}done={quote(done)}" if done else path)


Page = Callable[[Visit, str, int], Awaitable[web.Response]]  # with an error and a status


async def tried(visit: Visit, act: Awaitable[web.Response], page: Page) -> web.Response:
    """Do what a form asks; where it is refused, show the page again with why."""
    try:
        return await act
    except ValueError as error:
        return await page(visit, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    except EngineError as error:
        return await page(visit, str(error), HTTPStatus.SERVICE_UNAVAILABLE)


class Route(NamedTuple):
    """A place of the page: who may go there, and what answers."""

    method: str
    path: re.Pattern[str]
    answer: Callable[[Visit], Awaitable[web.StreamResponse]]
    gives: tuple[str, ...] = ()  # the commands whose right it takes; none: to be logged in
    is_open: bool = False  # to whoever is not logged in
