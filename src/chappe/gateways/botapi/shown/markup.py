"""Keyboards, as messages show them (core.telegram.org/bots/api#inlinekeyboardmarkup)."""

from typing import Any

from chappe.tl import api

from .peers import Json, without_none


def show_markup(markup: Any) -> Json | None:
    """Return the InlineKeyboardMarkup of a message; None for any other: those are nobody's to read back."""
    if not isinstance(markup, api.ReplyInlineMarkup):
        return None
    return {"inline_keyboard": [[_button(one) for one in row.buttons] for row in markup.rows]}


def _button(button: Any) -> Json:
    shown: Json = {"text": button.text, **_does(button.type)}
    style = button.style
    if style is not None:
        chosen = (
            ("primary", style.bg_primary),
            ("danger", style.bg_danger),
            ("success", style.bg_success),
        )
        named = next((word for word, is_so in chosen if is_so), None)
        icon = str(style.icon) if style.icon else None
        shown |= without_none(style=named, icon_custom_emoji_id=icon)
    return shown


def _does(kind: Any) -> Json:
    """Return what a button does."""
    match kind:
        case api.InlineButtonTypeCallback():
            return {"callback_data": kind.data.decode("utf-8", "replace")}
        case api.InlineButtonTypeUrl():
            return {"url": kind.url}
        case api.InlineButtonTypeUrlAuth():
            return {"login_url": {"url": kind.url}}
        case api.InlineButtonTypeUserProfile():
            return {"url": f"tg://user?id={kind.user_id}"}
        case api.InlineButtonTypeWebView():
            return {"web_app": {"url": kind.url}}
        case api.InlineButtonTypeCopy():
            return {"copy_text": {"text": kind.copy_text}}
        case api.InlineButtonTypeSwitchInline():
            if kind.same_peer:
                return {"switch_inline_query_current_chat": kind.query}
            return {"switch_inline_query": kind.query}
        case api.InlineButtonTypeGame():
            return {"callback_game": {}}
        case api.InlineButtonTypeBuy():
            return {"pay": True}
    return {}
