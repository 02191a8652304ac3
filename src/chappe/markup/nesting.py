"""How the entities of a text lie within each other, whatever a client gives.

Styles may lie anywhere; links, mentions and code are one each, and nothing is within code or a moment; a
quotation holds whole ones of them. What was meant to overlap is cut where it does, so that every app can draw
it.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

Argument = str | int
Entity = tuple[
    str, int, int, Argument
]  # constructor's name, offset, length in UTF-16 units, what it says

QUOTE: Final = "MessageEntityBlockquote"
_PRE: Final = "MessageEntityPre"
CODE: Final = frozenset({"MessageEntityCode", "MessageEntityPre", "MessageEntityFormattedDate"})
STYLES: Final = (
    "MessageEntityBold",
    "MessageEntityItalic",
    "MessageEntityUnderline",
    "MessageEntityStrike",
    "MessageEntitySpoiler",
)
# which of two that lie in the same place is the outer one
_RANKS: Final = {
    QUOTE: 0,
    "MessageEntityPre": 11,
    "MessageEntityCode": 20,
    "MessageEntityFormattedDate": 30,
    "MessageEntityTextUrl": 49,
    "MessageEntityMentionName": 49,
    **{style: 90 + i for i, style in enumerate(STYLES)},
    "MessageEntityCustomEmoji": 99,
}
_RANK: Final = 50  # of all others


class _Sorted(NamedTuple):
    """Entities by what they may lie in."""

    styles: list[Entity]
    quotes: list[Entity]
    whole: list[Entity]


def order(entity: Entity) -> tuple[int, int, int]:
    """Return what entities are sorted by: the outer before the inner."""
    spoken = (
        entity[0] == _PRE and entity[3] != ""
    )  # code of which the language is known is the outer one
    return (entity[1], -entity[2], _RANKS.get(entity[0], _RANK) - spoken)


def said_bytes(entities: Iterable[Entity]) -> int:
    """Return how many bytes entities carry besides where they are."""
    return sum(len(e[3].encode()) for e in entities if isinstance(e[3], str))


def _end(entity: Entity) -> int:
    return entity[1] + entity[2]


def arrange(given: Iterable[Entity]) -> list[Entity]:
    """Return entities a client gives, in order, each within another or apart from it."""
    entities = sorted(given, key=order)
    if len(entities) < 2:  # noqa: PLR2004  one lies in no other
        return entities
    sorts = _sort(entities)
    return _laid(_Sorted(sorts.styles, _apart(sorts.quotes), _apart(sorts.whole)))


def join(given: Sequence[Entity], found: Sequence[Entity]) -> list[Entity]:
    """Return arranged entities together with what was found in the text, where that meets none of them."""
    if not found or not given:
        return [*given, *found]
    sorts = _sort(given)
    whole = sorted([*sorts.whole, *_beside(found, sorts.whole)], key=order)
    return _laid(_Sorted(sorts.styles, sorts.quotes, whole))


def _sort(entities: Iterable[Entity]) -> _Sorted:
    sorts = _Sorted([], [], [])
    for entity in entities:
        kind = sorts.styles if entity[0] in STYLES else sorts.whole
        (sorts.quotes if entity[0] == QUOTE else kind).append(entity)
    return sorts


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    """Return those in order that do not begin within one before them."""
    kept: list[Entity] = []
    end = 0
    for entity in entities:
        if entity[1] >= end:
            kept.append(entity)
            end = _end(entity)
    return kept


def _beside(found: Iterable[Entity], taken: Iterable[Entity]) -> list[Entity]:
    """Return what was found where nothing was given."""
    return [f for f in found if all(_end(f) <= t[1] or f[1] >= _end(t) for t in taken)]


def _holds(quote: Entity, entity: Entity) -> bool:
    """Whether an entity is either in a quotation or outside it."""
    inside = quote[1] <= entity[1] and _end(entity) <= _end(quote)
    return inside or _end(entity) <= quote[1] or _end(quote) <= entity[1]


def _laid(sorts: _Sorted) -> list[Entity]:
    """Return all in order; styles are cut, if anything overlaps what it is not in."""
    whole = [e for e in sorts.whole if all(_holds(q, e) for q in sorts.quotes)]
    blocks = [*whole, *sorts.quotes]
    styles = _united(sorts.styles)
    if not _nest([*blocks, *styles]) or _meet_code(whole, styles):
        styles = _cut(styles, blocks)
    return sorted([*blocks, *styles], key=order)


def _united(styles: Iterable[Entity]) -> list[Entity]:
    """Return styles of which those of one kind that touch are one."""
    united: list[Entity] = []
    last: dict[str, int] = {}
    for style in styles:
        name, offset, _, argument = style
        at = last.get(name)
        if at is None or _end(united[at]) < offset:
            last[name] = len(united)
            united.append(style)
        else:
            before = united[at]
            united[at] = (name, before[1], max(_end(before), _end(style)) - before[1], argument)
    return united


def _nest(entities: list[Entity]) -> bool:
    """Whether each of two that meet is within the other."""
    ends: list[int] = []
    for entity in sorted(entities, key=order):
        while ends and ends[-1] <= entity[1]:
            ends.pop()
        if ends and _end(entity) > ends[-1]:
            return False
        ends.append(_end(entity))
    return True


def _meet_code(whole: Iterable[Entity], styles: Sequence[Entity]) -> bool:
    """Whether anything styled is code, which it cannot be."""
    codes = [e for e in whole if e[0] in CODE]
    return any(s[1] < _end(c) and c[1] < _end(s) for c in codes for s in styles)


def _cut(styles: Iterable[Entity], blocks: Iterable[Entity]) -> list[Entity]:
    """Return styles cut wherever another entity begins, or a block ends; what is in code goes."""
    styles, blocks = list(styles), list(blocks)
    edges = sorted({e[1] for e in [*styles, *blocks]} | {_end(b) for b in blocks})
    codes = [b for b in blocks if b[0] in CODE]
    pieces: list[Entity] = []
    for style in styles:
        name, offset, _, argument = style
        stops = [edge for edge in edges if offset < edge < _end(style)]
        for start, stop in zip([offset, *stops], [*stops, _end(style)], strict=True):
            if not any(c[1] <= start and stop <= _end(c) for c in codes):
                pieces.append((name, start, stop - start, argument))
    return pieces
