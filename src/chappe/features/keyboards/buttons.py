"""What a bot may put on a keyboard (core.telegram.org/api/bots/buttons), checked when it is sent."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, privacy
from chappe.rpc import Call
from chappe.tl import api, errors

INLINE_BUTTONS_MAX: Final = 100  # buttons below one message
REPLY_BUTTONS_MAX: Final = 300  # buttons of a keyboard in place of letters
MARKUP_BYTES_MAX: Final = 10_240  # bytes of a keyboard as it is kept
DATA_BYTES_MAX: Final = 64  # bytes a button gives back
COPIED_CHARACTERS_MAX: Final = 256  # characters a button copies
PLACEHOLDER_CHARACTERS_MAX: Final = 64  # characters shown where nothing is written yet
QUERY_CHARACTERS_MAX: Final = 256  # characters a button begins to write
PEERS_REQUESTED_MAX: Final = 10  # people or chats one button asks for
SCHEMES: Final = frozenset({"http", "https", "tg", "ton", "tonsite"})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

MARKUP_ERRORS: Final = (
    errors.ReplyMarkupInvalid,
    errors.ReplyMarkupTooLong,
    errors.ReplyMarkupBuyEmpty,
    errors.ReplyMarkupGameEmpty,
    errors.BotDomainInvalid,
    errors.ButtonCopyTextInvalid,
    errors.ButtonDataInvalid,
    errors.ButtonIdInvalid,
    errors.ButtonTextInvalid,
    errors.ButtonTypeInvalid,
    errors.ButtonUrlInvalid,
    errors.ButtonUserInvalid,
    errors.ButtonUserPrivacyRestricted,
)


class Room(Enum):
    """Where a keyboard is shown; by that is decided which one it may be."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"  # readers write nothing there, so nothing takes the place of letters
    ANYWHERE = "anywhere"  # a message that people send where they like


def room_of(owner: Owner, place: chats.Membership | None) -> Room:
    """Return what kind of place for keyboards a conversation is."""
    if owner.kind is Kind.USER:
        return Room.PRIVATE
    return Room.CHANNEL if place is not None and place.chat.broadcast else Room.GROUP


async def take_markup(call: Call, given: api.TypeReplyMarkup | None, room: Room) -> bytes:
    """Return what is kept of the keyboard a bot sends, none of one without buttons.

    People send none: what an app of theirs says of it counts for nothing.

    Raises:
        MARKUP_ERRORS: it cannot be like that, or not there.
    """
    if given is None or not call.client.bot:
        return b""
    markup = await check_markup(call, given, room)
    kept = b"" if markup is None else tl.encode(markup, tl.LAYER)
    if len(kept) > MARKUP_BYTES_MAX:
        raise errors.ReplyMarkupTooLong
    return kept


async def check_markup(
    call: Call, given: api.TypeReplyMarkup, room: Room
) -> api.TypeReplyMarkup | None:
    """Return a keyboard as everybody may read it: people on it by their ids, links with their schemes.

    Raises:
        MARKUP_ERRORS: see `take_markup`.
    """
    if isinstance(given, api.ReplyInlineMarkup):
        return await _inline(call, given, room)
    if room in (Room.CHANNEL, Room.ANYWHERE):
        raise errors.ReplyMarkupInvalid
    if isinstance(given, api.ReplyKeyboardMarkup):
        return _letters(given, room)
    if isinstance(given, api.ReplyKeyboardForceReply):
        _check_placeholder(given.placeholder)
    return given


async def _inline(
    call: Call, given: api.ReplyInlineMarkup, room: Room
) -> api.ReplyInlineMarkup | None:
    """Return a keyboard below a message; None for one without buttons."""
    _count((row.buttons for row in given.rows), INLINE_BUTTONS_MAX)
    rows: list[api.TypeKeyboardInlineButtonRow] = []
    for row in given.rows:
        buttons: list[api.TypeKeyboardInlineButton] = []
        for button in row.buttons:
            if not isinstance(button, api.KeyboardInlineButton):
                raise errors.ButtonTypeInvalid  # a text, of an app of old
            kind = await _inline_kind(call, button.type, room)
            buttons.append(
                api.KeyboardInlineButton(text=_text(button), style=button.style, type=kind)
            )
        if buttons:
            rows.append(api.KeyboardInlineButtonRow(buttons=buttons))
    return api.ReplyInlineMarkup(force_reply=given.force_reply, rows=rows) if rows else None


async def _inline_kind(
    call: Call, kind: api.TypeInlineButtonType, room: Room
) -> api.TypeInlineButtonType:
    """Return what a button below a message does, as it is kept."""
    match kind:
        case api.InlineButtonTypeCallback():
            if not 0 < len(kind.data) <= DATA_BYTES_MAX:
                raise errors.ButtonDataInvalid
        case api.InlineButtonTypeUrl():
            return api.InlineButtonTypeUrl(url=checked_link(kind.url))
        case api.InlineButtonTypeCopy():
            if not 0 < len(kind.copy_text) <= COPIED_CHARACTERS_MAX:
                raise errors.ButtonCopyTextInvalid
        case api.InlineButtonTypeSwitchInline():
            if len(kind.query) > QUERY_CHARACTERS_MAX:
                raise errors.ButtonDataInvalid
        case api.InlineButtonTypeWebView():
            _check_app(kind.url, room)
        case api.InputInlineButtonTypeUserProfile():
            user = await _profile(call, kind.user_id)
            return api.InlineButtonTypeUserProfile(user_id=user)
        case api.InlineButtonTypeDisabled():
            pass
        case api.InlineButtonTypeBuy():
            raise errors.ReplyMarkupBuyEmpty  # nothing is sold here
        case api.InlineButtonTypeGame():
            raise errors.ReplyMarkupGameEmpty  # of a message that is no game
        case api.InputInlineButtonTypeUrlAuth():
            raise errors.BotDomainInvalid  # no bot has a site of its own yet
        case _:
            raise errors.ButtonTypeInvalid
    return kind


async def _profile(call: Call, given: api.TypeInputUser) -> int:
    """Return whose profile a button opens, if that person lets forwards name them.

    Raises:
        errors.ButtonUserInvalid, errors.ButtonUserPrivacyRestricted
    """
    try:
        user = await accounts.user_of(call, given)
    except errors.UserIdInvalid:
        raise errors.ButtonUserInvalid from None
    if await call.look(Owner(Kind.USER, user)).get(accounts.User) is None:
        raise errors.ButtonUserInvalid
    if not await privacy.may_see(call.viewer(), user, "forwards"):
        raise errors.ButtonUserPrivacyRestricted
    return user


def _letters(given: api.ReplyKeyboardMarkup, room: Room) -> api.ReplyKeyboardMarkup:
    """Return a keyboard in place of letters."""
    _count((row.buttons for row in given.rows), REPLY_BUTTONS_MAX)
    _check_placeholder(given.placeholder)
    rows: list[api.TypeKeyboardButtonRow] = []
    asked: set[int] = set()  # the numbers by which buttons that ask for somebody are known
    for row in given.rows:
        buttons: list[api.TypeKeyboardButton] = []
        for button in row.buttons:
            if not isinstance(button, api.KeyboardButton):
                raise errors.ButtonTypeInvalid  # of the other keyboard, of an app of old
            _check_kind(button.type, room, asked)
            buttons.append(
                api.KeyboardButton(text=_text(button), style=button.style, type=button.type)
            )
        if buttons:
            rows.append(api.KeyboardButtonRow(buttons=buttons))
    if not rows:
        raise errors.ReplyMarkupInvalid
    return api.ReplyKeyboardMarkup(
        resize=given.resize,
        single_use=given.single_use,
        selective=given.selective,
        persistent=given.persistent,
        force_reply=given.force_reply,
        placeholder=given.placeholder,
        rows=rows,
    )


def _check_kind(kind: api.TypeButtonType, room: Room, asked: set[int]) -> None:
    """Check what a button in place of letters does; but for saying its text, that is done in private."""
    if isinstance(kind, api.ButtonTypeDefault):
        return
    if room is not Room.PRIVATE:
        raise errors.ButtonTypeInvalid
    match kind:
        case api.ButtonTypeSimpleWebView():
            _check_app(kind.url, room)
        case api.InputButtonTypeRequestPeer() | api.ButtonTypeRequestPeer():
            if kind.button_id in asked or not 0 <= kind.max_quantity <= PEERS_REQUESTED_MAX:
                raise errors.ButtonIdInvalid
            asked.add(kind.button_id)


def _count(rows: Iterable[list[Any]], most: int) -> None:
    if sum(len(row) for row in rows) > most:
        raise errors.ReplyMarkupTooLong


def _text(button: api.KeyboardButton | api.KeyboardInlineButton) -> str:
    text = button.text.strip()
    if not text:
        raise errors.ButtonTextInvalid
    return text


def _check_placeholder(text: str | None) -> None:
    if text is not None and len(text) > PLACEHOLDER_CHARACTERS_MAX:
        raise errors.ReplyMarkupInvalid


def _check_app(url: str, room: Room) -> None:
    """Check the address of a mini app: in private, and read by nobody on the way."""
    if room is not Room.PRIVATE:
        raise errors.ButtonTypeInvalid
    parts = _parts(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise errors.ButtonUrlInvalid


def checked_link(url: str) -> str:
    """Return the address a button opens, with the scheme it has when it names none.

    Raises:
        errors.ButtonUrlInvalid: no browser or app opens it.
    """
    link = url.strip()
    if "://" not in link:
        link = f"http://{link}"
    parts = _parts(link)
    if parts.scheme not in SCHEMES or not parts.hostname or any(c.isspace() for c in link):
        raise errors.ButtonUrlInvalid
    if parts.scheme in ("http", "https") and not _is_host(parts.hostname):
        raise errors.ButtonUrlInvalid
    return link


def _parts(url: str) -> Any:
    split: Callable[[str], Any] = urlsplit
    try:
        parts = split(url)
        _ = parts.port  # read, since it is only then looked at
    except ValueError:
        raise errors.ButtonUrlInvalid from None
    return parts


def _is_host(name: str) -> bool:
    """Whether a name can be a host's: in a network of one's own it may be a single word."""
    labels = name.removesuffix(".").split(".")
    return all(label and not label.startswith("-") for label in labels)
