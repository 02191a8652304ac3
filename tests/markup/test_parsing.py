"""Marked texts of bots, thousands of made ones, beside what TDLib reads in the same."""

import random

import pytest

from chappe.markup.nesting import Entity
from chappe.markup.parsing import CannotParse, ParseMode, parse

from . import oracle

TEXTS = 4_000  # of each mode
TEXTS_LONG = 340_000
WORDS = [*"ab 1.é\n\r\t", "😀", "text", "t.me/x", "中", "_", "\x00"]
LINKS = [
    "https://a.example/p?q=1#f",
    "HTTP://User:p%40w@A.example:080/",
    "http://a.example:65536",
    "http://a%2.example",
    "ftp://a.example",
    "http://[::1]:5/ ",
    "http://[::g]/",
    "a.example/ x\ty",
    "tg://user?id=12",
    "TG:user/?x=1&id=1099511627775#f",
    "tg://user?id=1099511627776",
    "tg://user?id=012",
    "tg:resolve?domain=x",
    "tonsite://a.b/c",
    "ton://a.b",
    "tg://http://x",
    "nowhere",
    ".",
    "",
    "tg://emoji?id=5",
    "tg://emoji?id=05",
    "tg:emoji/?id=-9223372036854775808",
    "tg://emoji",
    "tg://time?unix=7&format=wtTdD",
    "tg://time?unix=2147483648",
    "tg://time?unix=9&format=r",
    "tg://time?unix=9&format=rt",
    "tg://time?format=t",
]
MARKS = {
    ParseMode.MARKDOWN: [*"_*`[]()\\", "```", "```py\n", "](", "[a](", *LINKS],
    ParseMode.MARKDOWN_V2: [
        *"_*[]()~`>#+-=|{}.!\\\n",
        "__",
        "||",
        "```",
        "```py\r\n",
        "![",
        "](",
        "**>",
        "\n>",
        "||\n",
        "\\_",
        "\\.",
        "\\\n",
        "![a](",
        "[a](",
        *(link.replace(".", "\\.") for link in LINKS),
        *(f"![a]({link})" for link in LINKS),
    ],
    ParseMode.HTML: [
        *"<>&;/=\"'",
        *(
            f"<{t}>"
            for t in (
                "b",
                "I",
                "u",
                "s",
                "code",
                "pre",
                "tg-spoiler",
                "blockquote",
                "a",
                "x",
                "br/",
            )
        ),
        *(
            f"</{t}>"
            for t in (
                "b",
                "i",
                "u",
                "s",
                "code",
                "pre",
                "tg-spoiler",
                "blockquote",
                "a",
                "",
                "span",
            )
        ),
        '<span class="tg-spoiler">',
        "<span class=tg-x>",
        "<span>",
        '<code class="language-c++">',
        "<code class=language-Py>",
        "<pre><code class='language-a'>",
        "</code></pre>",
        "<blockquote expandable>",
        "<blockquote expandable=0 >",
        "<tg-emoji emoji-id='5'>",
        "<tg-emoji emoji-id=x>",
        "</tg-emoji>",
        "<tg-time unix=7 format='dT'>",
        "<tg-time unix=-2147483649x format=r>",
        "<tg-time unix=0 format=q>",
        "</tg-time>",
        *(
            "&lt;",
            "&gt",
            "&amp;",
            "&quot;",
            "&nbsp;",
            "&#65;",
            "&#x1F600;",
            "&#x10ffff;",
            "&#0;",
            "&#12345678",
        ),
        *(f'<a href="{link}">' for link in LINKS),
        *(f"<a HREF='{link}' href={link}>" for link in LINKS[:3]),
        "<a href=a.example>",
        "<a href='a.example/&amp;&#233;'>",
    ],
}
PAIRS = {
    ParseMode.MARKDOWN: [
        ("_", "_"),
        ("*", "*"),
        ("`", "`"),
        ("[", "](a.example)"),
        ("```c\n", "```"),
        ("[", "]"),
    ],
    ParseMode.MARKDOWN_V2: [
        *[(m, m) for m in ("_", "__", "*", "~", "||", "`", "```")],
        ("[", "](a.example)"),
        ("![", "](tg://emoji?id=5)"),
        ("\n>", "\n"),
        ("\n>", "||\n"),
        ("\n**>", "||"),
    ],
    ParseMode.HTML: [
        *[
            (f"<{t}>", f"</{t}>")
            for t in ("b", "i", "u", "s", "code", "pre", "blockquote", "a", "tg-spoiler")
        ],
        ("<a href='https://a.example'>", "</a>"),
        ("<code class='language-c'>", "</code>"),
        ("<tg-emoji emoji-id='5'>", "</tg-emoji>"),
    ],
}


def marked(chance: random.Random, mode: ParseMode, depth: int = 0) -> str:
    """Return a text with marks of a mode: some rightly within each other, some anyhow."""
    pieces = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        if kind < 0.45 and depth < 3:
            begin, end = chance.choice(PAIRS[mode])
            pieces.append(begin + marked(chance, mode, depth + 1) + end)
        elif kind < 0.85:
            pieces.append(chance.choice(WORDS[:8] if chance.random() < 0.9 else WORDS))
        else:
            pieces.append(chance.choice(MARKS[mode]))
    return "".join(pieces)


def safe(text: str, mode: ParseMode) -> str:
    """Return a text that TDLib survives: a link without an address may get half a character for one."""
    cut = mode is ParseMode.MARKDOWN and "[" in text
    return "".join(filter(str.isascii, text)) if cut else text


def read(text: str, mode: ParseMode) -> tuple[str, list[Entity]] | str:
    """Return what is read in a text, or what is said of it."""
    try:
        return parse(text, mode)
    except CannotParse as error:
        return f"Can't parse entities: {error}"


@pytest.mark.parametrize("mode", list(ParseMode))
def test_marks_are_read_as_tdlib_reads_them(mode: ParseMode, long: bool) -> None:
    """Marks rightly paired and anyhow, links of every kind: the same text, entities and errors."""
    oracle.quiet()
    chance = random.Random(f"2026{mode.value}")
    differ, read_well = [], 0
    for _ in range(TEXTS_LONG if long else TEXTS):
        text = safe(marked(chance, mode), mode)
        wanted, got = oracle.parsed(text, mode), read(text, mode)
        read_well += not isinstance(got, str)
        if got != wanted:
            differ.append((text, wanted, got))
    assert not differ[:5]
    assert read_well > TEXTS / 10
