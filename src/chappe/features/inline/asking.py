"""messages.getInlineBotResults and setInlineBotResults: what a bot offers to somebody who writes its name.

A query is kept in the asker's box, so that what they choose can be sent later, and in the bot's until it is
answered. An answer is used again for whoever asks the same, as long as the bot says and allows.
"""

from collections.abc import Callable, Mapping
from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue, bots, chats, files
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, PerServer, Viewer

from .records import InlineAsked, InlineQuery, InlineResults, RememberedResults
from .results import RESULT_ERRORS, show_result, take_result

ANSWER_WAIT_S: Final = 10.0  # seconds a query waits for the bot's answer
QUERY_LIFETIME_S: Final = 60  # seconds a bot may answer a query
RESULTS_LIFETIME_S: Final = 7_200  # seconds results can be sent after they were answered
CACHE_S_MAX: Final = 3_600  # seconds an answer is used again at most
RESULTS_MAX: Final = 50  # results of one answer
QUERY_CHARACTERS_MAX: Final = 256  # characters of a query
OFFSET_BYTES_MAX: Final = 64  # bytes of where an answer goes on
SWITCH_CHARACTERS_MAX: Final = 64  # characters of the button above the results
DROPPED_MAX: Final = 20  # old queries or answers dropped whenever one comes
NUMBER_BYTES: Final = 7  # of the hash under which an answer is remembered

ANSWERS: Final[PerServer[bots.Answers[bool]]] = PerServer(lambda _: bots.Answers(ANSWER_WAIT_S))


class QueryAsked(Event, frozen=True):
    """To a bot: somebody writes its name and a text. Never kept but in the queue of its program."""

    name = "inline.query_asked"

    query: int
    user: int
    text: str
    offset: str
    place: str  # the InlineQueryPeerType, by its name; empty where nobody says
    point: tuple[float, float] | None = None  # latitude and longitude

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateBotInlineQuery:
        """See `Event`."""
        viewer.mention_user(self.user)
        geo = None
        if self.point is not None:
            geo = api.GeoPoint(lat=self.point[0], long=self.point[1], access_hash=0)
        return api.UpdateBotInlineQuery(
            query_id=self.query,
            user_id=self.user,
            query=self.text,
            geo=geo,
            peer_type=PLACES[self.place]() if self.place else None,
            offset=self.offset,
        )


PLACES: Final[Mapping[str, Callable[[], api.TypeInlineQueryPeerType]]] = {
    "bot": api.InlineQueryPeerTypeBotPM,
    "channel": api.InlineQueryPeerTypeBroadcast,
    "group": api.InlineQueryPeerTypeChat,
    "private": api.InlineQueryPeerTypePM,
    "same": api.InlineQueryPeerTypeSameBotPM,
    "supergroup": api.InlineQueryPeerTypeMegagroup,
}


class AskQuery(Command, frozen=True):
    """To a bot's box: somebody asks it for results."""

    name = "inline.ask_query"

    asked: QueryAsked
    alike: int
    own: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is None or bot.deleted or not bot.inline:
            return
        oldest = bots.first_query(change.now - QUERY_LIFETIME_S)
        for gone in await change.scan(InlineQuery, before=oldest, limit=DROPPED_MAX):
            change.drop(InlineQuery, gone.id)
        asked = self.asked
        query = InlineQuery(id=asked.query, user=asked.user, alike=self.alike, own=self.own)
        change.put(query)
        kind = botqueue.UpdateKind.INLINE_QUERY
        await botqueue.queue(change, context, kind, asked, asked.user)
        context.delivery.begin(bots.tell_bot(context, change.owner, asked))


class ResultsCame(Command, frozen=True):
    """To the box of who asked: the bot has answered."""

    name = "inline.results_came"

    bot: int
    query: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        context.delivery.begin(_wake(context, Owner(Kind.USER, self.bot), self.query))


async def _wake(context: Context, bot: Owner, query: int) -> None:
    """Wake who asked once the answer is kept in the bot's box, where they look for it."""
    if await bots.is_kept(context, bot):
        context.own(ANSWERS).answered(query, True)  # noqa: FBT003  that it is answered


async def _place(call: Call, bot: int, given: api.TypeInputPeer) -> str:
    """Return where the results are to be sent, as a bot is told it.

    Raises:
        accounts.PEER_ERRORS
    """
    if isinstance(given, api.InputPeerEmpty):
        return ""
    to = await accounts.peer_of(call, given)
    if to.kind is Kind.USER:
        if to.id == bot:
            return "same"
        record = await call.look(to).get(accounts.User)
        return "bot" if record is not None and record.bot else "private"
    if to.kind is Kind.CHAT:
        return "group"
    chat = await call.look(to).get(chats.Chat)
    return "channel" if chat is not None and chat.broadcast else "supergroup"


def _number(context: Context, asked: QueryAsked, user: int) -> int:
    """Return under which number an answer is remembered: the same for the same question."""
    parts = (asked.text, asked.offset, asked.place, str(asked.point), str(user))
    hashed = context.secrets.blind("inline query", "\0".join(parts).encode())
    return int.from_bytes(hashed[:NUMBER_BYTES], "big")


async def _remembered(context: Context, bot: Owner, numbers: tuple[int, ...], now: int) -> int:
    """Return the query whose answer serves again; 0 if none does."""
    look = context.look(bot)
    for number in numbers:
        known = await look.get(RememberedResults, number)
        if known is not None and known.until > now:
            return known.query
    return 0


@method(
    api.MessagesGetInlineBotResults,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.BotInvalid,
        errors.BotInlineDisabled,
        errors.BotResponseTimeout,
        errors.UserIdInvalid,
    ),
)
async def get_inline_bot_results(
    call: Call, request: api.MessagesGetInlineBotResults
) -> api.MessagesBotResults:
    """Ask a bot for results, and return what it answers, or has answered to that already."""
    bot = Owner(Kind.USER, await accounts.user_of(call, request.bot))
    record = await call.look(bot).get(accounts.User)
    if record is None or not record.bot or record.deleted:
        raise errors.BotInvalid
    if not record.inline:
        raise errors.BotInlineDisabled
    point = request.geo_point
    asked = QueryAsked(
        query=bots.new_query(call.context),
        user=call.user,
        text=request.query[:QUERY_CHARACTERS_MAX],
        offset=request.offset,
        place=await _place(call, bot.id, request.peer),
        point=(point.lat, point.long) if isinstance(point, api.InputGeoPoint) else None,
    )
    if len(request.offset.encode()) > OFFSET_BYTES_MAX:
        raise errors.BotResponseTimeout  # no bot has said to go on there
    own, alike = (_number(call.context, asked, user) for user in (call.user, 0))
    known = await _remembered(call.context, bot, (own, alike), call.now)
    with call.context.own(ANSWERS).expect(asked.query) as coming:
        async with call.change() as change:
            oldest = bots.first_query(change.now - RESULTS_LIFETIME_S)
            for gone in await change.scan(InlineAsked, limit=DROPPED_MAX):  # in no order
                if gone.query < oldest:
                    change.drop(InlineAsked, gone.query)
            mine = InlineAsked(
                query=asked.query, bot=bot.id, results=known or asked.query, text=asked.text
            )
            change.put(mine)
            if not known:
                change.send_command(bot, AskQuery(asked=asked, alike=alike, own=own))
        if not known and await coming is None:
            raise errors.BotResponseTimeout
    found = await call.look(bot).get(InlineResults, mine.results)
    if found is None:
        raise errors.BotResponseTimeout
    return await _shown(call, asked.query, found)


async def _shown(call: Call, query: int, found: InlineResults) -> api.MessagesBotResults:
    """Return a bot's answer to a query of the caller's."""
    viewer = call.viewer()
    where = files.Where(files.INLINE, query)
    shown = [await show_result(viewer, result, where) for result in found.results]
    users, _ = await accounts.peers(viewer)
    switch = webview = None
    if found.switch_text:
        switch = api.InlineBotSwitchPM(text=found.switch_text, start_param=found.switch_start)
    if found.app_text:
        webview = api.InlineBotWebView(text=found.app_text, url=found.app_url)
    return api.MessagesBotResults(
        gallery=found.gallery,
        query_id=query,
        next_offset=found.next_offset or None,
        switch_pm=switch,
        switch_webview=webview,
        results=shown,
        cache_time=found.cache_s,
        users=users,
    )


async def offered_results(
    context: Context, user: int, query: int
) -> tuple[InlineAsked, InlineResults] | None:
    """Return what somebody was offered, and by whom; None if that is too long ago, or never was."""
    asked = await context.look(Owner(Kind.USER, user)).get(InlineAsked, query)
    if asked is None:
        return None
    found = await context.look(Owner(Kind.USER, asked.bot)).get(InlineResults, asked.results)
    too_old = bots.asked_at(query) + RESULTS_LIFETIME_S < context.clock.now()
    return None if found is None or too_old else (asked, found)


async def seen_inline(context: Context, user: int, query: int) -> tuple[bytes, ...]:
    """See `media.hooks.seen_inline`."""
    found = await offered_results(context, user, query)
    return tuple(r.shown for r in found[1].results if r.shown) if found is not None else ()


@method(
    api.MessagesSetInlineBotResults,
    needs=Needs.BOT,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(
        *RESULT_ERRORS,
        errors.QueryIdInvalid,
        errors.ResultsTooMuch,
        errors.ResultIdDuplicate,
        errors.NextOffsetInvalid,
        errors.SwitchPmTextEmpty,
        errors.StartParamEmpty,
        errors.StartParamInvalid,
        errors.SwitchWebviewUrlInvalid,
    ),
)
async def set_inline_bot_results(call: Call, request: api.MessagesSetInlineBotResults) -> bool:
    """Answer a query with results, once."""
    if len(request.results) > RESULTS_MAX:
        raise errors.ResultsTooMuch
    if len({result.id for result in request.results}) != len(request.results):
        raise errors.ResultIdDuplicate
    if len((request.next_offset or "").encode()) > OFFSET_BYTES_MAX:
        raise errors.NextOffsetInvalid
    switch = _checked_switch(request.switch_pm)
    app = _checked_app(request.switch_webview)
    if await call.look().get(InlineQuery, request.query_id) is None:
        raise errors.QueryIdInvalid  # before anything is taken for it
    results = tuple([await take_result(call, result) for result in request.results])
    async with call.change() as change:
        query = await change.get(InlineQuery, request.query_id)
        if query is None or change.now - bots.asked_at(query.id) > QUERY_LIFETIME_S:
            raise errors.QueryIdInvalid
        change.drop(InlineQuery, query.id)
        await _drop_old(change)
        cache_s = min(max(0, request.cache_time), CACHE_S_MAX)
        change.put(
            InlineResults(
                query=query.id,
                results=results,
                gallery=request.gallery,
                next_offset=request.next_offset or "",
                cache_s=cache_s,
                switch_text=switch[0],
                switch_start=switch[1],
                app_text=app[0],
                app_url=app[1],
            )
        )
        if cache_s:
            number = query.own if request.private else query.alike
            until = change.now + cache_s
            change.put(RememberedResults(number=number, query=query.id, until=until))
        change.send_command(
            Owner(Kind.USER, query.user), ResultsCame(bot=call.user, query=query.id)
        )
    return True


async def _drop_old(change: Change) -> None:
    """Drop what of a bot's box serves nobody any more, some each time an answer comes."""
    oldest = bots.first_query(change.now - RESULTS_LIFETIME_S - CACHE_S_MAX)
    for gone in await change.scan(InlineResults, before=oldest, limit=DROPPED_MAX):
        change.drop(InlineResults, gone.query)
    for known in await change.scan(RememberedResults, limit=DROPPED_MAX):  # in no order
        if known.until <= change.now:
            change.drop(RememberedResults, known.number)


def _checked_switch(given: api.TypeInlineBotSwitchPM | None) -> tuple[str, str]:
    """Return text and parameter of the button that opens the chat with the bot."""
    if given is None:
        return "", ""
    if not given.text.strip() or len(given.text) > SWITCH_CHARACTERS_MAX:
        raise errors.SwitchPmTextEmpty
    if not given.start_param:
        raise errors.StartParamEmpty
    if not bots.is_start_parameter(given.start_param):
        raise errors.StartParamInvalid
    return given.text.strip(), given.start_param


def _checked_app(given: api.TypeInlineBotWebView | None) -> tuple[str, str]:
    """Return text and address of the button that opens a mini app."""
    if given is None:
        return "", ""
    if not given.text.strip() or len(given.text) > SWITCH_CHARACTERS_MAX:
        raise errors.SwitchPmTextEmpty
    if not given.url.startswith("https://"):
        raise errors.SwitchWebviewUrlInvalid
    return given.text.strip(), given.url
