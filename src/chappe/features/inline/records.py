"""Records of inline mode: what is asked of a bot, what it answered, and what somebody may send of that."""

import msgspec

from chappe.ports import Record, in_order
from chappe.texts import Entity


class InlineResult(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One result of a bot: how it is shown, and the message it becomes. Fields: see `Record`."""

    id: str
    type: str
    title: str = ""
    description: str = ""
    url: str = ""
    shown: bytes = b""  # the photo or document that is chosen from, as a MediaRef
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: bytes = b""  # what the message keeps of its medium
    markup: bytes = b""
    no_webpage: bool = False
    invert_media: bool = False
    page: str = ""  # the address whose preview the message has, where the bot names one


class InlineQuery(Record, frozen=True):
    """In a bot's box: a query that it may answer."""

    table = "inline_query"
    key = (in_order("id"),)

    id: int
    user: int
    alike: int  # the number under which an answer for everybody is remembered
    own: int  # likewise, for this person alone


class InlineResults(Record, frozen=True):
    """In a bot's box: what it answered to a query."""

    table = "inline_results"
    key = (in_order("query"),)

    query: int
    results: tuple[InlineResult, ...] = ()
    gallery: bool = False
    next_offset: str = ""
    cache_s: int = 0
    switch_text: str = ""  # of the button above the results that opens the chat with the bot
    switch_start: str = ""
    app_text: str = ""  # of the button above them that opens a mini app
    app_url: str = ""


class RememberedResults(Record, frozen=True):
    """In a bot's box: under which query the answer to a text is found, as long as it may be used again."""

    table = "inline_remembered"
    key = ("number",)

    number: int  # a keyed hash of what was asked, and of who may have the answer
    query: int
    until: int  # Unix seconds


class InlineAsked(Record, frozen=True):
    """In a person's box: what they asked of a bot, and where its answer lies."""

    table = "inline_asked"
    key = ("query",)  # hidden: the bot's box has the number in the open

    query: int
    bot: int
    results: int  # the query whose results they are shown
    text: str
