"""Places of notices: a form for whoever sees something illegal, and what became of one."""

import re
from http import HTTPStatus
from typing import Final

from aiohttp import web
from markupsafe import Markup

from chappe.desks import moderation
from chappe.desks.moderation import LinkPurpose, NoticeForm, NoticeRefusedError, Wording
from chappe.rpc import LIMITER, Rate
from chappe.tl import errors
from chappe.updates import Context

from .form_pages import link, note, page, paragraph
from .serving import SiteRequest
from .site import Place, nothing

FORM_BYTES_MAX: Final = 48 * 1024  # bytes of a form: what is said takes up to four a character
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
READ: Final = frozenset({"GET", "HEAD"})
_FORM: Final = Markup("""\
<form method="post" action="/report">
<div><label for="where">{where}</label><small id="where-help">{where_help}</small>
<textarea id="where" name="where" required maxlength="{where_max}" dir="ltr"
aria-describedby="where-help">{where_given}</textarea></div>
<div><label for="kind">{kind}</label><select id="kind" name="kind" required>{kinds}</select></div>
<div><label for="why">{why}</label><small id="why-help">{why_help}</small>
<textarea id="why" name="why" required maxlength="{why_max}" dir="auto"
aria-describedby="why-help">{why_given}</textarea></div>
<div><label for="name">{name}</label><small id="who-help">{who_help}</small>
<input id="name" name="name" autocomplete="name" maxlength="200" value="{name_given}"
aria-describedby="who-help"></div>
<div><label for="mail">{mail}</label>
<input id="mail" name="mail" type="email" autocomplete="email" maxlength="254" value="{mail_given}"
aria-describedby="who-help"></div>
<label class="tick"><input type="checkbox" name="faith" value="yes" required><span>{faith}</span></label>
<button>{send}</button>
</form>
""")
_KIND: Final = Markup('<option value="{value}"{chosen}>{said}</option>')
_NONE: Final = NoticeForm("", "", "")


class NoticePlaces:
    """The places, for one server."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def form(self, request: SiteRequest) -> web.Response:
        """Show the form, or take a notice."""
        words = _words(request)
        if request.method != "POST":
            return self._page(words, _NONE)
        given = await request.post()

        def said(name: str) -> str:
            return str(given.get(name, ""))

        form = NoticeForm(
            where=said("where"),
            category=said("kind"),
            why=said("why"),
            name=said("name"),
            mail=said("mail"),
            faith=said("faith") == "yes",
        )
        limiter, now = self._context.own(LIMITER), self._context.clock.monotonic()
        try:
            limiter.draw(Rate.NOTICE, request.link.client, now)
            number = await moderation.take_notice(self._context, form)
        except errors.FloodWait:
            told = words.say("page", "wrong.often")
            return self._page(words, form, told, HTTPStatus.TOO_MANY_REQUESTS)
        except NoticeRefusedError as refused:
            told = words.say("page", refused.wrong, field=words.say("page", refused.field))
            return self._page(words, form, told, HTTPStatus.UNPROCESSABLE_ENTITY)
        address = moderation.link_of(self._context, LinkPurpose.NOTICE, number)
        body = (
            note(words.say("page", "notice.sent"))
            + paragraph(words.say("page", "notice.keep"))
            + link(address)
        )
        return page(words, words.say("page", "notice.title"), body, HTTPStatus.CREATED)

    async def followed(self, request: SiteRequest) -> web.Response:
        """Show what became of a notice."""
        words = _words(request)
        token = request.raw_path.partition("?")[0].rpartition("/")[2]
        number = moderation.number_in(self._context, LinkPurpose.NOTICE, token)
        if not number:
            return nothing()
        state = await moderation.notice_state(self._context, number)
        title = words.say("page", "notice.title")
        if not state:
            told = note(words.say("page", "notice.over"), bad=True)
            return page(words, title, told, HTTPStatus.GONE)
        return page(words, title, note(words.say("page", f"notice.state.{state}")))

    @staticmethod
    def _page(
        words: Wording, form: NoticeForm, wrong: str = "", status: HTTPStatus = HTTPStatus.OK
    ) -> web.Response:
        def said(which: str) -> str:
            return words.say("page", f"notice.{which}")

        kinds = Markup('<option value="">—</option>') + Markup("").join(
            _KIND.format(
                value=value,
                said=words.say("category", value),
                chosen=Markup(" selected") if value == form.category else "",
            )
            for value in moderation.NOTICE_CATEGORIES
        )
        shown = _FORM.format(
            where=said("where"),
            where_help=said("where.help"),
            where_given=form.where,
            where_max=moderation.WHERE_CHARACTERS_MAX,
            kind=said("kind"),
            kinds=kinds,
            why=said("why"),
            why_help=said("why.help"),
            why_given=form.why,
            why_max=moderation.WHY_CHARACTERS_MAX,
            name=said("name"),
            name_given=form.name,
            mail=said("mail"),
            mail_given=form.mail,
            who_help=said("who.help"),
            faith=said("faith"),
            send=said("send"),
        )
        body = note(f"{words.say('page', 'wrong')} {wrong}", bad=True) if wrong else Markup("")
        return page(words, said("title"), body + paragraph(said("lead")) + shown, status)


def _words(request: SiteRequest) -> Wording:
    return moderation.wording_accepted(request.headers.get("Accept-Language", ""))


def notice_places(context: Context) -> tuple[Place, ...]:
    """Return where anybody says that something is illegal, and reads what became of it."""
    places = NoticePlaces(context)
    return (
        Place(re.compile(r"/report"), places.form, METHODS, FORM_BYTES_MAX),
        Place(re.compile(r"/report/[0-9a-f-]{1,64}"), places.followed, READ),
    )
