"""Buttons of keyboards: before layer 229 each kind was a constructor, since then a kind is a field."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.tl.model import TlObject, model_of

SINCE: Final = 229  # the layer from which on a button says its kind in a field

# constructor of old, in a keyboard below a message → the kind it is now
INLINE: Final[Mapping[str, str]] = {
    "keyboardButtonUrl": "inlineButtonTypeUrl",
    "keyboardButtonCallback": "inlineButtonTypeCallback",
    "keyboardButtonSwitchInline": "inlineButtonTypeSwitchInline",
    "keyboardButtonGame": "inlineButtonTypeGame",
    "keyboardButtonBuy": "inlineButtonTypeBuy",
    "keyboardButtonUrlAuth": "inlineButtonTypeUrlAuth",
    "inputKeyboardButtonUrlAuth": "inputInlineButtonTypeUrlAuth",
    "keyboardButtonUserProfile": "inlineButtonTypeUserProfile",
    "inputKeyboardButtonUserProfile": "inputInlineButtonTypeUserProfile",
    "keyboardButtonWebView": "inlineButtonTypeWebView",
    "keyboardButtonCopy": "inlineButtonTypeCopy",
}
# constructor of old, in a keyboard in place of letters → the kind it is now
REPLY: Final[Mapping[str, str]] = {
    "keyboardButtonRequestPhone": "buttonTypeRequestPhone",
    "keyboardButtonRequestGeoLocation": "buttonTypeRequestGeoLocation",
    "keyboardButtonRequestPoll": "buttonTypeRequestPoll",
    "keyboardButtonRequestPeer": "buttonTypeRequestPeer",
    "inputKeyboardButtonRequestPeer": "inputButtonTypeRequestPeer",
    "keyboardButtonSimpleWebView": "buttonTypeSimpleWebView",
}
_OLD: Final = {now: old for old, now in (*INLINE.items(), *REPLY.items())}
PLAIN: Final = "buttonTypeDefault"  # it says its text, and that is all


def _made(name: str, source: Any, **more: Any) -> TlObject:
    """Return an object of a constructor with those of its fields that another object has."""
    model = model_of(name)
    fields = (f for f in model.__struct_fields__ if f not in more and hasattr(source, f))
    return model(**{f: getattr(source, f) for f in fields}, **more)


def _now(button: Any, kinds: Mapping[str, str], name: str) -> Any:
    """Return a button of an old layer as the newest has it; one that is of no such kind as it is."""
    kind = kinds.get(button.tl_name)
    if kind is None:
        return button
    return model_of(name)(text=button.text, style=button.style, type=_made(kind, button))


def up_row(row: Any) -> Any:
    """Return a row of a keyboard below a message. What may not stand there is left for whoever reads it."""
    buttons = [_now(button, INLINE, "keyboardInlineButton") for button in row.buttons]
    return model_of("keyboardInlineButtonRow")(buttons=buttons)


def up_buttons(buttons: list[Any]) -> list[Any]:
    """Return the buttons of a row in place of letters, those of other keyboards as they are."""
    return [_now(button, REPLY, "keyboardButton") for button in buttons]


def down_button(button: Any) -> Any:
    """Return a button as layers before 229 have it; a kind that they know nothing like as it is."""
    old = _OLD.get(button.type.tl_name)
    if old is None:
        return button
    return _made(old, button.type, text=button.text, style=button.style)
