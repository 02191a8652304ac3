"""What is found in texts people write, and that no text takes long to look through."""

import sys
from types import FrameType
from typing import Any

import pytest

from chappe.markup import ENTITIES_MAX, arrange, find, join, part

WIKI = "https://en.wikipedia.org/wiki/Python_(language)"
FOUND = [
    (f"see {WIKI} now", [("Url", WIKI)]),
    ("(see https://example.com/a)", [("Url", "https://example.com/a")]),
    ("https://example.com/?q=a&c=[1]", [("Url", "https://example.com/?q=a&c=[1]")]),
    ("“https://example.com/x”", [("Url", "https://example.com/x")]),
    ("«https://example.com/x»", [("Url", "https://example.com/x")]),
    ("is it https://example.com/x?", [("Url", "https://example.com/x")]),
    ("it is at example.xyz", [("Url", "example.xyz")]),
    ("пример.рф и 中国.中国", [("Url", "пример.рф"), ("Url", "中国.中国")]),
    ("example.com:8080/x", [("Url", "example.com:8080/x")]),
    ("example.com:99999/x", [("Url", "example.com")]),
    ("example.com?q=1", [("Url", "example.com?q=1")]),
    ("example.com#top", [("Url", "example.com#top")]),
    ("127.0.0.1:80 but not 256.1.1.1", [("Url", "127.0.0.1:80")]),
    ("It ends.The next begins", []),
    ("read notes.txt", []),
    ("http://localhost/x", []),
    ("http://intra.corporate/x", [("Url", "http://intra.corporate/x")]),
    ("tg://resolve?domain=someone", [("Url", "tg://resolve?domain=someone")]),
    ("tonsite://foundation.ton/x", [("Url", "tonsite://foundation.ton/x")]),
    ("tonsite://foundation", [("Url", "tonsite://foundation")]),
    ("sftp://example.com", []),
    ("me@example.com", [("Email", "me@example.com")]),
    ("mailto:me@example.com", [("Email", "me@example.com")]),
    ("https://me:secret@example.com/", [("Url", "https://me:secret@example.com/")]),
    ("#می\u200cخواهم", [("Hashtag", "#می\u200cخواهم")]),
    ("#tag@channel #1 a#b", [("Hashtag", "#tag@channel")]),
    ("up: $USD, $usd", [("Cashtag", "$USD")]),
    ("@ada_l @ab @gif x@y", [("Mention", "@ada_l"), ("Mention", "@gif")]),
    ("/start@a_bot and/or", [("BotCommand", "/start@a_bot")]),
    ("4111 1111 1111 1111", [("BankCard", "4111 1111 1111 1111")]),
    ("4111 1111 1111 1112 and +4111111111111111", []),
    ("😀 example.com 😀 #x", [("Url", "example.com"), ("Hashtag", "#x")]),
    ("call +1 555 123 4567", []),
    ("Nothing to find here. At all.", []),
]
HOSTILE = [
    ".?",
    ".?a",
    "?.",
    "a.b/",
    "@a.b/",
    "x.y?",
    "a.b/.:",
    "'.",
    "..",
    "://",
    "tg://",
    "tg://a?",
    "tg://?",
    "a@",
    "@.",
    "a@b.",
    "@@.a",
    "#a",
    "#",
    "$A",
    "$1INCH",
    "1 ",
    "1-",
    "/a",
    "a.",
    "a.b@",
    "(a.b/(",
    "http://",
    "http://a.",
    "a.b:1/?",
    "😀.a",
    ".:a",
    ".:/",
    "a.b/)",
    "@.?",
    "https://a.b/(((",
    "4111111111111111 ",
    "a.b:0",
    "mailto:",
    "a-.",
    "_.",
    "x.com",
]


def told(text: str) -> list[tuple[str, str]]:
    """Return what is found in a text, as words."""
    return [(e[0].removeprefix("MessageEntity"), part(text, e[1], e[2])) for e in find(text)]


@pytest.mark.parametrize(("text", "wanted"), FOUND)
def test_what_people_write_is_marked_as_apps_mark_it(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    """Whole addresses without what surrounds them; neither words with a dot nor numbers."""
    assert told(text) == wanted


def lines_run(text: str) -> int:
    """Return how many lines of Python it takes to look through a text."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        find(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("pattern", HOSTILE)
def test_twice_the_text_is_no_more_than_twice_the_work(pattern: str) -> None:
    """Whatever is repeated, nothing is looked at again and again."""
    once, twice = (lines_run((pattern * size)[:size]) for size in (1_024, 2_048))
    assert twice <= 2.2 * once + 200


def test_a_path_is_looked_through_once_for_all_dots_within() -> None:
    """Where each dot might begin a link with all the rest behind it, the rest is searched once."""
    from chappe.markup import links  # what it keeps of a path is nobody else's

    text = ".?" * 2_048
    looked = links._Text(text)
    asked: list[int] = []
    path = links._PATH

    class Counted:
        def match(self, of: str, at: int) -> Any:
            asked.append(at)
            return path.match(of, at)

    links._PATH = Counted()  # type: ignore[assignment]
    try:
        for place in range(1, len(text), 2):
            looked.path(place)
    finally:
        links._PATH = path
    assert len(asked) == 1


def test_styles_lie_as_they_were_given_unless_they_overlap() -> None:
    """What lies within another stays; what crosses is cut; code has nothing within; two links are not one."""
    bold, link = (
        ("MessageEntityBold", 0, 9, ""),
        ("MessageEntityTextUrl", 2, 3, "https://a.example"),
    )
    assert arrange([link, bold]) == [bold, link]
    crossing = [("MessageEntityBold", 0, 4, ""), ("MessageEntityItalic", 2, 4, "")]
    assert arrange(crossing) == [
        ("MessageEntityBold", 0, 2, ""),
        ("MessageEntityItalic", 2, 4, ""),
        ("MessageEntityBold", 2, 2, ""),
    ]
    assert arrange([("MessageEntityBold", 0, 2, ""), ("MessageEntityBold", 2, 3, "")]) == [
        ("MessageEntityBold", 0, 5, "")
    ]
    code = ("MessageEntityPre", 0, 5, "")
    assert arrange([code, ("MessageEntityBold", 1, 3, ""), link]) == [code]


def test_what_is_found_gives_way_to_what_was_given() -> None:
    """No link within a link or within code; a bold half of one is cut at its edge."""
    found = find("example.com")
    assert join([("MessageEntityCode", 0, 4, "")], found) == [("MessageEntityCode", 0, 4, "")]
    assert join([("MessageEntityBold", 4, 20, "")], found) == [
        found[0],
        ("MessageEntityBold", 4, 7, ""),
        ("MessageEntityBold", 11, 13, ""),
    ]
    assert join([("MessageEntityBlockquote", 0, 4, 0)], found) == [
        ("MessageEntityBlockquote", 0, 4, 0)
    ]


def test_of_very_many_links_all_are_found_and_it_is_for_others_to_bound_them() -> None:
    """A message takes a hundred."""
    assert len(find("a.com " * 300)) == 300 > ENTITIES_MAX
