"""messages.search*: by opening and reading, since opening is quick and an index would tell too much."""

from typing import Any, Final

from chappe.features import accounts, chats, reactions
from chappe.features.dialogs import Dialog, Message
from chappe.features.messages import (
    GENERAL,
    PAGE_MESSAGES_MAX,
    Source,
    show_message,
    show_page,
    source,
    source_of,
)
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .rules import is_wanted, matches, words_of

MESSAGES_READ_MAX: Final = 50_000  # messages one search reads
FILTERS_MAX: Final = 20  # kinds counted in one call
DAY_S: Final = 86_400


def _cut(found: list[Message], request: Any) -> list[Message]:
    limit = max(0, min(request.limit, PAGE_MESSAGES_MAX))
    start = 0
    if request.offset_id:
        start = next((i for i, m in enumerate(found) if m.id < request.offset_id), len(found))
    start = max(0, start + getattr(request, "add_offset", 0))
    return found[start : start + limit]


@method(api.MessagesSearch, rate=Rate.READ, raises=(*accounts.PEER_ERRORS,))
async def search(call: Call, request: api.MessagesSearch) -> Any:
    """Find messages of one conversation."""
    words = words_of(request.q)
    if isinstance(request.peer, api.InputPeerEmpty):
        return await _everywhere(call, words, request)
    where = await source_of(call, request.peer)
    sender = await accounts.peer_of(call, request.from_id) if request.from_id else None
    before = request.max_id or None
    after = max(request.min_id, where.first - 1) or None
    read = await where.look.scan(
        Message, where.peer, after=after, before=before, reverse=True,
        limit=MESSAGES_READ_MAX,
    )  # fmt: skip
    saved = await accounts.peer_of(call, request.saved_peer_id) if request.saved_peer_id else None
    tags = {reactions.word_of(reaction) for reaction in request.saved_reaction or ()}
    found = [
        m for m in read
        if matches(m, words, request.filter, call.user)
        and (sender is None or m.sender == accounts.peer_id(sender))
        and (not request.top_msg_id or _in_thread(where, m, request.top_msg_id))
        and (not request.min_date or m.date > request.min_date)
        and (not request.max_date or m.date < request.max_date)
        and (saved is None or (m.fwd_from or call.user) == accounts.peer_id(saved))
        and tags <= {word for word, _ in m.reactions}
    ]  # fmt: skip
    return await show_page(call, _cut(found, request), len(found), where)


def _in_thread(where: Source, message: Message, top: int) -> bool:
    """Whether a message is of a thread or topic; what is in none is in General."""
    forum = where.place is not None and where.place.chat.forum
    if message.topic or not forum:
        return top in (message.thread, message.id)
    return top == GENERAL


async def _everywhere(call: Call, words: list[str], request: Any) -> Any:
    found = await _found(call, words, request.filter)
    return await show_page(call, _cut(found, request), len(found))


async def _found(call: Call, words: list[str], wanted: Any, request: Any = None) -> list[Message]:
    """Return the messages of all the caller's conversations that are looked for, newest first."""
    look = call.look()
    found: list[Message] = []
    for dialog in await look.scan(Dialog):
        where = await source(call, accounts.owner_of(dialog.peer))
        if where.place is not None and not chats.may_see(where.place, call.now):
            continue
        if request is not None and not _dialogs_wanted(request, dialog, where.place):
            continue
        read = await where.look.scan(Message, dialog.peer, reverse=True, limit=MESSAGES_READ_MAX)
        found += [m for m in read if m.id >= where.first and matches(m, words, wanted, call.user)]
    found.sort(key=lambda m: (m.date, m.id, m.peer), reverse=True)
    return found


def _dialogs_wanted(request: Any, dialog: Dialog, place: chats.Place | None) -> bool:
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
async def search_global(call: Call, request: api.MessagesSearchGlobal) -> Any:
    """Find messages of all one's conversations, newest first."""
    words = words_of(request.q)
    if not words and isinstance(request.filter, api.InputMessagesFilterEmpty):
        raise errors.SearchQueryEmpty
    found = [
        m
        for m in await _found(call, words, request.filter, request)
        if (not request.min_date or m.date > request.min_date)
        and (not request.max_date or m.date < request.max_date)
    ]
    return await global_page(call, found, request)


async def global_page(call: Call, found: list[Message], request: Any) -> Any:
    """Return a page of messages of several conversations; `offset_rate` is the date of the last one.

    Numbers of different boxes do not compare, so a page goes on behind the message that was last.
    """
    start = 0
    if request.offset_rate or request.offset_id:
        try:
            peer = accounts.peer_id(await accounts.peer_of(call, request.offset_peer))
        except accounts.PEER_ERRORS:
            peer = 0
        last = (request.offset_rate or 1 << 31, request.offset_id, peer)
        start = next((i for i, m in enumerate(found) if (m.date, m.id, m.peer) < last), len(found))
    limit = max(1, min(request.limit, PAGE_MESSAGES_MAX))
    page = found[start : start + limit]
    viewer = call.viewer()
    shown = [await show_message(viewer, m) for m in page]
    users, shown_chats = await accounts.peers(viewer)
    more = start + limit < len(found)
    return api.MessagesMessagesSlice(
        count=len(found), messages=shown, topics=[], chats=shown_chats, users=users,
        next_rate=page[-1].date if more else None,
    )  # fmt: skip


@method(api.MessagesSearchSentMedia)
async def search_sent_media(call: Call, request: api.MessagesSearchSentMedia) -> Any:
    """Find media the caller has sent, the newest first, wherever it was."""
    words = words_of(request.q)
    found = await _found(call, words, request.filter)
    mine = [m for m in found if m.media and call.user in (m.sender, m.author)]
    return await show_page(call, mine[: max(0, min(request.limit, PAGE_MESSAGES_MAX))], len(mine))


async def _of_kind(call: Call, request: Any) -> tuple[Source, list[Message]]:
    """Return the messages of a kind in one conversation, the newest first."""
    where = await source_of(call, request.peer)
    after = where.first - 1 if where.first else None
    read = await where.look.scan(
        Message, where.peer, after=after, reverse=True, limit=MESSAGES_READ_MAX
    )
    offset = request.offset_id
    return where, [
        m for m in read if (not offset or m.id < offset) and is_wanted(m, request.filter, call.user)
    ]


@method(api.MessagesGetSearchCounters, raises=(*accounts.PEER_ERRORS,))
async def get_search_counters(call: Call, request: api.MessagesGetSearchCounters) -> list[Any]:
    """Return how many messages of each kind a conversation has."""
    where = await source_of(call, request.peer)
    after = where.first - 1 if where.first else None
    read = await where.look.scan(
        Message, where.peer, after=after, reverse=True, limit=MESSAGES_READ_MAX
    )
    if request.top_msg_id:
        read = [m for m in read if request.top_msg_id in (m.thread, m.id)]
    return [
        api.MessagesSearchCounter(
            filter=wanted,
            count=sum(1 for m in read if is_wanted(m, wanted, call.user)),
            inexact=len(read) >= MESSAGES_READ_MAX,
        )
        for wanted in request.filters[:FILTERS_MAX]
    ]


@method(api.MessagesGetSearchResultsPositions, raises=(*accounts.PEER_ERRORS,))
async def get_positions(call: Call, request: api.MessagesGetSearchResultsPositions) -> Any:
    """Return where in a list of media every so manyth message is, for a scroll bar."""
    _, found = await _of_kind(call, request)
    step = max(1, -(-len(found) // max(1, min(request.limit, PAGE_MESSAGES_MAX))))
    positions = [
        api.SearchResultPosition(msg_id=m.id, date=m.date, offset=place)
        for place, m in list(enumerate(found))[::step]
    ]
    return api.MessagesSearchResultsPositions(count=len(found), positions=positions)


@method(api.MessagesGetSearchResultsCalendar, raises=(*accounts.PEER_ERRORS,))
async def get_calendar(call: Call, request: api.MessagesGetSearchResultsCalendar) -> Any:
    """Return on which days a conversation has messages of a kind, and the newest of each day."""
    where, found = await _of_kind(call, request)
    days: dict[int, list[Message]] = {}
    for message in found:
        days.setdefault(message.date // DAY_S, []).append(message)
    shown = dict(list(days.items())[:PAGE_MESSAGES_MAX])
    page = await show_page(call, [found_[0] for found_ in shown.values()], len(found), where)
    periods = [
        api.SearchResultsCalendarPeriod(
            date=day * DAY_S, min_msg_id=found_[-1].id, max_msg_id=found_[0].id, count=len(found_)
        )
        for day, found_ in shown.items()
    ]
    oldest = list(shown.values())[-1][-1] if shown else None
    return api.MessagesSearchResultsCalendar(
        count=len(found), min_date=oldest.date if oldest else 0,
        min_msg_id=oldest.id if oldest else 0, periods=periods, messages=page.messages,
        chats=page.chats, users=page.users,
    )  # fmt: skip
