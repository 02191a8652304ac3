"""What is found in thousands of made texts, and how entities are laid, beside what TDLib says of the same."""

import random
import unicodedata
from importlib.resources import files

import pytest

from chappe.markup import arrange, find
from chappe.markup.nesting import QUOTE, STYLES, Entity, _cut, order

from . import oracle

TEXTS = 20_000
TEXTS_LONG = 400_000
SETS = 10_000
# endings of the root zone that are newer than TDLib's list
NEWER = frozenset(
    [
        "merck",
        "السعوديه",
        "السعودیة",
        "السعودیۃ",
        "اليمن",
        "ايران",
        "سوريا",
        "پاكستان",
        "澳门",
        "臺灣",
    ]
)
ENDINGS = [
    line
    for line in (files("chappe.markup") / "domains.txt").read_text("utf-8").splitlines()[1:]
    if line not in NEWER
]
PARTS = [
    *(
        "http://",
        "https://",
        "HTTP://",
        "ftp://",
        "sftp://",
        "tftp://",
        "shttp://",
        "xhttp://",
        "tonsite://",
        "tg://",
        "ton://",
        "TG://",
        "mailto:",
        "://",
    ),
    *(
        "example",
        "exa-mple",
        "foo_bar",
        ".com",
        ".org",
        ".xyz",
        ".Com",
        ".COM",
        ".cOm",
        ".рф",
        "пример",
        ".xn--p1ai",
        ".xn--a",
        "t.me",
        "www.",
        "-.com",
        ".中国",
        "teiegram.org",
        "TeIegram.org",
    ),
    *("/path", "/a.b", "?q=1", "#frag", "=", "&", "%20", ":80", ":8080", ":0", ":65536", ":080"),
    *("#тег", "#می\u200cخواهم", "#tag#", "#1", "#Ⅷa", "#", "#" + "w" * 256, "#" + "w" * 257),
    *("$USD", "$1INCH", "$ABCDEFGHI", "$usd", "$"),
    *(
        "@user",
        "@gif",
        "@ab",
        "@user_name",
        "@",
        "@@",
        "@" + "u" * 32,
        "@" + "u" * 33,
        "me@",
        "me@example.com",
        "a.b+c@x.co.uk",
        "user:pass@",
    ),
    *("/start", "/cmd@bot", "/cmd@ab", "/start@bot_x/", "/", "/" + "c" * 64, "/" + "c" * 65),
    *("127.0.0.1", "256.1.1.1", "1.2.3.4", "01.2.3.4", "1.2.3"),
    *(
        "4111 1111 1111 1111",
        "4111111111111111",
        "5500-0000-0000-0004",
        "378282246310005",
        "1234567890123",
        "12",
        "7",
        "²",
        "½",
        "٣",
    ),
    *"()[]{}<>\"'`«»“”…–—!?;:,. \n\t\r_-~+*|\\^",
    *("..", "...", "  "),
    *"\x1f\x7f\x85\xa0\u1680\u200b\u200c\u200d\u200e\u2028\u202e\u2060\u3000\ufeff\ufffc·©ªº",
    *("😀", "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    *("é", "e\u0301", "ß", "İ", "K", "中国", "।", "हिन्दी", "ไทย", "සිංහල", "a", "b1", "Z"),
    *("x" * 63, "y" * 64, "q" * 30),
]
LOOSE = "ab1.@/:#$ -_()[]?!'.,\n"
RANGES = ((1, 0x250), (0x250, 0x3100), (0x2000, 0x2070), (0x1F300, 0x1FAFF))
STYLED = [name.removeprefix("MessageEntity") for name in STYLES]
GIVEN = [*STYLED, "Code", "Pre", "Blockquote", "TextUrl", "CustomEmoji", "FormattedDate"]


def text_of(chance: random.Random) -> str:
    """Return a text of what links, tags and the like are made of, or of any characters."""
    kind = chance.random()
    if kind < 0.85:
        many = range(chance.randint(1, 9))
        return "".join(
            chance.choice(PARTS) if chance.random() < 0.9 else f".{chance.choice(ENDINGS)}"
            for _ in many
        )
    if kind < 0.95:
        return "".join(chance.choices(LOOSE, k=chance.randint(1, 40)))
    return "".join(
        chr(chance.randrange(*chance.choice(RANGES)))
        if chance.random() < 0.5
        else chance.choice(LOOSE)
        for _ in range(chance.randint(1, 30))
    )


@pytest.fixture(autouse=True)
def silence() -> None:
    """Let TDLib say nothing."""
    oracle.quiet()


def test_what_is_found_in_made_texts_is_what_tdlib_finds(long: bool) -> None:
    """Scripts, punctuation, emoji, ports, brackets, addresses and schemes in any order."""
    chance = random.Random(20261129)
    differ, compared = [], 0
    for _ in range(TEXTS_LONG if long else TEXTS):
        text = text_of(chance)
        if any(unicodedata.category(c) == "Cn" for c in text):
            continue  # a letter to whoever knows a newer Unicode
        wanted = oracle.found(text)
        if wanted is None:
            continue
        compared += 1
        got = [(e[0].removeprefix("MessageEntity"), e[1], e[2]) for e in find(text)]
        if got != wanted:
            differ.append((text, wanted, got))
    assert not differ[:5]
    assert compared > TEXTS / 2


def test_what_is_given_is_laid_as_tdlib_lays_it() -> None:
    """Any entities over any others: the same is kept, and cut in the same places wherever it must be cut."""
    chance = random.Random(9)
    for _ in range(SETS):
        size = chance.randint(2, 12)
        kinds = chance.sample(GIVEN, chance.randint(1, 5))
        given = []
        for _ in range(chance.randint(1, 6)):
            offset = chance.randrange(size)
            given.append((chance.choice(kinds), offset, chance.randint(1, size - offset)))
        laid = arrange([(f"MessageEntity{kind}", *place, "") for kind, *place in given])
        assert [_told(e) for e in _cut_everywhere(laid)] == oracle.arranged("x" * size, given)


def _told(entity: Entity) -> oracle.Place:
    return entity[0].removeprefix("MessageEntity"), entity[1], entity[2]


def _cut_everywhere(laid: list[Entity]) -> list[Entity]:
    """Return entities cut also where they lie within each other, which TDLib does and we leave to it."""
    blocks = [e for e in laid if e[0] not in STYLES]
    styles = [e for e in laid if e[0] in STYLES]
    assert QUOTE not in STYLES
    return sorted([*blocks, *_cut(styles, blocks)], key=order)
