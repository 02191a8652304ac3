"""The server's public log: each step of the ledger goes into it, in order and once, and to the witnesses.

The log lies in the data directory, its keys in the store. A step is in the store before it is in the log. How
far the log has come stands in the log itself (`LogDirectory.mark`), so a step is neither lost nor there
twice, whatever ends the process. What was done is in the log within a turn of seconds. What an operator is
about to do is waited for (`PublicLogWriter.reach`): those who wait at the same time share one append, and one
question to the witnesses.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from chappe import __version__
from chappe.core import HOUSE
from chappe.core.builds import MANIFEST, manifest_hash, web_manifest
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.features import accounts, ledger
from chappe.telemetry import logger
from chappe.trust.ledger import keys
from chappe.trust.ledger.canonical import EntryKinds, Value, subject_of
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.cosigning import (
    CosignedHead,
    Witnesses,
    WitnessFault,
    is_enough,
    post_by_http,
)
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.kinds import KINDS
from chappe.trust.ledger.merkle import consistency_proof
from chappe.trust.ledger.policies import NO_QUORUM, LogPolicy, parse_policy
from chappe.trust.ledger.receipts import LogReceipt
from chappe.trust.ledger.storage import PUBLIC, LogDamagedError, LogDirectory, LogFiles
from chappe.updates import Context, Observer, Periodic

from . import stated_store
from .installation.layout import LOG

LOG_EVERY_S: Final = 2.0  # seconds between two looks for new steps
ASK_AGAIN_S: Final = 60.0  # seconds until witnesses that were not enough are asked again
FRESH_S: Final = (
    21_600.0  # seconds until a head that has not grown is signed anew: its times say so
)
REACH_S: Final = 45.0  # seconds an operator's act waits to be seen by witnesses
PLACES_KEPT_MAX: Final = 5_000  # steps of which it is remembered where they are in the log
SEED_BYTES: Final = 32
START_ASK_S: Final = 3.0  # seconds a start waits for witnesses to say what they have seen
Looked = TypeVar("Looked")
PROBLEM_CHARACTERS_MAX: Final = 300  # characters that are logged of what a witness did
RESTORED: Final = "server.restored"
NOT_WRITTEN: Final = (
    "This was not done: the public log must have it first, and cannot be written ({why}). Free room on its"
    " disk, or restart the server."
)
NOT_SEEN: Final = (
    "This was not done: the public log has it, and too few witnesses have seen it there ({why}). See `chappe"
    " status`, and try again; or have fewer of them be enough, in the file of `log_witnesses`."
)


def log_folder(config: Configuration, data: Path) -> Path:
    """Return where the public log lies: another name, another folder."""
    return data / LOG / config.public_log.replace("/", "_")


def witnesses_in_file(config: Configuration, data: Path) -> str:
    """Return the witnesses, groups and quorum of the file that the setting names: the end of a policy.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    if not config.log_witnesses:
        return "quorum none\n"
    try:
        text = (data / config.log_witnesses).read_text("utf-8")
        why = "it names a log, and not witnesses alone" if parse_policy(text.encode()).logs else ""
    except (OSError, UnicodeDecodeError, LedgerError) as error:
        why = str(error)
    if why:
        raise ConfigurationError(
            f"`log_witnesses` cannot be used: {why}; name a file with witnesses and a quorum."
        )
    return text


def identity_of(peer: int) -> str:
    """Return what a receipt calls an account, a group or a channel: by its kind and number."""
    owner = accounts.owner_of(peer)
    return f"{owner.kind.name.lower()}:{owner.id}"


def _numbers(version: str) -> str:
    """Return a version as the log has it: of one that is being made, that which it will be."""
    return ".".join(version.split(".")[:3])


class PublicLogWriter(Periodic):
    """Writes the public log of a server."""

    def __init__(
        self, context: Context, folder: Path, witnesses: str, observer: Observer, build: str = ""
    ) -> None:
        """`build` is the manifest of the program that runs; without it nothing is said of the server."""
        self._build = build
        self.is_kept = True
        super().__init__("public_log", LOG_EVERY_S, observer, at_once=True)
        self._context = context
        self._folder = folder
        self._witnesses = witnesses
        self.origin: str = context.config.public_log
        self._kinds = EntryKinds(KINDS)
        self._open = ExitStack()
        self._turn = asyncio.Lock()  # held by who appends, or has a head served
        self._reaching: set[asyncio.Task[None]] = set()
        self._declaring: set[asyncio.Task[int]] = set()
        self._asking = Witnesses(post_by_http)
        self._places: dict[int, int] = {}  # of steps in the log, the last ones
        self._ask_at = 0.0
        self._fresh_until = 0.0
        self.store: stated_store.StatedStore | None = None  # of which it is said how it is
        self._state_at = self._enter_at = 0.0  # when that is said again, and entered
        self._problems: tuple[str, ...] = ()  # what witnesses did the last time, instead of helping
        self._writing = threading.Lock()  # held while a thread writes, and to end
        self._ended = False

    async def begin(self) -> None:
        """Open the log, and compare it with what the store knows of it.

        Raises:
            ConfigurationError: It must not be continued; the text says why and what to do.
        """
        seeds = await self._seeds()
        self._keys = keys.log_keys(self.origin, seeds)
        named = "".join(f"log {key.verifier.text}\n" for key in self._keys)
        self.policy_text = named + self._witnesses
        self._policy: LogPolicy = parse_policy(self.policy_text.encode())
        try:
            opened = LogDirectory.opened(LogFiles(self._folder), self.origin)
            self._log = self._open.enter_context(opened)
            served = self._log.published()
            self._served = served.text if served is not None else b""
            seen = await self._compared()
            accepted = await self._compared_store()
            await self._ask_who_saw_more()
        except (LogDamagedError, LedgerError) as error:
            self.end()
            why = str(error).rstrip(".")
            raise ConfigurationError(
                f"The public log in {self._folder} cannot be continued: {why}. Bring the newest copy of"
                " it, or name another log in `public_log`."
            ) from None
        except BaseException:
            self.end()
            raise
        try:
            await self._go_on_from(seen, accepted=accepted)
            await ledger.end_interrupted(self._context)
            await self._say_what_runs()
            await self._take_up()
            await self._state()
        except OSError as error:
            self.end()
            raise ConfigurationError(
                f"The public log in {self._folder} cannot be written: {error.strerror}. Free its disk."
            ) from None
        except BaseException:
            self.end()
            raise

    async def _compared(self) -> ledger.PublicLogSeen:
        """Return how much the store knows to be written; refuse a log that is not that."""
        seen = await self._context.look(HOUSE).get(ledger.PublicLogSeen, self.origin)
        if seen is None:
            return ledger.PublicLogSeen(origin=self.origin, size=0, root=b"", position=0)
        if self._log.root_at(seen.size) != seen.root:
            raise LedgerError("it has other entries than were written")
        return seen

    async def _compared_store(self) -> bool:
        """Return whether a store is gone on with that may be older than what was said of it.

        Raises:
            ConfigurationError: it is older, and nobody has said that it may be.
        """
        if self.store is None or not self.store.is_counted:
            return False
        kept = await self.store.note()
        files, log = LogFiles(self._folder), self._log
        said = stated_store.newest_statement(log, files, self._kinds, self.origin, self._keys)
        if kept.is_accepted:
            await self.store.note(stated=max(said.number, kept.stated))
        elif stated_store.is_older(kept, said):
            numbers = {"said": said.number, "known": kept.stated}
            raise ConfigurationError(stated_store.OLDER.format(**numbers))
        return kept.is_accepted

    async def _ask_who_saw_more(self) -> None:
        """Ask the witnesses whether the log had more entries than it has here; who is silent is passed over.

        Raises:
            LedgerError: one has seen more.
        """
        if not self._log.head.size or not any(one.url for one in self._policy.witnesses.values()):
            return
        asking = Witnesses(post_by_http, START_ASK_S)
        found = await asyncio.to_thread(self._publish, int(self._context.clock.now()), asking)
        self._problems = found.problems
        for one in found.asked:
            if one.fault is WitnessFault.AHEAD:
                raise LedgerError(f"the witness {'/'.join(one.names)} {one.problem}")

    async def _state(self) -> None:
        """Say how the store is, beside the log each minute and in it now and then, whatever was written."""
        now = self._context.clock.now()
        if self.store is None or not self.store.is_counted or now < self._state_at:
            return
        self._state_at = now + stated_store.STATED_EVERY_S
        kept = await self.store.state()
        note = stated_store.note_of(kept, self.origin, self._keys, int(now))
        await asyncio.to_thread(self._write_statement, note.content)
        if now >= self._enter_at:
            self._enter_at = now + stated_store.ENTERED_EVERY_S
            said: dict[str, Value] = {"number": kept.stated, "state": kept.digest.hex()}
            entry = self._kinds.write(stated_store.KIND, {**said, "day": ledger.day_of(int(now))})
            await asyncio.to_thread(self._append, [entry], self._position())
            await self._note()
        if kept.is_accepted:
            await self.store.note(is_accepted=False)

    def _write_statement(self, content: bytes) -> None:
        with self._writing:
            if not self._ended:
                LogFiles(self._folder).write({stated_store.NOTE: content})

    async def _go_on_from(self, seen: ledger.PublicLogSeen, *, accepted: bool) -> None:
        """Find out whether an older store was put back, and say so: its next steps are new ones."""
        ahead = seen.size < self._log.head.size
        # entries that are no steps leave the mark where it is: then no step is missing here
        known = self._position() == seen.position
        is_old = ahead and not known and not await ledger.has_step(self._context, self._position())
        steps = await ledger.steps_after(self._context, seen.position)
        if (is_old or accepted) and not any(one.kind == RESTORED for one in steps):
            day = ledger.day_of(int(self._context.clock.now()))
            entry = self._kinds.write(RESTORED, {"day": day})
            position = seen.position if is_old else self._position()
            await asyncio.to_thread(self._append, [entry], position)
            ahead = True
        if ahead:
            await self._note()

    async def _say_what_runs(self) -> None:
        """Have the log say which build this is, its level, and how codes are delivered, before it serves."""
        await ledger.say_level(self._context, self._context.level)
        if not self._build:
            return
        context, say, config = self._context, ledger.say_of_server, self._context.config
        manifest = manifest_hash(self._build)
        web = manifest_hash(web_manifest(self._build))
        said = {"manifest": manifest, "version": _numbers(__version__), "web": web}
        await say(context, ledger.BUILD, said)
        await say(context, ledger.STARTED, {"manifest": manifest}, again=True)
        ways = {
            "console": True,  # `chappe codes`
            "device": True,
            "file": config.codes_file,
            "mail": config.codes_smtp,
            "webhook": config.codes_webhook,
        }
        used = ",".join(name for name, is_used in ways.items() if is_used)
        await say(context, ledger.CODE_DELIVERY, {"ways": used})

    def end(self) -> None:
        """Let another process have it."""
        with self._writing:
            self._ended = True
            self._open.close()

    def texts(self) -> dict[str, str]:
        """Return what is served beside the log, by its name: whom to believe, and what is to be compared."""
        made = {"policy.txt": self.policy_text}
        if self._build:
            made |= {MANIFEST: self._build, "web.manifest": web_manifest(self._build)}
        return made

    @property
    def served(self) -> Path:
        """The folder that is served."""
        return self._folder / PUBLIC

    def facts(self) -> dict[str, str | int]:
        """Return what an operator must see at one look."""
        served = self._log.published()
        return {
            "public_log": self.origin,
            "log_entries": self._log.head.size,
            "log_served": parse_checkpoint(served.text).size if served is not None else 0,
            "witnesses_missing": "; ".join(self._problems)[:PROBLEM_CHARACTERS_MAX] or "none",
        }

    async def run(self) -> None:
        """See `Periodic`: write what is new, and serve a head that enough witnesses saw."""
        async with self._turn:
            before = self._log.head.size
            await self._take_up()
            await self._state()
            if self._log.head.size > before:
                self._ask_at = 0.0
            now = self._context.clock.now()
            if now < self._ask_at or (now < self._fresh_until and self._is_served()):
                return
            await self._serve()

    async def reach(self, position: int) -> None:
        """See `ledger.AskedPublicLog`. What is given up here goes on, and is served once it can be."""
        task = asyncio.get_running_loop().create_task(self._reach(position))
        self._reaching.add(task)
        task.add_done_callback(self._reaching.discard)
        try:
            await asyncio.wait_for(asyncio.shield(task), REACH_S)
        except TimeoutError:
            raise ledger.NotLoggedError(NOT_SEEN.format(why="they take too long")) from None

    async def _reach(self, position: int) -> None:
        async with self._turn:
            try:
                if self._position() < position:
                    await self._take_up()
                if not self._is_served():
                    await self._serve()
            except (OSError, LogDamagedError, LedgerError) as error:
                raise ledger.NotLoggedError(NOT_WRITTEN.format(why=error)) from error
            if self._ended or self._position() < position:
                raise ledger.NotLoggedError(NOT_WRITTEN.format(why="the server is stopping"))
            if not self._is_served():
                why = "; ".join(self._problems)[:PROBLEM_CHARACTERS_MAX] or "they are too few"
                raise ledger.NotLoggedError(NOT_SEEN.format(why=why))

    async def declare(self, kind: str, fields: Mapping[str, Value]) -> int:
        """Have an entry that is no step of the ledger in the log that is served; return its position.

        Raises:
            NotLoggedError: it is not there, or too few witnesses have seen it: it must not be done.
        """
        task = asyncio.get_running_loop().create_task(self._declare(kind, fields))
        self._declaring.add(task)
        task.add_done_callback(self._declaring.discard)
        try:
            return await asyncio.wait_for(asyncio.shield(task), REACH_S)
        except TimeoutError:
            raise ledger.NotLoggedError(NOT_SEEN.format(why="they take too long")) from None

    async def _declare(self, kind: str, fields: Mapping[str, Value]) -> int:
        entry = self._kinds.write(kind, fields)
        async with self._turn:
            try:
                position = self._log.head.size
                await asyncio.to_thread(self._append, [entry], self._position())
                if self._log.head.size == position:
                    raise ledger.NotLoggedError(NOT_WRITTEN.format(why="the server is stopping"))
                await self._note()
                await self._serve()
            except (OSError, LogDamagedError, LedgerError) as error:
                raise ledger.NotLoggedError(NOT_WRITTEN.format(why=error)) from error
            if not self._is_served():
                why = "; ".join(self._problems)[:PROBLEM_CHARACTERS_MAX] or "they are too few"
                raise ledger.NotLoggedError(NOT_SEEN.format(why=why))
        return position

    async def look(self, read: Callable[[LogDirectory], Looked]) -> Looked:
        """Return what is read in the log while nothing is written there."""
        async with self._turn:
            return await asyncio.to_thread(read, self._log)

    def subject(self, record_key: bytes, user: int) -> str:
        """See `ledger.AskedPublicLog`."""
        return subject_of(record_key, identity_of(user))

    async def receipt(self, step: ledger.PublicStep, record_key: bytes, user: int) -> bytes:
        """See `ledger.AskedPublicLog`."""
        async with self._turn:
            found = await asyncio.to_thread(self._receipt, step, record_key, user)
        if not found:
            raise ledger.NotLoggedError("The log that is served does not have this entry yet.")
        return found

    def _receipt(self, step: ledger.PublicStep, record_key: bytes, user: int) -> bytes:
        """Return a receipt; nothing where the entry is not served. Most are asked for of the last ones."""
        served = self._log.published()
        if served is None or self._ended:
            return b""
        entry = self._kinds.write(step.kind, step.fields)
        known = self._places.get(step.position)
        size = parse_checkpoint(served.text).size
        every = range(size - 1, -1, -1) if known is None else (known,) if known < size else ()
        for index in every:
            if self._log.entry(index) == entry:
                proof = self._log.proof(index, served)
                return LogReceipt(proof, entry, identity_of(user), record_key).content
        return b""

    async def _take_up(self) -> bool:
        """Write every step that is new; return whether there was any."""
        found = False
        while steps := await ledger.steps_after(self._context, self._position()):
            entries = [self._kinds.write(one.kind, one.fields) for one in steps]
            await asyncio.to_thread(self._append, entries, steps[-1].position)
            if self._ended:
                break
            first = self._log.head.size - len(steps)
            self._places |= {one.position: first + i for i, one in enumerate(steps)}
            while len(self._places) > PLACES_KEPT_MAX:
                del self._places[next(iter(self._places))]
            await self._note()
            found = True
        return found

    async def _serve(self) -> None:
        """Have witnesses see the head, and serve it if enough of them did."""
        now = self._context.clock.now()
        self._ask_at, self._fresh_until = now + ASK_AGAIN_S, now + FRESH_S
        found = await asyncio.to_thread(self._publish, int(now))
        self._problems = found.problems
        for one in found.asked:
            if one.fault is not None:
                logger().warning("witness", kind="/".join(one.names), state=one.fault.value)

    @property
    def size(self) -> int:
        """How many entries are in it."""
        return self._log.head.size

    @property
    def is_witnessed(self) -> bool:
        """Whether a head counts only once somebody else saw it."""
        return self._policy.quorum != NO_QUORUM

    async def enter(self, groups: Sequence[tuple[tuple[bytes, ...], int]]) -> list[int]:
        """Write groups of entries that are no steps of the ledger, and have the head witnessed.

        Each group comes with how many entries the log had before it: who asks again, as after a crash, finds
        those that are there already.

        Returns:
            Where the first entry of each group is.

        Raises:
            LedgerError: they are none, or the server is stopping.
            OSError: the disk refused.
        """
        async with self._turn:
            positions = await asyncio.to_thread(self._enter, groups)
            await self._note()
            if not self._is_served():
                await self._serve()
        return positions

    def _enter(self, groups: Sequence[tuple[tuple[bytes, ...], int]]) -> list[int]:
        with self._writing:
            if self._ended:
                raise LedgerError("the server is stopping")
            size = self._log.head.size
            positions, added = [], list[bytes]()
            for entries, since in groups:
                found = self._found(entries, since, size)
                positions.append(size + len(added) if found is None else found)
                if found is None:
                    added += entries
            if added:
                self._log.append(added, self._log.mark)
            return positions

    def _found(self, entries: tuple[bytes, ...], since: int, size: int) -> int | None:
        """Return where entries stand behind one another, from one on."""
        for at in range(since, size + 1 - len(entries)):
            if all(self._log.entry(at + i) == one for i, one in enumerate(entries)):
                return at
        return None

    def entry(self, position: int) -> bytes:
        """Return an entry.

        Raises:
            LedgerError: there is none.
        """
        with self._writing:
            return self._log.entry(position)

    def proof(self, position: int) -> bytes | None:
        """Return the proof that an entry was witnessed, in the head that is served; None: it was not yet."""
        with self._writing:
            note = self._log.published()
            if note is None or parse_checkpoint(note.text).size <= position:
                return None
            return self._log.proof(position, note).content

    def continues(self, seen: int) -> tuple[bytes, ...]:
        """Return how the head that is served continues an older one; nothing where it does not."""
        with self._writing:
            note = self._log.published()
            size = parse_checkpoint(note.text).size if note is not None else 0
            if not 0 < seen < size:
                return ()
            return tuple(consistency_proof(seen, size, self._log.nodes(size)))

    def _position(self) -> int:
        return int(self._log.mark or 0)

    def _is_served(self) -> bool:
        return self._served == self._log.head.text

    def _append(self, entries: list[bytes], position: int) -> None:
        with self._writing:
            if not self._ended:
                self._log.append(entries, f"{position}")

    def _publish(self, now: int, asking: Witnesses | None = None) -> CosignedHead:
        """Serve the head if enough witnesses cosign it; return what each did."""
        signed = self._log.sign(self._keys, now)
        nodes = self._log.nodes(self._log.head.size)
        found = (asking or self._asking).ask(self._policy, signed, nodes)
        with self._writing:
            if not self._ended and is_enough(self._policy, found.note):
                self._log.publish(found.note)
                self._served = found.note.text
        return found

    async def _note(self) -> None:
        """Have the store know how much was written."""
        head = self._log.head
        async with self._context.change(HOUSE) as change:
            change.put(
                ledger.PublicLogSeen(
                    origin=self.origin, size=head.size, root=head.root, position=self._position()
                )
            )

    async def _seeds(self) -> tuple[bytes, bytes]:
        """Return the log's private keys, which are made the first time."""
        found = await self._context.look(HOUSE).get(ledger.PublicLogKeys, self.origin)
        if found is None:
            chance = self._context.entropy.token
            found = ledger.PublicLogKeys(
                origin=self.origin, ed25519=chance(SEED_BYTES), ml_dsa_44=chance(SEED_BYTES)
            )
            async with self._context.change(HOUSE) as change:
                change.put(found)
        return found.ed25519, found.ml_dsa_44
