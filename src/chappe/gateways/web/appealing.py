"""Places of appeals: the link of a letter takes one, another reads what became of it and answers."""

import re
from http import HTTPStatus
from typing import Final

from aiohttp import web
from markupsafe import Markup

from chappe.desks import moderation
from chappe.desks.moderation import AppealRefusedError, LinkPurpose, ShownAppeal, Wording
from chappe.rpc import LIMITER, Rate
from chappe.tl import errors
from chappe.updates import Context

from .form_pages import link, note, page, paragraph
from .serving import SiteRequest
from .site import Place, nothing

FORM_BYTES_MAX: Final = 32 * 1024  # bytes of a form: what is said takes up to four a character
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_FORM: Final = Markup(
    '<form method="post"><div><label for="text">{label}</label>'
    '<textarea id="text" name="text" required maxlength="{longest}" dir="auto"></textarea></div>'
    "<button>{send}</button></form>\n"
)
_SAID: Final = Markup(
    '<li><b>{who}</b> <time dir="ltr" datetime="{day}">{day}</time><p dir="auto">{text}</p></li>'
)


class AppealPlaces:
    """The places, for one server."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, request: SiteRequest) -> web.Response:
        """Show what a link leads to, or take what is said there."""
        words = moderation.wording_accepted(request.headers.get("Accept-Language", ""))
        token = request.raw_path.partition("?")[0].rpartition("/")[2]
        limiter, now = self._context.own(LIMITER), self._context.clock.monotonic()
        try:
            limiter.draw(Rate.NOTICE, request.link.client, now)
        except errors.FloodWait:
            return self._refusal(
                words, words.say("page", "wrong.often"), HTTPStatus.TOO_MANY_REQUESTS
            )
        if number := moderation.number_in(self._context, LinkPurpose.FOLLOW_APPEAL, token):
            limiter.give_back(Rate.NOTICE, request.link.client, now)  # it was no guess
            return await self._followed(request, words, number)
        number = moderation.number_in(self._context, LinkPurpose.APPEAL, token)
        if not number:
            return nothing()
        if request.method != "POST":
            limiter.give_back(Rate.NOTICE, request.link.client, now)
        return await self._appealed(request, words, number)

    async def _appealed(self, request: SiteRequest, words: Wording, number: int) -> web.Response:
        """Take the one appeal of a letter's link."""
        if await moderation.shown_appeal(self._context, number) is not None:
            return self._refusal(words, words.say("page", "appeal.used"), HTTPStatus.GONE)
        if not await moderation.may_appeal(self._context, number):
            return self._refusal(words, words.say("page", "appeal.over"), HTTPStatus.GONE)
        if request.method != "POST":
            body = paragraph(words.say("page", "appeal.lead")) + self._form(words, "appeal.text")
            return page(words, words.say("page", "appeal.title"), body)
        form = await request.post()
        try:
            await moderation.file_appeal(self._context, number, "link", str(form.get("text", "")))
        except AppealRefusedError as refused:
            return self._again(words, refused)
        address = moderation.link_of(self._context, LinkPurpose.FOLLOW_APPEAL, number)
        body = (
            note(words.say("page", "appeal.sent"))
            + paragraph(words.say("page", "appeal.keep"))
            + link(address)
        )
        return page(words, words.say("page", "appeal.title"), body, HTTPStatus.CREATED)

    async def _followed(self, request: SiteRequest, words: Wording, number: int) -> web.Response:
        """Show what was said about an appeal, and take an answer."""
        if request.method == "POST":
            form = await request.post()
            try:
                await moderation.file_appeal(
                    self._context, number, "link", str(form.get("text", ""))
                )
            except AppealRefusedError as refused:
                return self._again(words, refused)
            path = request.raw_path.partition("?")[0]
            return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path})
        shown = await moderation.shown_appeal(self._context, number)
        if shown is None:
            return self._refusal(words, words.say("page", "appeal.over"), HTTPStatus.GONE)
        return page(words, words.say("page", "appeal.title"), self._thread(words, shown))

    def _thread(self, words: Wording, shown: ShownAppeal) -> Markup:
        said = Markup("").join(
            _SAID.format(
                who=words.say("page", "appeal.you" if turn.is_theirs else "appeal.they"),
                day=moderation.day(turn.at),
                text=turn.text,
            )
            for turn in shown.turns
        )
        state = (
            words.say("appeal", shown.outcome, acts=moderation.acts_said(shown.standing, words))
            if shown.outcome
            else words.say("page", "appeal.state.open", day=moderation.day(shown.due))
        )
        body = note(state) + Markup('<ol class="said">{}</ol>\n').format(said)
        if shown.outcome:
            return body + paragraph(words.say("appeal", "further"))
        return body + self._form(words, "appeal.answer")

    @staticmethod
    def _form(words: Wording, label: str) -> Markup:
        return _FORM.format(
            label=words.say("page", label),
            send=words.say("page", "appeal.send"),
            longest=moderation.APPEAL_CHARACTERS_MAX,
        )

    def _again(self, words: Wording, refused: AppealRefusedError) -> web.Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refused.why == "empty" else HTTPStatus.CONFLICT
        body = note(words.say("appeal", refused.why), bad=True)
        if refused.why == "empty":
            body += self._form(words, "appeal.text")
        return page(words, words.say("page", "appeal.title"), body, status)

    @staticmethod
    def _refusal(words: Wording, text: str, status: HTTPStatus) -> web.Response:
        return page(words, words.say("page", "appeal.title"), note(text, bad=True), status)


def appeal_places(context: Context) -> tuple[Place, ...]:
    """Return where people of one server appeal, whether or not they have an account."""
    path = re.compile(r"/appeal/[0-9a-f-]{1,64}")
    return (Place(path, AppealPlaces(context).answer, METHODS, FORM_BYTES_MAX),)
