"""Previews of what messages link to: begun when one is sent, told when the page came.

They are off unless the operator turns them on. The page is fetched elsewhere (`ports.Previews`); here is who
may have one, and where it goes.
"""

import asyncio
from typing import Any, Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts, chats, files, media
from chappe.features.conversations import (
    Message,
    Previewed,
    Ref,
    Target,
    located,
    log_for,
    to_copies,
)
from chappe.markup import part
from chappe.ports import Previews
from chappe.rpc import Call, Client, Home, Rate, method
from chappe.texts import Entity
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, PerServer

from .drafting import check_text

# what opens no page: apps themselves, files, and names of servers that somebody only mentions
_NO_PAGE: Final = ("tg:", "ton:", "tonsite:", "ftp:")
UNDER_WAY_MAX: Final = 64  # previews brought to messages at the same time
UNDER_WAY: Final[PerServer[set[asyncio.Task[None]]]] = PerServer(lambda _: set())


def link_of(text: str, entities: tuple[Entity, ...]) -> str:
    """Return the first address a text links to; '' for none. A domain without a path is only mentioned."""
    for name, offset, length, argument in entities:
        link = str(argument) if name == "MessageEntityTextUrl" else ""
        if name == "MessageEntityUrl":
            link = part(text, offset, length)
        scheme = link[:8].lower()
        if not link or scheme.startswith(_NO_PAGE):
            continue
        if scheme.startswith(("http://", "https://")):
            return link[: link.index(":")].lower() + link[link.index(":") :]
        if name == "MessageEntityUrl" and not {"/", "?", "#"}.isdisjoint(link):
            return f"http://{link}"
    return ""


def previews_of(context: Context) -> Previews | None:
    """Return what fetches pages; None where that is off."""
    return context.ports.previews


def _may_embed(place: chats.Membership | None, now: int) -> bool:
    return (
        place is None
        or place.chat.broadcast
        or chats.is_admin(place.member)
        or (chats.may(place.chat, place.member, "embed_links", now))
    )


def pending_preview(
    call: Call,
    place: chats.Membership | None,
    text: str,
    entities: tuple[Entity, ...],
    request: Any,
) -> bytes:
    """Return what a message keeps of the page it links to, until it comes; nothing for no preview."""
    page = getattr(request, "media", None)
    if previews_of(call.context) is None or len(call.context.own(UNDER_WAY)) >= UNDER_WAY_MAX:
        return b""
    if getattr(request, "no_webpage", False) or not _may_embed(place, call.now):
        return b""
    link = page.url if isinstance(page, api.InputMediaWebPage) else link_of(text, entities)
    if not link.startswith(("http://", "https://")):
        return b""
    return media.pending(call.context, link, page).pack()


def with_preview(call: Call, target: Target, draft: Message, request: Any) -> Message:
    """Return a text with the preview it waits for, if it is to have one."""
    kept = pending_preview(call, target.place, draft.text, draft.entities, request)
    invert = bool(getattr(request, "invert_media", False))
    return msgspec.structs.replace(draft, media=kept, invert_media=invert)


def watch(call: Call, owner: Owner, number: int, kept: bytes) -> None:
    """Bring a message the page it waits for, when it comes."""
    if not kept or not media.waiting_for(files.unpack_media_ref(kept)):
        return
    client = Client(0, 0, lambda _: None)  # nobody's: the one who asked is told as well
    client.user = call.user
    bringing = _bring(Call(call.context, client), owner, number, files.unpack_media_ref(kept))
    task, under_way = asyncio.get_running_loop().create_task(bringing), call.context.own(UNDER_WAY)
    under_way.add(task)
    task.add_done_callback(under_way.discard)


def arrived(kept: bytes) -> bytes:
    """Return what a copy of a message keeps: a page that is still awaited comes to the original only."""
    return b"" if kept and media.waiting_for(files.unpack_media_ref(kept)) else kept


async def settle_previews(context: Context) -> None:
    """Wait until every page that is fetched has come."""
    while under_way := context.own(UNDER_WAY):
        await asyncio.wait(under_way)


async def _bring(call: Call, owner: Owner, number: int, waiting: files.MediaRef) -> None:
    previews = previews_of(call.context)
    found = await previews.fetch(media.waiting_for(waiting)) if previews else None
    kept = (await media.made(call, waiting, found)).pack() if found is not None else b""
    peer = accounts.peer_id(owner)
    page = media.page_id(call.context, media.waiting_for(waiting))
    log = log_for(call.user, peer)
    copies = await log.copies(call.context)
    async with call.change(log.box) as change:
        message = await change.get(Message, peer, number)
        if message is None or message.media != waiting.pack():
            return
        change.put(msgspec.structs.replace(message, media=kept))
        change.announce(log.previewed(number, page))
        came = CopyPreviewed(
            sender=call.user, origin=message.id, page=page, before=waiting.pack(), media=kept
        )
        to_copies(change, copies, came)


class CopyPreviewed(Command, frozen=True):
    """To a reader's box: the page came to which a message links."""

    name = "messages.copy_previewed"

    sender: int
    origin: int
    page: int
    before: bytes
    media: bytes

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        ref: Ref = (self.sender, self.origin)
        for message in await located(change, context, (ref,)):
            if message.media == self.before:
                change.put(msgspec.structs.replace(message, media=self.media))
                change.announce(Previewed(peer=message.peer, id=message.id, page=self.page))


EVENTS: Final[tuple[type, ...]] = (CopyPreviewed,)


async def _fetched(call: Call, url: str) -> files.MediaRef | None:
    previews = previews_of(call.context)
    found = await previews.fetch(url) if previews is not None and url else None
    if found is None:
        return None
    return await media.made(call, media.pending(call.context, url), found)


@method(
    api.MessagesGetWebPagePreview,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.MessageTooLong, errors.EntityBoundsInvalid),
)
async def get_web_page_preview(
    call: Call, request: api.MessagesGetWebPagePreview
) -> api.MessagesWebPagePreview:
    """Return what would be shown of the page a text links to; nothing where previews are off."""
    text, entities = check_text(request.message, request.entities, call.user, empty=True)
    kept = await _fetched(call, link_of(text, entities))
    shown: Any = api.MessageMediaEmpty()
    if kept is not None:
        where = files.Where(files.OWN, call.user)
        shown = await media.show_webpage(call.viewer(), kept, where)
    return api.MessagesWebPagePreview(media=shown, chats=[], users=[])


@method(api.MessagesGetWebPage, rate=Rate.WRITE)
async def get_web_page(call: Call, request: api.MessagesGetWebPage) -> api.MessagesWebPage:
    """Return what is shown of a page; none where previews are off."""
    url = request.url[: media.URL_CHARACTERS_MAX]
    link = url if url.startswith(("http://", "https://")) else ""
    kept = await _fetched(call, link)
    page: Any = api.WebPageEmpty(id=media.page_id(call.context, url), url=url)
    if kept is not None:
        shown = await media.show_webpage(call.viewer(), kept, files.Where(files.OWN, call.user))
        page = shown.webpage
    return api.MessagesWebPage(webpage=page, chats=[], users=[])
