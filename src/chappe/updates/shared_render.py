"""Shared rendering: an event is rendered for two viewers; the others get the bytes with their holes filled.

What a post looks like to two plain members of a channel differs in a few numbers: access hashes, which
are each viewer's own, and the day they joined. Views say which bytes those are (`Viewer.holes`). The
encodings of two members are laid side by side; where both have what their views said, the template has
a hole. If anything else differs, there is no template, and everybody is rendered for.
"""

from typing import Any, NamedTuple

from chappe import tl

from .viewer import Hole


class Sample(NamedTuple):
    """A rendering for one viewer."""

    user: int
    facts: Any
    updates: Any
    holes: list[Hole]
    named: frozenset[int]  # people in it


class Template(NamedTuple):
    """Bytes with holes: what lies between them, and what goes into each."""

    pieces: list[bytes]
    holes: list[Hole]
    same: list[Hole]  # what both samples have alike, and whoever uses this must have too

    def fill(self, user: int, facts: Any) -> bytes | None:
        """Return the bytes for one viewer; None if they are not like the samples."""
        for raw, made in self.same:
            if made(user, facts) != raw:
                return None
        parts = self.pieces[:1]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            parts += (hole.made(user, facts), piece)
        return b"".join(parts)


def cut(first: Sample, second: Sample, layer: int) -> Template | None:
    """Return the template two samples make in a layer; None if more differs than their numbers."""
    one, other = tl.encode(first.updates, layer), tl.encode(second.updates, layer)
    found: dict[int, Hole] = {}
    same: list[Hole] = []
    if len(first.holes) != len(second.holes) or len(one) != len(other):
        return None
    for mine, theirs in zip(first.holes, second.holes, strict=True):
        if mine.raw == theirs.raw:
            same.append(mine)
            continue
        at = one.find(mine.raw)
        while at >= 0:
            if other.startswith(theirs.raw, at):
                found[at] = mine
            at = one.find(mine.raw, at + 1)
    pieces, holes, end = [], [], 0
    for at in sorted(found):
        pieces.append(one[end:at])
        holes.append(found[at])
        end = at + len(found[at].raw)
    template = Template([*pieces, one[end:]], holes, same)
    return template if template.fill(second.user, second.facts) == other else None


class SharedRender:
    """One publication that many viewers receive, up to the holes."""

    def __init__(self, inputs: Any = None) -> None:
        self.inputs = inputs  # what it is rendered from, where that lies in more than one box
        self.samples: list[Sample] = []
        self.unshareable = False  # it turned out to be in other words for everybody
        self._templates: dict[int, Template | None] = {}

    @property
    def named(self) -> frozenset[int]:
        """The people in what is told."""
        return self.samples[0].named if self.samples else frozenset()

    def add(self, sample: Sample) -> None:
        """Take a rendering as a sample: two are needed, and of those that follow the latest serves."""
        self.samples[1:] = [sample] if self.samples else []
        if not self.samples:
            self.samples.append(sample)
        self._templates.clear()

    def body(self, user: int, facts: Any, layer: int) -> bytes | None:
        """Return what one viewer is told in a layer; None if that has to be rendered for them."""
        if len(self.samples) < 2:  # noqa: PLR2004  to see what differs
            return None
        if layer not in self._templates:
            self._templates[layer] = cut(self.samples[0], self.samples[1], layer)
        template = self._templates[layer]
        return None if template is None else template.fill(user, facts)
