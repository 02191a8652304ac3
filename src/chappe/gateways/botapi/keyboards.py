"""Keyboards that bots give, as the protocol names them (core.telegram.org/bots/api#inlinekeyboardmarkup)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from chappe.tl import api

from .caller import input_user
from .failures import refused

STYLES: Final = {"primary": "bg_primary", "danger": "bg_danger", "success": "bg_success"}
Fields = Mapping[str, Any]


def taken_markup(given: Any) -> Any:
    """Return the markup that a reply_markup means; None for none.

    Raises:
        Failure: it cannot be read.
    """
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given) if given.strip() else None
        except msgspec.DecodeError:
            raise refused("can't parse reply keyboard markup JSON object") from None
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise refused("object expected as reply markup")
    if "inline_keyboard" in given:
        rows = _rows(given["inline_keyboard"], _inline_button)
        made = [api.KeyboardInlineButtonRow(buttons=row) for row in rows]
        return api.ReplyInlineMarkup(rows=made) if made else None
    selective, placeholder = bool(given.get("selective")), _placeholder(given)
    if "keyboard" in given:
        rows = _rows(given["keyboard"], _reply_button)
        return api.ReplyKeyboardMarkup(
            rows=[api.KeyboardButtonRow(buttons=row) for row in rows],
            resize=bool(given.get("resize_keyboard")),
            single_use=bool(given.get("one_time_keyboard")),
            selective=selective,
            placeholder=placeholder,
            persistent=bool(given.get("is_persistent")),
        )
    if given.get("remove_keyboard"):
        return api.ReplyKeyboardHide(selective=selective)
    if given.get("force_reply"):
        return api.ReplyKeyboardForceReply(selective=selective, placeholder=placeholder)
    return None


def _placeholder(given: Fields) -> str | None:
    text = given.get("input_field_placeholder")
    return str(text) if text else None


def _rows(given: Any, button: Callable[[Fields], Any]) -> list[list[Any]]:
    """Return the rows of a keyboard that have buttons."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise refused('field "keyboard" of the ReplyMarkup must be an Array')
    rows = []
    for row in given:
        if not isinstance(row, Sequence) or isinstance(row, str):
            raise refused('field "keyboard" of the ReplyMarkup must be an Array of Arrays')
        made = [button({"text": one} if isinstance(one, str) else _object(one)) for one in row]
        if made:
            rows.append(made)
    return rows


def _object(given: Any) -> Fields:
    if not isinstance(given, Mapping):
        raise refused("KeyboardButton must be an Object")
    return given


def _text(given: Fields) -> str:
    text = given.get("text")
    if not isinstance(text, str):
        raise refused('can\'t parse keyboard button: Field "text" must be of type String')
    return text


def _style(given: Fields) -> Any:
    word, icon = given.get("style"), given.get("icon_custom_emoji_id")
    if not word and not icon:
        return None
    if word and word not in STYLES:
        raise refused("can't parse keyboard button: Invalid button style specified")
    number = str(icon or "")
    return api.KeyboardButtonStyle(
        icon=int(number) if number.isdigit() else None,
        **({STYLES[word]: True} if word else {}),
    )


def _inline_button(given: Fields) -> Any:
    text = _text(given)
    return api.KeyboardInlineButton(text=text, type=_does(given), style=_style(given))


def _does(given: Fields) -> Any:
    """Return what an inline button does."""
    if given.get("url") is not None:
        return _url(str(given["url"]))
    if given.get("callback_data") is not None:
        return api.InlineButtonTypeCallback(data=str(given["callback_data"]).encode())
    if "callback_game" in given:
        return api.InlineButtonTypeGame()
    if given.get("pay"):
        return api.InlineButtonTypeBuy()
    if given.get("switch_inline_query") is not None:
        return api.InlineButtonTypeSwitchInline(query=str(given["switch_inline_query"]))
    here = given.get("switch_inline_query_current_chat")
    if here is not None:
        return api.InlineButtonTypeSwitchInline(query=str(here), same_peer=True)
    chosen = given.get("switch_inline_query_chosen_chat")
    if isinstance(chosen, Mapping):
        return _chosen_chat(chosen)
    for name, made in (("web_app", _web_app), ("login_url", _login), ("copy_text", _copy)):
        inside = given.get(name)
        if isinstance(inside, Mapping):
            return made(inside)
    raise refused("Text buttons are unallowed in the inline keyboard")


def _url(url: str) -> Any:
    """Return a link; one to a person's profile is another kind of button."""
    parts = urlsplit(url)
    if parts.scheme == "tg" and parts.netloc == "user":
        number = parse_qs(parts.query).get("id", [""])[0]
        if number.isdigit():
            return api.InputInlineButtonTypeUserProfile(user_id=input_user(int(number)))
    return api.InlineButtonTypeUrl(url=url)


def _chosen_chat(given: Fields) -> Any:
    kinds = (
        ("allow_user_chats", api.InlineQueryPeerTypePM),
        ("allow_bot_chats", api.InlineQueryPeerTypeBotPM),
        ("allow_group_chats", api.InlineQueryPeerTypeChat),
        ("allow_channel_chats", api.InlineQueryPeerTypeBroadcast),
    )
    allowed: list[Any] = [kind() for name, kind in kinds if given.get(name)]
    if given.get("allow_group_chats"):
        allowed.append(api.InlineQueryPeerTypeMegagroup())
    query = str(given.get("query", ""))
    return api.InlineButtonTypeSwitchInline(query=query, peer_types=allowed)


def _web_app(given: Fields) -> Any:
    return api.InlineButtonTypeWebView(url=str(given.get("url", "")))


def _login(given: Fields) -> Any:
    return api.InlineButtonTypeUrl(url=str(given.get("url", "")))


def _copy(given: Fields) -> Any:
    return api.InlineButtonTypeCopy(copy_text=str(given.get("text", "")))


def _reply_button(given: Fields) -> Any:
    kind: Any = api.ButtonTypeDefault()
    poll, app = given.get("request_poll"), given.get("web_app")
    users, chat = given.get("request_users"), given.get("request_chat")
    if given.get("request_contact"):
        kind = api.ButtonTypeRequestPhone()
    elif given.get("request_location"):
        kind = api.ButtonTypeRequestGeoLocation()
    elif isinstance(poll, Mapping):
        wanted = poll.get("type")
        kind = api.ButtonTypeRequestPoll(quiz=wanted == "quiz" if wanted else None)
    elif isinstance(app, Mapping):
        kind = api.ButtonTypeSimpleWebView(url=str(app.get("url", "")))
    elif isinstance(users, Mapping):
        wanted_users = api.RequestPeerTypeUser(
            bot=users.get("user_is_bot"), premium=users.get("user_is_premium")
        )
        kind = api.ButtonTypeRequestPeer(
            button_id=int(users.get("request_id", 0)),
            peer_type=wanted_users,
            max_quantity=int(users.get("max_quantity", 1)),
        )
    elif isinstance(chat, Mapping):
        wanted_chat: Any = api.RequestPeerTypeChat()
        if chat.get("chat_is_channel"):
            wanted_chat = api.RequestPeerTypeBroadcast()
        kind = api.ButtonTypeRequestPeer(
            button_id=int(chat.get("request_id", 0)), peer_type=wanted_chat, max_quantity=1
        )
    return api.KeyboardButton(text=_text(given), type=kind, style=_style(given))
