"""Up: what a client of an old layer sent, as the newest layer would have said it."""

from collections.abc import Callable
from typing import Any, Final

from chappe.tl.model import attribute, model_of
from chappe.tl.schema import Combinator, Field, schema

from . import buttons

Values = dict[str, Any]

_BLANK: Final[dict[str, Callable[[], Any]]] = {
    "int": int,
    "long": int,
    "double": float,
    "string": str,
    "bytes": bytes,
    "Bool": bool,
}


def blank(type_: str) -> Any:
    """Return the empty value of a type: zero, an empty text or list, or None for an object."""
    if type_.startswith("Vector<"):
        return []
    made = _BLANK.get(type_)
    return None if made is None else made()


def _reply(values: Values) -> None:
    """Before layer 159 a reply was a number; now it is an object."""
    message_id = values.pop("reply_to_msg_id", None)
    top = values.pop("top_msg_id", None)
    if message_id or top:
        reply = model_of("inputReplyToMessage")
        values["reply_to"] = reply(reply_to_msg_id=message_id or top, top_msg_id=top)


def _user_to_peer(values: Values) -> None:
    """Stories once belonged to users only, and votes were cast by users only."""
    user = values.pop("user_id", None)
    if isinstance(user, int):
        values["peer"] = model_of("peerUser")(user_id=user)
    elif user is not None:
        kinds = {"inputUser": "inputPeerUser", "inputUserSelf": "inputPeerSelf"}
        kind = kinds.get(user.tl_name)
        if kind == "inputPeerUser":
            values["peer"] = model_of(kind)(user_id=user.user_id, access_hash=user.access_hash)
        elif kind is not None:
            values["peer"] = model_of(kind)()
        else:
            values["peer"] = model_of("inputPeerEmpty")()


def _themed(values: Values) -> None:
    emoticon = values.pop("emoticon", "")
    values["theme"] = model_of("inputChatTheme")(emoticon=emoticon)


def _with_entities(values: Values, fields: dict[str, Field]) -> None:
    """Titles of folders, polls, descriptions of bots' marks: all were plain text once."""
    for name, value in values.items():
        if isinstance(value, str) and name in fields and fields[name].type == "TextWithEntities":
            values[name] = model_of("textWithEntities")(text=value, entities=[])


_REPORTED: Final = {
    "inputReportReasonSpam": b"scam/spam",
    "inputReportReasonViolence": b"violence",
    "inputReportReasonPornography": b"adult",
    "inputReportReasonChildAbuse": b"child abuse",
    "inputReportReasonCopyright": b"copyright",
    "inputReportReasonFake": b"scam/impersonation",
    "inputReportReasonIllegalDrugs": b"illegal goods",
    "inputReportReasonPersonalDetails": b"personal data",
}


def _reported(values: Values) -> None:
    """Before layer 189 a report named one of a few reasons; now it chooses from a menu."""
    reason = values.pop("reason", None)
    values["option"] = _REPORTED.get(getattr(reason, "tl_name", ""), b"dislike")


# methods that have another name since layer 216, the last two since layer 223
MOVED: Final = {
    **{
        f"channels.{name}": f"messages.{name}"
        for name in (
            "createForumTopic",
            "deleteTopicHistory",
            "editForumTopic",
            "getForumTopics",
            "getForumTopicsByID",
            "reorderPinnedForumTopics",
            "updatePinnedForumTopic",
        )
    },
    "channels.editCreator": "messages.editChatCreator",
    "channels.getFutureCreatorAfterLeave": "messages.getFutureChatCreatorAfterLeave",
}


def _channel_to_peer(values: Values) -> None:
    """Topics once belonged to channels only, and so did creators."""
    channel = values.pop("channel")
    peer: Any = model_of("inputPeerEmpty")()
    if channel.tl_name == "inputChannel":
        kind = model_of("inputPeerChannel")
        peer = kind(channel_id=channel.channel_id, access_hash=channel.access_hash)
    values["peer"] = peer


# what has always had its shape, and holds what had others
REVISED: Final = frozenset(("keyboardButtonRow",))


def convert(shape: Combinator, values: Values) -> Values:
    """Return the fields of the newest shape for those of an old one."""
    newest = schema().newest(MOVED.get(shape.name, shape.name))
    fields = {attribute(f): f for f in newest.fields if f.type != "#"}
    if shape.name in MOVED:
        _channel_to_peer(values)
    if "reply_to" in fields and "reply_to_msg_id" in values and "reply_to_msg_id" not in fields:
        _reply(values)
    if "peer" in fields and "user_id" in values and "peer" not in values:
        _user_to_peer(values)
    if "theme" in fields and "emoticon" in values:
        _themed(values)
    _with_entities(values, fields)
    if shape.name == "messages.report" and "reason" in values:
        _reported(values)
    if shape.name == "channels.toggleSignatures":
        values["signatures_enabled"] = values.pop("enabled", False)
    if shape.name == "inputMediaPoll" and values.get("correct_answers"):
        values["correct_answers"] = [
            i for i, a in enumerate(values["poll"].answers) if a.option in values["correct_answers"]
        ]
    if shape.name == "account.updateColor" and isinstance(values.get("color"), int):
        values["color"] = model_of("peerColor")(color=values["color"])
    if shape.name == "keyboardButtonRow":
        values["buttons"] = buttons.up_buttons(values["buttons"])
    if shape.name == "keyboardButton":
        values["type"] = model_of(buttons.PLAIN)()
    if shape.name == "replyInlineMarkup":
        values["rows"] = [buttons.up_row(row) for row in values["rows"]]
    made = {name: value for name, value in values.items() if name in fields}
    for name, field in fields.items():
        if name not in made and not field.flag:
            made[name] = blank(field.type)
        elif field.type == "true" and name in made:
            made[name] = bool(made[name])
    return made
