"""messages.search*: by opening and reading, since opening is quick and an index would tell too much."""

from typing import Any, Final

from chappe.features import accounts, chats
from chappe.features.dialogs import Dialog, Message
from chappe.features.messages import PAGE_MESSAGES_MAX, show_page, source, source_of
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

MESSAGES_READ_MAX: Final = 50_000  # messages one search reads


def matches(message: Message, words: list[str], wanted: Any) -> bool:
    """Whether a message has all the words and is of the kind asked for."""
    match wanted:
        case api.InputMessagesFilterEmpty():
            kind = True
        case api.InputMessagesFilterPinned():
            kind = message.pinned
        case api.InputMessagesFilterUrl():
            kind = any(
                e[0] in ("MessageEntityUrl", "MessageEntityTextUrl") for e in message.entities
            )
        case _:
            kind = False
    text = message.text.casefold()
    return kind and all(word in text for word in words)


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
    words = request.q.casefold().split()
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
    found = [
        m for m in read
        if matches(m, words, request.filter) and (sender is None or m.sender == accounts.peer_id(sender))
        and (not request.min_date or m.date > request.min_date)
        and (not request.max_date or m.date < request.max_date)
    ]  # fmt: skip
    return await show_page(call, _cut(found, request), len(found), where)


async def _everywhere(call: Call, words: list[str], request: Any) -> Any:
    look = call.look()
    found: list[Message] = []
    for dialog in await look.scan(Dialog):
        where = await source(call, accounts.owner_of(dialog.peer))
        if where.place is not None and not chats.may_see(where.place, call.now):
            continue
        read = await where.look.scan(Message, dialog.peer, reverse=True, limit=MESSAGES_READ_MAX)
        found += [m for m in read if m.id >= where.first and matches(m, words, request.filter)]
    found.sort(key=lambda m: (m.date, m.id), reverse=True)
    return await show_page(call, _cut(found, request), len(found))


@method(api.MessagesSearchGlobal, raises=(errors.SearchQueryEmpty,))
async def search_global(call: Call, request: api.MessagesSearchGlobal) -> Any:
    """Find messages of all one's conversations."""
    words = request.q.casefold().split()
    if not words and isinstance(request.filter, api.InputMessagesFilterEmpty):
        raise errors.SearchQueryEmpty
    return await _everywhere(call, words, request)


@method(api.MessagesGetSearchCounters, raises=(*accounts.PEER_ERRORS,))
async def get_search_counters(call: Call, request: api.MessagesGetSearchCounters) -> list[Any]:
    """Return how many messages of each kind a conversation has."""
    where = await source_of(call, request.peer)
    read = await where.look.scan(Message, where.peer, limit=MESSAGES_READ_MAX)
    return [
        api.MessagesSearchCounter(filter=f, count=sum(1 for m in read if matches(m, [], f)))
        for f in request.filters[:20]
    ]
