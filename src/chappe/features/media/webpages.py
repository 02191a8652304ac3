"""Web page previews: the reference a message keeps, and its rendering."""

from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from chappe import tl
from chappe.features.files import MediaRef, Where, find_file
from chappe.ports import Preview
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Context, Viewer

from . import rules
from .input_media import photo_of_bytes
from .medium import Medium
from .search_words import said_by_plain
from .views import show_photo

PAGE: Final = "webpage"
URL_CHARACTERS_MAX: Final = 2048  # characters of an address
SITE_CHARACTERS_MAX: Final = 128  # characters of a site's name
PAGE_TITLE_CHARACTERS_MAX: Final = 256  # characters of a page's title
DESCRIPTION_CHARACTERS_MAX: Final = 1024  # characters of what a page says of itself


def page_id(context: Context, url: str) -> int:
    """Return the number clients know a page by."""
    blind: bytes = context.secrets.blind("web page", url.encode("utf-8", "surrogatepass"))
    return int.from_bytes(blind[:8], "big") >> 1


def pending(context: Context, url: str, asked: Any = None) -> MediaRef:
    """Return what a message keeps while a page is fetched; `asked` says how it is to be shown."""
    sizes = {
        "force_large_media": bool(getattr(asked, "force_large_media", False)),
        "force_small_media": bool(getattr(asked, "force_small_media", False)),
        "manual": isinstance(asked, api.InputMediaWebPage),
    }
    url = url[:URL_CHARACTERS_MAX]
    waiting = api.WebPagePending(id=page_id(context, url), url=url, date=int(context.clock.now()))
    shown = api.MessageMediaWebPage(webpage=waiting, **sizes)
    return MediaRef(kind=PAGE, plain=tl.encode(shown, tl.LAYER))


def _page_of(kept: MediaRef) -> Any:
    media: Any = tl.decode(kept.plain)
    return media.webpage


def waiting_for(kept: MediaRef) -> str:
    """Return the address a message waits for; '' if it waits for none."""
    if kept.kind != PAGE:
        return ""
    page = _page_of(kept)
    return str(page.url) if isinstance(page, api.WebPagePending) else ""


def page_address(kept: MediaRef) -> str:
    """Return the address of the page a message keeps; '' if it keeps none."""
    if kept.kind != PAGE:
        return ""
    return str(_page_of(kept).url)


async def made(call: Call, before: MediaRef, found: Preview) -> MediaRef:
    """Return what a message keeps of a page that came, in place of what it kept while it waited."""
    media: Any = tl.decode(before.plain)
    number = 0
    if found.image:
        file = await photo_of_bytes(call, found.image)
        number = file.number if file is not None else 0
    parts = urlsplit(found.url)
    text = rules.clean_text
    media.webpage = api.WebPage(
        id=media.webpage.id,
        url=media.webpage.url,
        display_url=text(f"{parts.hostname or ''}{parts.path}".rstrip("/"), URL_CHARACTERS_MAX),
        hash=0,
        type=found.kind,
        site_name=text(found.site or parts.hostname or "", SITE_CHARACTERS_MAX) or None,
        title=text(found.title.strip(), PAGE_TITLE_CHARACTERS_MAX) or None,
        description=text(found.description.strip(), DESCRIPTION_CHARACTERS_MAX) or None,
        has_large_media=bool(number),
    )
    return MediaRef(
        kind=PAGE,
        owner=call.user if number else 0,
        number=number,
        plain=tl.encode(media, tl.LAYER),
        said=said_by_plain(media),
    )


async def show_webpage(viewer: Viewer, kept: MediaRef, where: Where) -> api.MessageMediaWebPage:
    """Return the `api.MessageMediaWebPage` this viewer sees."""
    media: api.MessageMediaWebPage = tl.decode(kept.plain)
    file = await find_file(viewer.context, kept.owner, kept.number) if kept.number else None
    if file is not None and isinstance(media.webpage, api.WebPage):
        media.webpage.photo = show_photo(viewer, kept.owner, file, where)
    return media


class WebPage(Medium):
    """See `Medium`. It comes with a link in a text, and is sent as such only in the text's preview."""

    kind: ClassVar[str] = PAGE

    async def show(self, viewer: Viewer, kept: MediaRef, where: Where) -> api.TypeMessageMedia:
        """See `Medium`."""
        return await show_webpage(viewer, kept, where)
