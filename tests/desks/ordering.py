"""Orders in tests: a village with a log, witnesses, custodians with their tool, an authority with a key."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from chappe.desks import orders
from chappe.trust import custody
from chappe.trust.custody import (
    ClaimedBuild,
    CustodianKey,
    CustodyRequest,
    CustodyTable,
    parse_request,
)
from chappe.trust.ledger import verify
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.storage import LogDirectory, LogFiles
from tests.features.village import Village
from tests.operating import operate
from tests.trust.custodians import House, Ran, counted, tool
from tests.trust.public_log import KNOWN, LOG, NOW, ORIGIN, cosign

ON: Final = "2027-01-15"  # the day of a village
WEEK_S: Final = 604_800


class MemoryVault:
    """See `orders.VaultFiles`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @asynccontextmanager
    async def writing(self, name: str) -> AsyncIterator[Callable[[bytes], Awaitable[None]]]:
        """See `VaultFiles`."""
        held = bytearray()

        async def write(content: bytes) -> None:
            held.extend(content)

        yield write
        self.files[name] = bytes(held)

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """See `VaultFiles`."""
        if name not in self.files:
            raise FileNotFoundError(name)
        content = self.files[name]
        for at in range(0, len(content), 1_000):
            yield content[at : at + 1_000]

    async def drop(self, name: str) -> None:
        """See `VaultFiles`."""
        for one in [one for one in self.files if one == name or one.startswith(f"{name}/")]:
            del self.files[one]

    async def hand_out(self, name: str) -> str:
        """See `VaultFiles`."""
        return name


class Fell(BaseException):
    """The server was killed: nothing catches it."""


class HouseLog:
    """See `orders.OrderLog`: the log of a house. It can be killed, and witnesses may be away."""

    origin = ORIGIN

    def __init__(self, house: House) -> None:
        self.house = house
        self.witnesses = 2
        self.is_witnessed = True
        self.killed = ""  # when: before an append, or behind it

    def _opened(self) -> Any:
        return LogDirectory.opened(LogFiles(self.house.log), ORIGIN)

    @property
    def size(self) -> int:
        """See `OrderLog`."""
        with self._opened() as log:
            return int(log.head.size)

    async def enter(self, groups: Sequence[orders.EntryGroup]) -> list[int]:
        """See `OrderLog`."""
        if self.killed == "before":
            raise Fell
        positions = []
        with self._opened() as log:
            for lines, since in groups:
                every = [log.entry(at) for at in range(since, log.head.size)]
                starts = range(len(every))
                found = [at for at in starts if every[at : at + len(lines)] == [*lines]]
                positions.append(since + found[0] if found else log.append(lines))
            if self.witnesses == 2:
                log.publish(cosign(log.sign(LOG, NOW)))
        if self.killed == "behind":
            raise Fell
        return positions

    def publish(self) -> None:
        """The witnesses are back."""
        with self._opened() as log:
            log.publish(cosign(log.sign(LOG, NOW)))

    async def entry(self, position: int) -> bytes:
        """See `OrderLog`."""
        return self.house.proof(position)[0]

    async def proof(self, position: int) -> bytes | None:
        """See `OrderLog`."""
        with self._opened() as log:
            note = log.published()
            if note is None or parse_checkpoint(note.text).size <= position:
                return None
            return bytes(log.proof(position, note).content)

    async def continues(self, seen: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """See `OrderLog`."""
        found: dict[int, tuple[str, ...]] = {}
        for one in seen:
            found |= self.house.continues(one)
        return found


class HouseOutside:
    """See `orders.Outside`."""

    build = ClaimedBuild("1.2.3")

    def __init__(self, house: House) -> None:
        self.log = HouseLog(house)
        self.files = MemoryVault()
        self.table: CustodyTable | None = house.table
        self.noted: dict[str, int] = {}  # what a start would show to go on from

    def custodians(self) -> CustodyTable | None:
        """See `Outside`."""
        return self.table

    def saw(self, approver: str, size: int) -> None:
        """See `Outside`."""
        self.noted[approver] = size


class OrderDesk:
    """The desk of a village, with everybody who has to do with it."""

    def __init__(self, v: Village, house: House) -> None:
        self.v, self.house = v, house
        self.outside = HouseOutside(house)
        self.log, self.files = self.outside.log, self.outside.files
        v.context.give(orders.OUTSIDE, self.outside)
        self.authority: CustodianKey = custody.new_custodian_key(counted(5_000))
        self._tools: dict[int, Path] = {}
        self._answered: set[int] = set()  # whose answers were taken: what they saw is known

    @property
    def key(self) -> str:
        """The authority's public key, as it hands it out."""
        return custody.forms.to_text(self.authority.public())

    async def do(self, name: str, /, **given: Any) -> Any:
        """Give a command."""
        return await operate(self.v.server, name, **given)

    async def keep(self) -> None:
        """What happens once a minute."""
        await orders.keep_orders(self.v.context)
        await self.v.settle()

    async def receive(self, *people: Any, **other: Any) -> int:
        """An order comes in: a European Production Order for messages and who somebody is."""
        given: dict[str, Any] = {
            "channel": "EPOC",
            "country": "FR",
            "basis": "court-order",
            "classes": ["content", "subscriber"],
            "accounts": [str(one.id) for one in people],
        }
        return int((await self.do("order-receive", **{**given, **other}))["number"])

    async def state(self, number: int) -> str:
        """How far an order has come."""
        found = await self.do("orders")
        return str(next(one["state"] for one in found if one["number"] == number))

    def tool_of(self, place: int) -> Path:
        """The folder of a custodian, who has accepted their share."""
        if place not in self._tools:
            self._tools[place] = self.house.accepted(place)
        return self._tools[place]

    async def ask(self, number: int, place: int, **altered: Any) -> Ran:
        """Have a custodian's own tool answer a request to release."""
        folder = self.tool_of(place)
        sizes = [] if place in self._answered else [*folder.glob("servers/*/head.json")]
        seen = [str(json.loads(path.read_text())["size"]) for path in sizes]
        made = await self.do("order-request", order=number, seen=seen)
        request = parse_request(made["request"].encode())._replace(**altered)
        return self.answered(folder, request)

    def answered(self, folder: Path, request: CustodyRequest) -> Ran:
        """Have somebody's tool answer a request, at the village's time."""
        file = self.house.root / "request.json"
        file.write_bytes(request.content)
        return tool(folder, "answer", str(file), "--yes", now=self.v.clock.time + 60)

    async def approve(self, number: int, *places: int) -> None:
        """Custodians say yes."""
        for place in places:
            ran = await self.ask(number, place)
            assert ran.code == 0, ran.err
            await self.do("order-answer", order=number, answer=ran.out)
            self._answered.add(place)

    async def released(self, number: int) -> dict[str, bytes]:
        """Go the whole way from what was received; return what the authority reads."""
        await self.do("order-seal", order=number, authority=self.key)
        await self.approve(number, 1, 3)
        await self.do("order-release", order=number)
        where = (await self.do("order-deliver", order=number))["package"]
        return self.opened(where)

    def opened(self, where: str) -> dict[str, bytes]:
        """What the authority reads, by part and file."""
        found: dict[str, bytes] = {}
        for name, pieces in custody.open_package(
            io.BytesIO(self.files.files[where]), self.authority
        ):
            with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
                found |= {f"{name}/{one}": archive.read(one) for one in archive.namelist()}
        return found

    def logged(self) -> list[tuple[str, dict[str, Any]]]:
        """The entries of the log behind those a house begins with."""
        with LogDirectory.opened(LogFiles(self.house.log), ORIGIN) as log:
            every = [KNOWN.read(log.entry(at)) for at in range(5, log.head.size)]
        return [(one.kind, dict(one.fields)) for one in every]

    def kinds(self) -> list[str]:
        """The kinds of those about orders."""
        every = [kind for kind, _ in self.logged()]
        return [one.removeprefix("authority.") for one in every if one.startswith("authority.")]

    def audit(self, on: str = ON, command: str = "log") -> int:
        """What a stranger's look at the log ends with."""
        place = [str(self.house.log / "public"), "--policy", str(self.house.policy), "--on", on]
        return verify.main([command, *place])
