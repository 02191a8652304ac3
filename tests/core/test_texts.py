"""How texts are compared: what is written alike in two ways is found either way."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.core import NameQuery, bare, fold, folded_words, texts

ALIKE = (
    ("don’t", "don't"),
    ("donʼt", "don't"),
    ("don´t", "don't"),
    ("don＇t", "don't"),
    ("“so” «so» „so‟", '"so" "so" "so"'),
    ("״so״", '"so"'),
    ("wi‑fi", "wi-fi"),
    ("1914–1918", "1914-1918"),
    ("yes—no", "yes-no"),
    ("−5", "-5"),
    ("ＦＵＬＬ　１２３", "full 123"),
    ("ﾃﾚﾋﾞ", "テレヒ"),
    ("oﬃce ﬁle", "office file"),
    ("Æsop’s œuvre", "aesop's oeuvre"),
    ("Ĳssel", "ijssel"),
    ("infor\u00admation", "information"),
    ("zero\u200bwidth", "zerowidth"),
    ("می‌خواهم", "میخواهم"),
    ("\u202bright\u202c", "right"),
    ("👨‍👩‍👧", "👨👩👧"),
    ("⚽️", "⚽"),
    ("fixed\u00a0space", "fixed space"),
    ("Große STRAẞE", "grosse strasse"),
    ("İstanbul", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("ΟΔΥΣΣΕΎΣ", "οδυσσευς"),
    ("Ёлка", "елка"),
    ("Łódź", "lodz"),
    ("København", "kobenhavn"),
    ("Đặng", "dang"),
    ("Þór", "thor"),
    ("Ħal", "hal"),
    ("x² ½", "x2 1⁄2"),
    ("№ 5", "no 5"),
    ("…", "..."),
    ("١٢٣", "123"),
    ("۱۲۳", "123"),
    ("कि१", "कि1"),
    ("کتاب", "كتاب"),
    ("علی", "علي"),
    ("كـتـاب", "كتاب"),
    ("한글", unicodedata.normalize("NFD", "한글")),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_written_in_two_ways_is_the_same(one: str, other: str) -> None:
    """Marks of other keyboards, ligatures, width, what is not seen, case, accents, strokes, digits."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bad", "bed"),
        ("wi-fi", "wifi"),
        ("a b", "ab"),
        ("don't", "dont"),
        ("c++", "c#"),
        ("कि", "का"),
    ],
)
def test_what_is_not_the_same_stays_apart(one: str, other: str) -> None:
    """Other letters, other vowels, and marks that stand between words."""
    assert fold(one) != fold(other)


@given(st.text())
def test_comparing_knows_no_forms(text: str) -> None:
    """Composed or taken apart, and folded once or twice; what has been seen before changes nothing."""
    folded = fold(text)
    assert fold(folded) == folded
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, text)) == folded


def test_what_is_remembered_of_characters_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the bound they are made out each time, to the same."""
    monkeypatch.setattr(texts, "REMEMBERED_MAX", 0)
    assert fold("Ⓡare") == "rare"
    assert ord("Ⓡ") not in texts._COMPARED


def test_words_are_what_stands_between_marks() -> None:
    """Each once, for the directory; in order, where a text is compared without marks."""
    assert folded_words("Ada_Lovelace, ADA’s – № 1") == ["ada", "lovelace", "s", "no", "1"]
    assert bare(fold("It’s $100 – really!")) == "it s 100 really"


@pytest.mark.parametrize(
    ("query", "names", "fits"),
    [
        ("emile", ("Émile", "Zöé"), True),
        ("zoe em", ("Émile", "Zöé"), True),
        ("ile z", ("Émile", "Zöé"), True),
        ("mile zoe", ("Émile", "Zöé"), True),
        ("zoe mil", ("Émile", "Zöé"), False),
        ("o'brien", ("O’Brien",), True),
        ("O’Brien", ("O'Brien",), True),
        ("jean-luc", ("Jean Luc",), True),
        ("lodz", ("Łódź",), True),
        ("bob", ("Ada",), False),
        ("$", ("Ada",), False),
        ("$", ("Ke$ha",), True),
    ],
)
def test_a_name_is_found_as_it_is_typed_or_by_the_beginnings_of_its_words(
    query: str, names: tuple[str, ...], *, fits: bool
) -> None:
    """In any order; marks alone begin no word."""
    assert NameQuery(query).fits(*names) is fits


def test_a_name_of_nothing_is_none() -> None:
    """Spaces, and what is not seen."""
    assert not NameQuery(" \u200b\u2060 ")
