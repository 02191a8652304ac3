"""Names are kept as they are written, but for what is never seen and what turns the writing around it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.core import clean_line, clean_lines, clean_name, is_seen

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
HEART = "\u2764\ufe0f"
PERSIAN = "می\u200cخواهم"
NEWER = "\U0001fae8"  # an emoji of Unicode 15
APPLE = "\uf8ff"
KEPT = [
    FAMILY,
    ENGLAND,
    HEART,
    PERSIAN,
    NEWER,
    APPLE,
    "हिन्दी",
    "e\u0301",
    "葛\U000e0100",
    "Zoë O’Neil",
    "ه\u200d",
]
UNSEEN = [
    "",
    " ",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\u2800",
    "\u115f\u1160",
    "\ufe0f",
    "\U000e0067",
    "\u202e",
    "\u2066",
    "\xad",
    "\u034f",
    "\xa0",
    "\x07",
    "\ufffc",
    "\u180e",
    "\u061c",
    "\U0001d159",
]
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            [*TURNING, *"".join(KEPT), *"".join(UNSEEN), "a", " ", "\n", "\t", "\u2028"]
        ),
    ),
    max_size=40,
)


@pytest.mark.parametrize("name", KEPT)
def test_what_makes_words_and_emoji_is_kept(name: str) -> None:
    """Joiners, selectors, flags of tags, accents, characters newer than this Python, private ones."""
    assert clean_name(name, 64) == clean_line(name, 64) == clean_lines(name) == name
    assert is_seen(name)


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_cannot_be_seen_is_nothing(unseen: str) -> None:
    """Alone or repeated it makes no name; beside a letter it makes that letter, or a word more."""
    for name in (unseen, unseen * 3, f" {unseen} "):
        assert clean_name(name, 64) == clean_line(name, 64) == clean_lines(name) == ""
        assert not is_seen(name)
    assert is_seen(f"{unseen}a")


@pytest.mark.parametrize(
    "space", [*"\t\n\x0b\x0c\r \x85\xa0\u1680\u2003\u2009\u2028\u202f\u205f\u3000\u2800"]
)
def test_every_space_parts_words(space: str) -> None:
    """A fixed, narrow or wide one is a plain one; no two words grow together."""
    assert clean_name(f"{space}Jean{space}{space}Paul{space}", 64) == "Jean Paul"
    assert clean_line(f"a{space}b", 64) == "a b"


def test_controls_and_marks_that_turn_the_writing_go() -> None:
    """Nothing turns what stands beside a name; tags without a flag say nothing unseen."""
    assert clean_line(f"gpj{TURNING}.exe\x00\x1b[1m", 64) == "gpj.exe[1m"
    assert clean_line("a\U000e0068\U000e0069b", 64) == "ab"
    assert clean_line(f"{ENGLAND[:3]}x", 64) == "\U0001f3f4x"


def test_a_name_is_not_cut_within_what_is_joined() -> None:
    """No half of a flag and no joiner that joins nothing remains at the end."""
    assert clean_name(f"abc{ENGLAND}", 6) == "abc\U0001f3f4"
    assert clean_name(f"ab{FAMILY}", 4) == "ab\U0001f468"
    assert clean_name("ab cd", 3) == "ab"


def test_several_lines_stay_lines() -> None:
    """Whatever ends a line, it is a line; outer space goes."""
    assert clean_lines(" one\r\ntwo\rthree\u2028four\u202e\n\n") == "one\ntwo\nthree\nfour"


@given(ANY, st.integers(1, 20))
def test_cleaning_twice_is_cleaning_once(text: str, most: int) -> None:
    """What is kept would be kept again, is bounded, has no turning mark or control, and is seen or empty."""
    for clean in (clean_name, clean_line):
        once = clean(text, most)
        assert clean(once, most) == once
        assert len(once) <= most
        assert not any(unicodedata.category(c) == "Cc" or c in TURNING for c in once)
        assert not any(unicodedata.category(c) in ("Zs", "Zl", "Zp") and c != " " for c in once)
    whole = clean_name(text, 1_000)
    assert is_seen(whole) or not whole
    assert whole == " ".join(whole.split(" ")).strip()
    assert bool(whole) == is_seen(text)


@given(ANY)
def test_letters_and_digits_are_never_lost(text: str) -> None:
    """Every letter, digit, accent, joiner between letters and sign comes through in its order."""
    visible = [c for c in text if is_seen(c)]
    assert [c for c in clean_name(text, 1_000) if is_seen(c)] == visible
    assert [c for c in clean_lines(text) if is_seen(c)] == visible
