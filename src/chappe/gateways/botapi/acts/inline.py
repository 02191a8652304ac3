"""Answering inline queries (core.telegram.org/bots/api#answerinlinequery)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chappe.tl import api

from ..caller import Caller
from ..failures import refused
from ..keyboards import taken_markup
from ..params import Params
from ..shown.texts import EntityGiven
from .acting import act, formatted
from .editing import query_number

RESULTS_MAX: Final = 50  # results of one answer
CACHE_S: Final = 300  # seconds an answer is kept, unless the bot says otherwise


class AnswerInlineQuery(Params, frozen=True):
    """See the Bot API."""

    inline_query_id: str = ""
    results: list[dict[str, Any]] | None = None
    cache_time: int | None = None
    is_personal: bool = False
    next_offset: str = ""
    button: dict[str, Any] | None = None


class TextContent(msgspec.Struct, frozen=True, kw_only=True):
    """See InputTextMessageContent of the Bot API."""

    message_text: str = ""
    parse_mode: str = ""
    entities: list[EntityGiven] | None = None
    disable_web_page_preview: bool = False
    link_preview_options: dict[str, Any] | None = None


def _text(one: Mapping[str, Any]) -> api.InputBotInlineMessageText:
    """Return the text that is sent by a result."""
    try:
        content = msgspec.convert(one.get("input_message_content") or {}, TextContent, strict=False)
    except msgspec.ValidationError:
        raise refused("can't parse inline query result") from None
    text = formatted(content.message_text, content.parse_mode, content.entities)
    if not text.text.strip():
        raise refused("can't parse inline query result: message text is empty")
    preview = content.link_preview_options or {}
    return api.InputBotInlineMessageText(
        message=text.text,
        entities=text.entities or None,
        no_webpage=content.disable_web_page_preview or bool(preview.get("is_disabled")),
        reply_markup=taken_markup(one.get("reply_markup")),
    )


def _result(one: Mapping[str, Any]) -> Any:
    if one.get("type") != "article":
        raise refused("RESULT_TYPE_INVALID")
    return api.InputBotInlineResult(
        id=str(one.get("id", "")),
        type="article",
        title=str(one.get("title", "")) or None,
        description=str(one.get("description", "")) or None,
        url=str(one.get("url", "")) or None,
        send_message=_text(one),
    )


@act(AnswerInlineQuery)
async def answer_inline_query(caller: Caller, given: AnswerInlineQuery) -> bool:
    """Offer articles to whoever asks; other kinds of results are not taken yet."""
    results = given.results or []
    if len(results) > RESULTS_MAX:
        raise refused("too many inline query results specified")
    switch = None
    if given.button is not None and given.button.get("start_parameter"):
        text = str(given.button.get("text", ""))
        start = str(given.button["start_parameter"])
        switch = api.InlineBotSwitchPM(text=text, start_param=start)
    request = api.MessagesSetInlineBotResults(
        query_id=query_number(given.inline_query_id),
        results=[_result(one) for one in results],
        cache_time=CACHE_S if given.cache_time is None else max(0, given.cache_time),
        private=given.is_personal,
        next_offset=given.next_offset or None,
        switch_pm=switch,
    )
    return bool(await caller(request))
