"""Places of the terms of use: their text for everybody, and for machines what may happen and what helps."""

import json
import re

from aiohttp import web
from markupsafe import Markup

from chappe.desks import moderation
from chappe.features import ledger, terms
from chappe.updates import Context

from .form_pages import page
from .serving import SiteRequest
from .site import Place, nothing

_TEXT = Markup('<p class="text" dir="auto">{}</p>\n')


class TermsPlaces:
    """The places, for one server."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def text(self, request: SiteRequest) -> web.Response:
        """Show the terms in force."""
        in_force = self._context.own(terms.TERMS).terms
        if in_force is None:
            return nothing()
        words = moderation.wording_accepted(request.headers.get("Accept-Language", ""))
        body = Markup("").join(_TEXT.format(part) for part in in_force.text.split("\n\n"))
        version = Markup("<p><small><code>{}</code></small></p>\n").format(in_force.version)
        return page(words, words.say("page", "terms.title"), body + version)

    async def summary(self, request: SiteRequest) -> web.Response:
        """Say for machines what may happen to people here, and what they can do against it."""
        in_force = self._context.own(terms.TERMS).terms
        said = moderation.terms_summary(
            self._context.config.web_address,
            version=in_force.version if in_force is not None else "",
            min_age=in_force.min_age if in_force is not None else 0,
            has_log=self._context.own(ledger.PUBLIC_LOG).is_kept,
        )
        text = json.dumps(said, indent=1, sort_keys=True)
        return web.Response(text=f"{text}\n", content_type="application/json")


def terms_places(context: Context) -> tuple[Place, ...]:
    """Return where everybody reads the terms of one server."""
    places = TermsPlaces(context)
    return (
        Place(re.compile(r"/terms"), places.text),
        Place(re.compile(r"/terms\.json"), places.summary),
    )
