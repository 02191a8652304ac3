"""Keyboards as they are kept with messages: how they are shown, forwarded, and what a press of one means."""

from collections.abc import Iterator
from typing import Any, Final

from chappe import tl
from chappe.tl import api
from chappe.updates import Viewer

_INLINE: Final = tl.encode(api.ReplyInlineMarkup(rows=[]), tl.LAYER)[:4]
# kinds that mean the same wherever the message is
LASTING: Final = (
    api.InlineButtonTypeUrl,
    api.InlineButtonTypeUrlAuth,
    api.InlineButtonTypeSwitchInline,
    api.InlineButtonTypeUserProfile,
    api.InlineButtonTypeCopy,
)


def is_inline(kept: bytes) -> bool:
    """Whether a keyboard is one below a message."""
    return kept.startswith(_INLINE)


def _buttons(markup: Any) -> Iterator[Any]:
    for row in getattr(markup, "rows", ()):
        yield from row.buttons


def show_markup(viewer: Viewer, kept: bytes) -> api.TypeReplyMarkup | None:
    """Return a kept keyboard; None if there is none."""
    if not kept:
        return None
    markup: api.TypeReplyMarkup = tl.decode(kept)
    for button in _buttons(markup):
        kind = button.type
        if isinstance(kind, api.InlineButtonTypeUserProfile):
            viewer.mention_user(kind.user_id)
        elif isinstance(
            kind, api.InputButtonTypeRequestPeer
        ):  # what it asks for is said by the app
            button.type = api.ButtonTypeRequestPeer(
                button_id=kind.button_id,
                peer_type=kind.peer_type,
                max_quantity=kind.max_quantity or 1,
            )
    return markup


def forwarded_markup(kept: bytes) -> bytes:
    """Return the keyboard a forward of a message has: the same if each button means the same there."""
    if not is_inline(kept):
        return b""
    markup: api.ReplyInlineMarkup = tl.decode(kept)
    for button in _buttons(markup):
        if not isinstance(button.type, LASTING):
            return b""
        if isinstance(button.type, api.InlineButtonTypeUrlAuth):
            button.text = button.type.fwd_text or button.text
    return tl.encode(markup, tl.LAYER)


def data_asks_password(kept: bytes, data: bytes) -> bool | None:
    """Whether the button that gives back this data wants a password; None if there is none such."""
    if not is_inline(kept):
        return None
    for button in _buttons(tl.decode(kept)):
        if isinstance(button.type, api.InlineButtonTypeCallback) and button.type.data == data:
            return bool(button.type.requires_password)
    return None


def requested_peer(kept: bytes, number: int) -> api.InputButtonTypeRequestPeer | None:
    """Return the button of this number that asks for somebody; None if there is none such."""
    if not kept or is_inline(kept):
        return None
    for button in _buttons(tl.decode(kept)):
        kind = button.type
        if isinstance(kind, api.InputButtonTypeRequestPeer) and kind.button_id == number:
            return kind
        if isinstance(kind, api.ButtonTypeRequestPeer) and kind.button_id == number:
            return api.InputButtonTypeRequestPeer(
                button_id=number, peer_type=kind.peer_type, max_quantity=kind.max_quantity
            )
    return None
