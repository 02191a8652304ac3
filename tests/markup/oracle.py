"""What TDLib finds in a text and makes of its entities, asked of it offline."""

import json
from typing import Any

import tdjson

from chappe.markup import Entity
from chappe.markup.parsing import ParseMode

KINDS = {  # TDLib's word for a kind of entity, where it is not the protocol's
    "Url": "Url",
    "EmailAddress": "Email",
    "BankCardNumber": "BankCard",
    "Strikethrough": "Strike",
    "BlockQuote": "Blockquote",
    "DateTime": "FormattedDate",
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
        if kind == "FormattedDate":
            what["unix_time"] = 5
        entities.append({"@type": "textEntity", "offset": offset, "length": length, "type": what})
    formatted = {"@type": "formattedText", "text": text, "entities": entities}
    return [_placed(e) for e in ask(kind="parseMarkdown", text=formatted)["entities"]]


def parsed(text: str, mode: ParseMode) -> tuple[str, list[Entity]] | str:
    """Return what TDLib reads in a marked text of a bot, or what it says against it."""
    told: dict[str, Any] = {"@type": "textParseModeHTML"}
    if mode is not ParseMode.HTML:
        told = {"@type": "textParseModeMarkdown", "version": 1 + (mode is ParseMode.MARKDOWN_V2)}
    answer = ask(kind="parseTextEntities", text=text, parse_mode=told)
    if answer["@type"] == "error":
        return str(answer["message"])
    return answer["text"], [_whole(entity) for entity in answer["entities"]]


def _whole(entity: Any) -> Entity:
    """Return an entity with what it says, as it is kept."""
    said, what = entity["type"], entity["type"]["@type"].removeprefix("textEntityType")
    name, argument = KINDS.get(what, what), said.get("url", said.get("user_id", ""))
    if what in ("BlockQuote", "ExpandableBlockQuote"):
        name, argument = "Blockquote", int(what != "BlockQuote")
    elif what == "PreCode":
        name, argument = "Pre", said["language"]
    elif what == "CustomEmoji":
        argument = int(said["custom_emoji_id"])
    elif what == "DateTime":
        name, argument = (
            "FormattedDate",
            said["unix_time"] | _shown(said.get("formatting_type")) << 32,
        )
    return f"MessageEntity{name}", entity["offset"], entity["length"], argument


def _shown(form: Any) -> int:
    """Return how a moment is shown, as the protocol's flags."""
    if form is None:
        return 0
    if form["@type"] == "dateTimeFormattingTypeRelative":
        return 1
    flags = 0
    for at, part in ((1, "time_precision"), (3, "date_precision")):
        size = form[part]["@type"].removeprefix("dateTimePartPrecision")
        flags |= {"None": 0, "Short": 1, "Long": 2}[size] << at
    return flags | form["show_day_of_week"] << 5
