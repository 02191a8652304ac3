"""The bytes of a program, which keep their length: where text is in it, and what points to the text."""

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

ELF_64_LITTLE: Final = b"\x7fELF\x02\x01"
SEGMENT: Final = struct.Struct("<IIQQQQQQ")  # type, flags, offset, address, …, bytes in the file
LOADED, DYNAMIC = 1, 2  # types of segments
EXECUTABLE: Final = 1  # a flag of segments
RELOCATIONS, RELOCATIONS_BYTES = 7, 8  # DT_RELA and DT_RELASZ of the dynamic section
RELOCATION: Final = struct.Struct("<QQq")  # where, what, addend
ADDEND: Final = 16  # where the addend is in a relocation
# x86-64: lea of an address relative to what follows, into any 64-bit register
LEA: Final = re.compile(rb"[\x48\x4c]\x8d[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]")
SEGMENTS_MAX: Final = 200  # segments: more than any linker makes


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the file and the address it is loaded at."""

    offset: int
    address: int
    size: int  # bytes in the file
    executable: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the program that points to an address."""

    target: int  # the address
    field: int  # offset of what has to change for it to point elsewhere
    pointer: int | None  # offset of the pointer among the data; None: it is in the code
    origin: int | None  # in the code: the address that the field counts from


class Program:
    """A program or library; only of 64-bit ELF files is it known what points where."""

    def __init__(self, content: bytes) -> None:
        """Read the segments.

        Raises:
            ValueError: the file says it is ELF but its tables are broken.
        """
        self.content = bytearray(content)
        self.segments: list[Segment] = []
        self._relocations = range(0)  # offsets
        if content.startswith(ELF_64_LITTLE):
            try:
                self._read_tables()
            except struct.error as error:
                raise ValueError("its tables are cut off") from error

    def _read_tables(self) -> None:
        (table,) = struct.unpack_from("<Q", self.content, 32)
        each, count = struct.unpack_from("<HH", self.content, 54)
        dynamic = range(0)
        for number in range(min(count, SEGMENTS_MAX)):
            kind, flags, offset, address, _, size, _, _ = SEGMENT.unpack_from(
                self.content, table + number * each
            )
            if kind == LOADED:
                self.segments.append(Segment(offset, address, size, bool(flags & EXECUTABLE)))
            elif kind == DYNAMIC:
                dynamic = range(offset, offset + size, 16)
        tags = dict(struct.unpack_from("<QQ", self.content, at) for at in dynamic)
        start = self.offset(tags.get(RELOCATIONS, 0))
        if start is not None:
            self._relocations = range(start, start + tags.get(RELOCATIONS_BYTES, 0))

    def address(self, offset: int) -> int | None:
        """Return where a byte of the file is when the program runs, or None where it is not loaded."""
        for segment in self.segments:
            if 0 <= offset - segment.offset < segment.size:
                return offset - segment.offset + segment.address
        return None

    def offset(self, address: int) -> int | None:
        """Return where in the file an address is, or None."""
        for segment in self.segments:
            if 0 <= address - segment.address < segment.size:
                return address - segment.address + segment.offset
        return None

    def number(self, offset: int) -> int | None:
        """Return the signed 32-bit number at an offset, or None behind the end."""
        if not 0 <= offset <= len(self.content) - 4:
            return None
        return int.from_bytes(self.content[offset : offset + 4], "little", signed=True)

    def write(self, offset: int, new: bytes) -> None:
        """Replace bytes by as many.

        Raises:
            ValueError: they do not fit into the file.
        """
        if not 0 <= offset <= len(self.content) - len(new):
            raise ValueError("what is written would lie outside of the file")
        self.content[offset : offset + len(new)] = new

    def finds(self, text: bytes) -> Iterator[int]:
        """Return every offset of a text, in their order."""
        at = self.content.find(text)
        while at >= 0:
            yield at
            at = self.content.find(text, at + 1)

    def references(self, targets: Iterable[int]) -> list[Reference]:
        """Return what points to one of these addresses: pointers among the data, and code of x86-64."""
        wanted = set(targets)
        found = list(self._relocated(wanted))
        for segment in self.segments:
            if segment.executable:
                found += self._code(segment, wanted)
        for target in wanted - {r.target for r in found}:
            found += self._written(target)
        return found

    def _relocated(self, targets: set[int]) -> Iterator[Reference]:
        """Return the pointers that the loader writes."""
        table = self.content[self._relocations.start : self._relocations.stop]
        table = table[: len(table) - len(table) % RELOCATION.size]
        for number, (where, _, addend) in enumerate(RELOCATION.iter_unpack(table)):
            if addend in targets and (pointer := self.offset(where)) is not None:
                at = self._relocations.start + number * RELOCATION.size + ADDEND
                yield Reference(addend, at, pointer, None)

    def _written(self, target: int) -> Iterator[Reference]:
        """Return the pointers to an address that are in the file as they are."""
        for at in self.finds(target.to_bytes(8, "little")):
            if at % 8 == 0 and at not in self._relocations:
                yield Reference(target, at, at, None)

    def _code(self, segment: Segment, targets: set[int]) -> Iterator[Reference]:
        end = segment.offset + segment.size
        for match in LEA.finditer(self.content, segment.offset, end):
            field = match.end()
            origin = segment.address + field - segment.offset + 4
            distance = self.number(field)
            if distance is not None and origin + distance in targets:
                yield Reference(origin + distance, field, None, origin)

    def redirect(self, reference: Reference, address: int) -> None:
        """Let a reference point to another address."""
        if reference.origin is None:
            self.write(reference.field, address.to_bytes(8, "little"))
        else:
            distance = address - reference.origin
            self.write(reference.field, distance.to_bytes(4, "little", signed=True))
