"""Methods messages.search*: scans without an index, since an index would reveal words."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from chappe.features import accounts, chats, reactions
from chappe.features.conversations import GENERAL, Dialog, Message, Source, show_message, source_of
from chappe.features.messages import (
    PAGE_MESSAGES_MAX,
    PageRequest,
    asked_by,
    page_in,
    place_in,
    show_page,
    source_of_saved,
)
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .everywhere import newest_found
from .rules import Word, is_wanted, matches, words_of

MESSAGES_READ_MAX: Final = 50_000  # messages one search of a conversation reads
COUNTED_MAX: Final = 10_000  # messages read to say how many are found, once a page is full
FOUND_MAX: Final = 1_000  # messages of all conversations a client without offsets finds
FILTERS_MAX: Final = 20  # kinds counted in one call
DAY_S: Final = 86_400


def _itself(number: int) -> int:
    return number


@method(api.MessagesSearch, rate=Rate.READ, raises=(*accounts.PEER_ERRORS,))
async def search(call: Call, request: api.MessagesSearch) -> api.TypeMessagesMessages:
    """Find messages of one conversation."""
    words = words_of(request.q)
    if isinstance(request.peer, api.InputPeerEmpty):
        return await _everywhere(call, words, request)
    where = await source_of(call, request.peer)
    sender = await accounts.peer_of(call, request.from_id) if request.from_id else None
    asked = asked_by(request)
    before = request.max_id or None
    after = max(request.min_id, where.first - 1) or None
    from_source = await _of_source(call, request)
    tags = {reactions.word_of(reaction) for reaction in request.saved_reaction or ()}

    def fits(m: Message) -> bool:
        return (
            (sender is None or m.sender == accounts.peer_id(sender))
            and (not request.top_msg_id or _in_thread(where, m, request.top_msg_id))
            and (not request.min_date or m.date > request.min_date)
            and (not request.max_date or m.date < request.max_date)
            and from_source(m)
            and tags <= {word for word, _ in m.reactions}
            and matches(m, words, request.filter, call.user)
        )

    numbers: list[int] = []
    read = 0
    async for page in call.reading(
        where.look.pages(
            Message, where.peer, after=after, before=before, limit=MESSAGES_READ_MAX, reverse=True
        ),
        Rate.SEARCH,
    ):
        numbers += [m.id for m in page if fits(m)]
        read += len(page)
        if read >= COUNTED_MAX and place_in(numbers, asked, number=_itself).stop <= len(numbers):
            break  # the page is full; how many there are beside it is not worth more
    page = await _named(where, page_in(numbers, asked, number=_itself))
    place = numbers.index(page[0].id) + 1 if page and request.offset_id else None
    return await show_page(call, page, len(numbers), where, place)


async def _named(where: Source, numbers: list[int]) -> list[Message]:
    """Return the messages of a conversation that have these numbers, and are still there."""
    found = [await where.look.get(Message, where.peer, number) for number in numbers]
    return [message for message in found if message is not None]


def _in_thread(where: Source, message: Message, top: int) -> bool:
    """Whether a message is of a thread or topic; what is in none is in General."""
    forum = where.place is not None and where.place.chat.forum
    if message.topic or not forum:
        return top in (message.thread, message.id)
    return top == GENERAL


async def _everywhere(
    call: Call, words: list[Word], request: Any
) -> api.MessagesChannelMessages | api.MessagesMessages | api.MessagesMessagesSlice:
    """Answer an old client that names no conversation: in all of them."""
    found = await newest_found(
        call, lambda m: matches(m, words, request.filter, call.user), FOUND_MAX
    )
    asked = asked_by(request)._replace(min_id=0, max_id=0)  # numbers of several boxes
    return await show_page(call, page_in(found, asked), len(found))


def _dialogs_wanted(request: Any, dialog: Dialog, place: chats.Membership | None) -> bool:
    """Whether a global search looks into a conversation: of a folder, or of a kind."""
    if request.folder_id is not None and dialog.folder != request.folder_id:
        return False
    broadcast = place is not None and place.chat.broadcast
    kinds = (
        (request.broadcasts_only, broadcast),
        (request.groups_only, place is not None and not broadcast),
        (request.users_only, place is None),
    )
    return all(fits for asked, fits in kinds if asked)


@method(api.MessagesSearchGlobal, raises=(errors.SearchQueryEmpty,))
async def search_global(call: Call, request: api.MessagesSearchGlobal) -> api.TypeMessagesMessages:
    """Find messages of all one's conversations, newest first."""
    words = words_of(request.q)
    if not words and isinstance(request.filter, api.InputMessagesFilterEmpty):
        raise errors.SearchQueryEmpty
    limit = max(1, min(request.limit, PAGE_MESSAGES_MAX))
    found = await newest_found(
        call,
        lambda m: matches(m, words, request.filter, call.user),
        limit + 1,  # whether there are more
        fits=lambda dialog, place: _dialogs_wanted(request, dialog, place),
        behind=await _behind(call, request),
        until=request.max_date or 1 << 31,
        since=max(0, request.min_date),
    )
    return await _show_found(call, found, 0, limit)


async def _behind(call: Call, request: Any) -> tuple[int, int, int] | None:
    """Return behind which message a page of several conversations goes on; None for the first page."""
    if not request.offset_rate and not request.offset_id:
        return None
    try:
        peer = accounts.peer_id(await accounts.peer_of(call, request.offset_peer))
    except accounts.PEER_ERRORS:
        peer = 0
    return (request.offset_rate or 1 << 31, request.offset_id, peer)


async def global_page(call: Call, found: list[Message], request: Any) -> api.MessagesMessagesSlice:
    """Return a page of messages of several conversations; `offset_rate` is the date of the last one.

    Numbers of different boxes do not compare, so a page goes on behind the message that was last.
    """
    last = await _behind(call, request)
    start = 0
    if last is not None:
        start = next((i for i, m in enumerate(found) if (m.date, m.id, m.peer) < last), len(found))
    limit = max(1, min(request.limit, PAGE_MESSAGES_MAX))
    return await _show_found(call, found, start, limit)


async def _show_found(
    call: Call, found: list[Message], start: int, limit: int
) -> api.MessagesMessagesSlice:
    page = found[start : start + limit]
    viewer = call.viewer()
    shown = [await show_message(viewer, m) for m in page]
    users, shown_chats = await accounts.peers(viewer)
    more = start + limit < len(found)
    return api.MessagesMessagesSlice(
        count=len(found),
        messages=shown,
        topics=[],
        chats=shown_chats,
        users=users,
        next_rate=page[-1].date if more else None,
    )


@method(api.MessagesSearchSentMedia)
async def search_sent_media(
    call: Call, request: api.MessagesSearchSentMedia
) -> api.TypeMessagesMessages:
    """Find media the caller has sent, the newest first, wherever it was."""
    words = words_of(request.q)
    limit = max(0, min(request.limit, PAGE_MESSAGES_MAX))

    def sent(m: Message) -> bool:
        mine = bool(m.media) and call.user in (m.sender, m.author)
        return mine and matches(m, words, request.filter, call.user)

    mine = await newest_found(call, sent, limit)
    return await show_page(call, mine, len(mine))


class SearchHit(NamedTuple):
    """A message as a list of many keeps it."""

    id: int
    date: int


async def _of_kind(call: Call, request: Any) -> tuple[Source, list[SearchHit]]:
    """Return the messages of a kind in one conversation, or of one source of what is saved, newest first."""
    where = await source_of(call, request.peer)
    after = where.first - 1 if where.first else None
    fits = await _of_source(call, request)
    found: list[SearchHit] = []
    async for page in call.reading(
        where.look.pages(Message, where.peer, after=after, limit=MESSAGES_READ_MAX, reverse=True),
        Rate.SEARCH,
    ):
        found += [
            SearchHit(m.id, m.date)
            for m in page
            if is_wanted(m, request.filter, call.user) and fits(m)
        ]
    return where, found


async def _of_source(call: Call, request: Any) -> Callable[[Message], bool]:
    """Return what tells whether a message came from the source of Saved Messages that is asked for."""
    if not request.saved_peer_id:
        return lambda _: True
    peer = accounts.peer_id(await accounts.peer_of(call, request.saved_peer_id))
    return lambda message: source_of_saved(message, call.user) == peer


@method(api.MessagesGetSearchCounters, raises=(*accounts.PEER_ERRORS,))
async def get_search_counters(
    call: Call, request: api.MessagesGetSearchCounters
) -> list[api.MessagesSearchCounter]:
    """Return how many messages of each kind a conversation has."""
    where = await source_of(call, request.peer)
    after = where.first - 1 if where.first else None
    filters, read = request.filters[:FILTERS_MAX], 0
    from_source = await _of_source(call, request)
    counts = [0] * len(filters)
    async for page in call.reading(
        where.look.pages(Message, where.peer, after=after, limit=MESSAGES_READ_MAX, reverse=True),
        Rate.SEARCH,
    ):
        read += len(page)
        for message in page:
            if request.top_msg_id and not _in_thread(where, message, request.top_msg_id):
                continue
            if not from_source(message):
                continue
            for place, wanted in enumerate(filters):
                counts[place] += is_wanted(message, wanted, call.user)
    return [
        api.MessagesSearchCounter(filter=wanted, count=count, inexact=read >= MESSAGES_READ_MAX)
        for wanted, count in zip(filters, counts, strict=True)
    ]


def _behind_offset(found: list[SearchHit], request: Any) -> int:
    """Return how many messages of a list come before what a request asks for, by number or date."""
    asked = PageRequest(request.offset_id, offset_date=getattr(request, "offset_date", 0))
    return int(place_in(found, asked).start)


@method(api.MessagesGetSearchResultsPositions, raises=(*accounts.PEER_ERRORS,))
async def get_positions(
    call: Call, request: api.MessagesGetSearchResultsPositions
) -> api.MessagesSearchResultsPositions:
    """Return where in a list of media every so manyth message is, for a scroll bar."""
    _, found = await _of_kind(call, request)
    first = _behind_offset(found, request)
    step = max(1, -(-(len(found) - first) // max(1, min(request.limit, PAGE_MESSAGES_MAX))))
    positions = [
        api.SearchResultPosition(msg_id=found[place].id, date=found[place].date, offset=place)
        for place in range(first, len(found), step)
    ]
    return api.MessagesSearchResultsPositions(count=len(found), positions=positions)


@method(api.MessagesGetSearchResultsCalendar, raises=(*accounts.PEER_ERRORS,))
async def get_calendar(
    call: Call, request: api.MessagesGetSearchResultsCalendar
) -> api.MessagesSearchResultsCalendar:
    """Return on which days a conversation has messages of a kind, and the newest of each day."""
    where, found = await _of_kind(call, request)
    first = _behind_offset(found, request)
    days: dict[int, list[SearchHit]] = {}
    for message in found[first:]:
        days.setdefault(message.date // DAY_S, []).append(message)
    shown = dict(list(days.items())[:PAGE_MESSAGES_MAX])
    newest = await _named(where, [found_[0].id for found_ in shown.values()])
    page = await show_page(call, newest, len(found), where)
    periods = [
        api.SearchResultsCalendarPeriod(
            date=day * DAY_S, min_msg_id=found_[-1].id, max_msg_id=found_[0].id, count=len(found_)
        )
        for day, found_ in shown.items()
    ]
    oldest = list(shown.values())[-1][-1] if shown else None
    return api.MessagesSearchResultsCalendar(
        count=len(found),
        min_date=oldest.date if oldest else 0,
        min_msg_id=oldest.id if oldest else 0,
        offset_id_offset=first + 1 if first else None,
        periods=periods,
        messages=page.messages,
        chats=page.chats,
        users=page.users,
    )
