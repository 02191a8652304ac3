"""Keyboards mean the same in every layer served, though their buttons had other constructors before 229."""

from typing import Any

import pytest

from chappe import tl
from chappe.tl import api
from chappe.tl.schema import LAYER, LAYER_MIN, schema

LAYERS = [n for n in range(LAYER_MIN, LAYER + 1) if schema().served_as(n) == n]
PEER = api.RequestPeerTypeUser(bot=True)
SINCE = {"keyboardButtonCopy": 188, "keyboardButtonRequestPeer": 152}


def inline(*kinds: Any) -> api.ReplyInlineMarkup:
    """Return a keyboard below a message with a button of each of these kinds."""
    buttons: list[api.TypeKeyboardInlineButton] = [
        api.KeyboardInlineButton(text=type(kind).__name__, type=kind) for kind in kinds
    ]
    return api.ReplyInlineMarkup(rows=[api.KeyboardInlineButtonRow(buttons=buttons)])


INLINE = (
    api.InlineButtonTypeUrl(url="https://example.com"),
    api.InlineButtonTypeCallback(data=b"\0buy", requires_password=True),
    api.InlineButtonTypeSwitchInline(query="tea", same_peer=True),
    api.InlineButtonTypeGame(),
    api.InlineButtonTypeBuy(),
    api.InlineButtonTypeUrlAuth(url="https://example.com/in", button_id=3, fwd_text="Open"),
    api.InlineButtonTypeUserProfile(user_id=4711),
    api.InlineButtonTypeWebView(url="https://example.com/app"),
)
REPLY = (
    api.ButtonTypeDefault(),
    api.ButtonTypeRequestPhone(),
    api.ButtonTypeRequestGeoLocation(),
    api.ButtonTypeRequestPoll(quiz=True),
    api.ButtonTypeSimpleWebView(url="https://example.com/app"),
)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_keyboard_comes_back_from_every_layer(layer: int) -> None:
    """What is said to an app of any layer, and what such an app says, is the same keyboard."""
    below = inline(*INLINE)
    raw = tl.encode(below, layer)
    known = schema().at("replyInlineMarkup", layer)
    assert known is not None
    assert raw[:4] == known.id.to_bytes(4, "little")
    assert tl.decode(raw) == below
    buttons: list[api.TypeKeyboardButton] = [
        api.KeyboardButton(text=type(kind).__name__, type=kind) for kind in REPLY
    ]
    letters = api.ReplyKeyboardMarkup(resize=True, rows=[api.KeyboardButtonRow(buttons=buttons)])
    assert tl.decode(tl.encode(letters, layer)) == letters


def test_styles_are_of_newer_layers() -> None:
    """A coloured button is a button for those who know no colours."""
    style = api.KeyboardButtonStyle(bg_primary=True)
    kind = api.InlineButtonTypeCallback(data=b"x")
    button = api.KeyboardInlineButton(text="Buy", style=style, type=kind)
    made = api.ReplyInlineMarkup(rows=[api.KeyboardInlineButtonRow(buttons=[button])])
    for layer, told in (
        (232, style),
        (229, style),
        (228, style),
        (222, style),
        (221, None),
        (158, None),
    ):
        heard = tl.decode(tl.encode(made, layer)).rows[0].buttons[0]
        assert (heard.text, heard.style, heard.type.data) == ("Buy", told, b"x"), layer


@pytest.mark.parametrize("layer", LAYERS)
def test_kinds_a_layer_does_not_know_are_left_out(layer: int) -> None:
    """The other buttons are told all the same."""
    made = inline(INLINE[0], api.InlineButtonTypeCopy(copy_text="word"), INLINE[1])
    heard = tl.decode(tl.encode(made, layer)).rows[0].buttons
    assert len(heard) == (3 if layer >= SINCE["keyboardButtonCopy"] else 2)
    wanted = api.ButtonTypeRequestPeer(button_id=1, peer_type=PEER, max_quantity=1)
    asks = api.KeyboardButton(text="Who?", type=wanted)
    one = api.ReplyKeyboardMarkup(rows=[api.KeyboardButtonRow(buttons=[asks])])
    heard = tl.decode(tl.encode(one, layer)).rows[0].buttons
    assert [b.type.button_id for b in heard] == (
        [1] if layer >= SINCE["keyboardButtonRequestPeer"] else []
    )


def test_what_may_not_stand_there_is_left_for_the_server_to_refuse() -> None:
    """An old app puts a text below a message, and a callback among letters: neither becomes another thing."""
    plain = api.KeyboardButtonRow(buttons=[api.KeyboardButton(text="A", type=REPLY[0])])
    rows = tl.encode(plain, 158)
    body = (0x48A30254).to_bytes(4, "little") + (0x1CB5C415).to_bytes(4, "little")
    assert isinstance(
        tl.decode(body + (1).to_bytes(4, "little") + rows).rows[0].buttons[0], api.KeyboardButton
    )
    callback = tl.encode(inline(INLINE[1]).rows[0], 158)
    body = (0x85DD99D1).to_bytes(4, "little") + bytes(4) + (0x1CB5C415).to_bytes(4, "little")
    heard = tl.decode(body + (1).to_bytes(4, "little") + callback).rows[0].buttons[0]
    assert isinstance(heard, api.KeyboardButtonCallback)
