"""What TDLib finds in a text and makes of its entities, asked of it offline."""

import json
from typing import Any

import tdjson

KINDS = {  # TDLib's word for a kind of entity, where it is not the protocol's
    "Url": "Url",
    "EmailAddress": "Email",
    "BankCardNumber": "BankCard",
    "Strikethrough": "Strike",
    "BlockQuote": "Blockquote",
}
WORDS = {ours: word for word, ours in KINDS.items()}
SCHEME = "tonsite://"

Place = tuple[str, int, int]


def ask(**request: Any) -> Any:
    """Return what TDLib answers to a request that needs no server."""
    request["@type"] = request.pop("kind")
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    return json.loads(answer)


def quiet() -> None:
    """Have TDLib write nothing to where the tests write."""
    ask(kind="setLogVerbosityLevel", new_verbosity_level=0)


def _placed(entity: Any) -> Place:
    word = entity["type"]["@type"].removeprefix("textEntityType")
    return KINDS.get(word, word), entity["offset"], entity["length"]


def found(text: str) -> list[Place] | None:
    """Return what TDLib finds; None where it finds a moment of a film, of which the protocol knows nothing.

    Where `tonsite://` is before a name without a dot TDLib begins the link four letters too late.
    """
    places = [_placed(e) for e in ask(kind="getTextEntities", text=text)["entities"]]
    if any(place[0] == "MediaTimestamp" for place in places):
        return None
    wide = text.encode("utf-16-le")
    mended = []
    for kind, offset, length in places:
        begins = wide[2 * (offset - 4) : 2 * (offset + 6)] if offset >= 4 else b""
        late = kind == "Url" and begins.decode("utf-16-le", "replace").lower() == SCHEME
        mended.append((kind, offset - 4, length + 4) if late else (kind, offset, length))
    return mended


def arranged(text: str, given: list[Place]) -> list[Place]:
    """Return what TDLib makes of entities somebody gives."""
    entities = []
    for kind, offset, length in given:
        what: dict[str, Any] = {"@type": f"textEntityType{WORDS.get(kind, kind)}"}
        if kind == "TextUrl":
            what["url"] = "https://a.example/"
        if kind == "CustomEmoji":
            what["custom_emoji_id"] = "5"
        entities.append({"@type": "textEntity", "offset": offset, "length": length, "type": what})
    formatted = {"@type": "formattedText", "text": text, "entities": entities}
    return [_placed(e) for e in ask(kind="parseMarkdown", text=formatted)["entities"]]
