"""Where an app looks for its servers: the addresses and ports compiled into it, and one server's instead."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from .program import Program, Reference

# Telegram's networks, as apps have them compiled in and as core.telegram.org/resources/cidr.txt has them;
# each begins with plain text, which is found quickly among many megabytes
NETWORKS_4: Final = (
    rb"149\.154\.1[67]\d\.\d{1,3}",
    rb"91\.108\.\d{1,3}\.\d{1,3}",
    rb"91\.105\.19[23]\.\d{1,3}",
    rb"95\.161\.\d{1,3}\.\d{1,3}",
    rb"185\.76\.151\.\d{1,3}",
)
NETWORKS_6: Final = (
    rb"2001:0?b28:[0-9a-f:]{4,31}",
    rb"2001:0?67c:0?4e8:[0-9a-f:]{3,26}",
    rb"2a0a:f280:[0-9a-f:]{2,29}",
)
OF_ADDRESSES: Final = b"0123456789abcdef.:"  # what is next to these makes it another address
# Telegram Desktop keeps {int id; const char *ip; int port}; a pointer has eight bytes before and behind it
ID_BEFORE, PORT_AFTER = 8, 8
IDS: Final = range(1, 6)
PORT: Final = 443
# TDLib tries these in this order, and makes the list in its code: two numbers at once, then the third
PORTS: Final = (443, 80, 5222)
PORTS_START: Final = b"".join(p.to_bytes(4, "little") for p in PORTS[:2])
PORTS_END: Final = PORTS[2].to_bytes(4, "little")
PORTS_APART_MAX: Final = 96  # bytes of code between the two


class RepointError(Exception):
    """The app cannot be re-pointed; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is."""

    host: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class AddressSlot:
    """An address that is compiled in, with the zero byte behind it."""

    offset: int
    size: int  # characters there is room for
    address: int | None  # where it is when the program runs


def _found(program: Program, patterns: tuple[bytes, ...]) -> list["re.Match[bytes]"]:
    """Return every address of some networks, however it is kept."""
    return [
        match
        for pattern in patterns
        for match in re.finditer(pattern, program.content)
        if match.start() == 0 or program.content[match.start() - 1] not in OF_ADDRESSES
        if program.content[match.end() : match.end() + 1] not in [bytes([c]) for c in OF_ADDRESSES]
    ]


def _slots(program: Program, patterns: tuple[bytes, ...]) -> list[AddressSlot]:
    """Return every address that is a text of its own.

    Raises:
        RepointError: one is inside of another text, where no other address may fit.
    """
    slots = []
    for match in _found(program, patterns):
        start, end = match.span()
        if program.content[start - 1 : start] + program.content[end : end + 1] != b"\0\0":
            raise RepointError(
                f"Telegram's address {match[0].decode()} is in it in a form that is not known: "
                "take another build of the app."
            )
        slots.append(AddressSlot(start, end - start, program.address(start)))
    return slots


def point(program: Program, place: ServerAddress) -> int:
    """Replace every address of Telegram's, and the ports; return how many addresses there were.

    Raises:
        RepointError: there are none, or they are kept in a way that is not known.
    """
    slots_4, slots_6 = _slots(program, NETWORKS_4), _slots(program, NETWORKS_6)
    if not slots_4:
        raise RepointError(
            "Telegram's addresses are not in it as text. Start from the app as it was installed, not from "
            "a copy that was re-pointed before; of TDLib take the build of the package tdjson on PyPI."
        )
    references = program.references(
        slot.address for slot in (*slots_4, *slots_6) if slot.address is not None
    )
    _set_ports(program, slots_4, references, place.port)
    _write_4(program, slots_4, references, str(place.host).encode())
    six = f"::ffff:{place.host.packed[:2].hex()}:{place.host.packed[2:].hex()}".encode()
    for slot in slots_6:
        program.write(slot.offset, six.ljust(slot.size, b"\0"))
    return len(slots_4) + len(slots_6)


def _write_4(
    program: Program, slots: list[AddressSlot], references: list[Reference], text: bytes
) -> None:
    """Write an address into each slot; where it is longer than the slot, point to one that has room."""
    small = [slot for slot in slots if slot.size < len(text)]
    large = [slot for slot in slots if slot.size >= len(text)]
    for slot in large:
        program.write(slot.offset, text.ljust(slot.size, b"\0"))
    if not small:
        return
    room = large[0].address if large else None
    addresses = {slot.address for slot in small}
    if room is None or not addresses <= {r.target for r in references}:
        raise RepointError(
            f"This build has no room for an address of {len(text)} characters: "
            f"give the server one that has {min(s.size for s in slots)} at most."
        )
    for reference in references:
        if reference.target in addresses:
            program.redirect(reference, room)
    for slot in small:  # nothing points here any more
        program.write(slot.offset, bytes(slot.size))


def _set_ports(
    program: Program, slots: list[AddressSlot], references: list[Reference], port: int
) -> None:
    """Replace the ports.

    Raises:
        RepointError: they were not found, and the server is not where the app looks then.
    """
    entries = [r for r in references if _is_entry(program, r)]
    if {slot.address for slot in slots} <= {r.target for r in entries}:
        for entry in entries:
            if entry.pointer is not None:
                program.write(entry.pointer + PORT_AFTER, port.to_bytes(4, "little"))
        return
    pairs = [(at, end) for at in program.finds(PORTS_START) if (end := _ports_end(program, at))]
    for at, end in pairs:
        program.write(at, port.to_bytes(4, "little") * 2)
        program.write(end, port.to_bytes(4, "little"))
    if not pairs and port != PORT:
        raise RepointError(
            f"This build looks on port {PORT}, and where it has that from was not found: let the server "
            f"listen there as well (`chappe serve --also HOST:{PORT}`), and say `--to HOST:{PORT}`."
        )


def _is_entry(program: Program, reference: Reference) -> bool:
    """Whether a pointer belongs to the table of data centres."""
    at = reference.pointer
    return (
        at is not None
        and program.number(at - ID_BEFORE) in IDS
        and program.number(at + PORT_AFTER) == PORT
    )


def _ports_end(program: Program, start: int) -> int:
    """Return where the third port of TDLib's list is, or 0."""
    behind = start + len(PORTS_START)
    return max(program.content.find(PORTS_END, behind, behind + PORTS_APART_MAX), 0)
