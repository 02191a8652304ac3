"""How a refusal is told to bots: code and description, to the letter as bots know them.

The rule is that of Telegram's open Bot API server: words of the protocol that it knows become sentences,
others stay; a prefix says the code (core.telegram.org/bots/api#making-requests).
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from chappe.tl import errors

FLOOD: Final = 420  # the protocol's code for "too much"
OURS: Final = 500  # the protocol's codes from here on are faults of the server
_TOKEN: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_PREFIXES: Final = {
    HTTPStatus.BAD_REQUEST: "Bad Request",
    HTTPStatus.UNAUTHORIZED: "Unauthorized",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.CONFLICT: "Conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request Entity Too Large",
}
CHAT_NOT_FOUND: Final = "chat not found"

# the protocol's word → what is said, and with which code where it is not 400
_SAID: Final[Mapping[str, tuple[int, str]]] = {
    "MESSAGE_NOT_MODIFIED": (
        400,
        (
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        ),
    ),
    "WC_CONVERT_URL_INVALID": (400, "Wrong HTTP URL specified"),
    "EXTERNAL_URL_INVALID": (400, "Wrong HTTP URL specified"),
    "WEBPAGE_CURL_FAILED": (400, "Failed to get HTTP URL content"),
    "WEBPAGE_MEDIA_EMPTY": (400, "Wrong type of the web page content"),
    "MEDIA_GROUPED_INVALID": (400, "Can't use the media of the specified type in the album"),
    "REPLY_MARKUP_TOO_LONG": (400, "reply markup is too long"),
    "INPUT_USER_DEACTIVATED": (403, "user is deactivated"),
    "USER_IS_BLOCKED": (403, "bot was blocked by the user"),
    "YOU_BLOCKED_USER": (403, "bot was blocked by the user"),
    "USER_IS_BOT": (403, "bot can't send messages to bots"),
    "USER_ADMIN_INVALID": (400, "user is an administrator of the chat"),
    "CHAT_ABOUT_NOT_MODIFIED": (400, "chat description is not modified"),
    "CHAT_NOT_MODIFIED": (400, "chat is not modified"),
    "PACK_SHORT_NAME_INVALID": (400, "invalid sticker set name is specified"),
    "PACK_SHORT_NAME_OCCUPIED": (400, "sticker set name is already occupied"),
    "STICKER_EMOJI_INVALID": (400, "invalid sticker emojis"),
    "QUERY_ID_INVALID": (
        400,
        "query is too old and response timeout expired or query ID is invalid",
    ),
    "MESSAGE_DELETE_FORBIDDEN": (400, "message can't be deleted"),
    "MESSAGE_AUTHOR_REQUIRED": (400, "message can't be edited"),
    "MESSAGE_EDIT_TIME_EXPIRED": (400, "message can't be edited"),
    "MESSAGE_EMPTY": (400, "message text is empty"),
    "MESSAGE_TOO_LONG": (400, "message is too long"),
    "MEDIA_CAPTION_TOO_LONG": (400, "message caption is too long"),
    "CHAT_FORWARDS_RESTRICTED": (400, "message has protected content and can't be forwarded"),
    "MESSAGE_PROTECTED": (400, "message has protected content and can't be forwarded"),
    "MEDIA_EMPTY": (400, "wrong file identifier/HTTP URL specified"),
    "MEDIA_INVALID": (400, "wrong file identifier/HTTP URL specified"),
    "FILE_REFERENCE_EXPIRED": (400, "wrong file_id or the file is temporarily unavailable"),
    "FILE_REFERENCE_INVALID": (400, "wrong file_id or the file is temporarily unavailable"),
    "PEER_ID_INVALID": (400, CHAT_NOT_FOUND),
    "USER_ID_INVALID": (400, CHAT_NOT_FOUND),
    "CHAT_ID_INVALID": (400, CHAT_NOT_FOUND),
    "CHANNEL_INVALID": (400, CHAT_NOT_FOUND),
    "CHANNEL_PRIVATE": (403, "bot is not a member of the channel chat"),
    "USERNAME_INVALID": (400, CHAT_NOT_FOUND),
    "USERNAME_NOT_OCCUPIED": (400, CHAT_NOT_FOUND),
    "USER_NOT_PARTICIPANT": (400, "USER_NOT_PARTICIPANT"),
    "CHAT_WRITE_FORBIDDEN": (400, "not enough rights to send text messages to the chat"),
    "CHAT_SEND_PLAIN_FORBIDDEN": (400, "not enough rights to send text messages to the chat"),
    "CHAT_SEND_PHOTOS_FORBIDDEN": (400, "not enough rights to send photos to the chat"),
    "CHAT_SEND_VIDEOS_FORBIDDEN": (400, "not enough rights to send videos to the chat"),
    "CHAT_SEND_AUDIOS_FORBIDDEN": (400, "not enough rights to send music to the chat"),
    "CHAT_SEND_VOICES_FORBIDDEN": (400, "not enough rights to send voice notes to the chat"),
    "CHAT_SEND_DOCS_FORBIDDEN": (400, "not enough rights to send documents to the chat"),
    "CHAT_SEND_STICKERS_FORBIDDEN": (400, "not enough rights to send stickers to the chat"),
    "CHAT_SEND_POLL_FORBIDDEN": (400, "not enough rights to send polls to the chat"),
    "CHAT_ADMIN_REQUIRED": (400, "not enough rights"),
    "REACTION_INVALID": (400, "REACTION_INVALID"),
    "REPLY_MESSAGE_ID_INVALID": (400, "message to be replied not found"),
    "MSG_ID_INVALID": (400, "message not found"),
    "MESSAGE_ID_INVALID": (400, "message not found"),
    "TOPIC_ID_INVALID": (400, "message thread not found"),
    "RANK_EMOJI_NOT_ALLOWED": (400, "CUSTOM_TITLE_EMOJI_NOT_ALLOWED"),
    "RANK_INVALID": (400, "CUSTOM_TITLE_INVALID"),
}

Said = Mapping[str, str]  # what words mean to one kind of call, before the table


class Failure(Exception):
    """A call that is refused, as it is told."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def refused(text: str, code: int = 400) -> Failure:
    """Return a refusal with its prefix, as a sentence begins behind it."""
    prefix = _PREFIXES.get(HTTPStatus(code), HTTPStatus(code).phrase)
    begins_small = len(text) < 2 or not (text[1].isupper() or text[1] == "_")  # noqa: PLR2004  two letters
    return Failure(code, f"{prefix}: {text[:1].lower() + text[1:] if begins_small else text}")


def failure_of(error: errors.RpcError, said: Said) -> Failure:
    """Return how a refusal of the protocol is told to the bot whose call it ended."""
    token = error.token
    if error.code == FLOOD and isinstance(error, errors.NumberedError):
        seconds = max(1, error.number)
        return Failure(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too Many Requests: retry after {seconds}",
            {"retry_after": seconds},
        )
    if error.code >= OURS:
        return Failure(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
    if token in ("AUTH_KEY_UNREGISTERED", "SESSION_REVOKED", "USER_DEACTIVATED"):
        return Failure(HTTPStatus.UNAUTHORIZED, "Unauthorized")
    if token in said:
        return refused(said[token])
    if token in _SAID:
        code, text = _SAID[token]
        return refused(text, code)
    code = error.code
    if code not in _PREFIXES or (code == HTTPStatus.FORBIDDEN and _TOKEN.fullmatch(token)):
        code = HTTPStatus.BAD_REQUEST
    return refused(token, code)
