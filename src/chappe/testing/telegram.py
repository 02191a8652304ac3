"""The handle of a test world: a whole server with people, groups and bots, and time that a test moves."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, bots

from .bots import Bot, Commands
from .doing import Doing
from .groups import Group
from .people import Person
from .programs import Running
from .transcript import transcript
from .world import World


class Telegram:
    """A server of one test. What it makes is there at once; what takes turns is a `Doing`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: list[Person] = []
        self._bots: list[Bot] = []

    def person(self, name: str = "Ada") -> Person:
        """Return somebody new, signed up and with an app in their hand."""
        person = self.world.do(Person(self.world, name).sign_up())
        self.people.append(person)
        return person

    def persons(self, *names: str) -> list[Person]:
        """Return several people."""
        return [self.person(name) for name in names]

    def bot(self, username: str, *, name: str = "", commands: Commands = ()) -> Bot:
        """Make a bot of the server's own; its token and its addresses are what a program needs.

        Raises:
            ValueError: the username is taken, or no bot's: it ends in `bot`.
        """
        return self.world.do(self._bot(username, name or username, commands))

    async def _bot(self, username: str, name: str, commands: Commands) -> Bot:
        context = self.world.server.context
        token = await bots.make_bot(context, 0, name, username)
        number = int(token.partition(":")[0])
        if commands:
            pairs = commands.items() if hasattr(commands, "items") else ((c, c) for c in commands)
            async with context.change(Owner(Kind.USER, number)) as change:
                change.put(
                    bots.BotCommands(scope=0, peer=0, user=0, language="", commands=tuple(pairs))
                )
        made = Bot(self.world, name, username, number, token)
        self._bots.append(made)
        return made

    def group(
        self,
        name: str,
        *,
        owner: Person | str = "Owner",
        members: Iterable[Person | Bot] = (),
        admins: Iterable[Person | Bot] = (),
    ) -> Group:
        """Make a supergroup; an owner given by a name is somebody new."""
        return self._make(name, owner, [*members], [*admins], broadcast=False)

    def channel(
        self,
        name: str,
        *,
        owner: Person | str = "Owner",
        members: Iterable[Person | Bot] = (),
        admins: Iterable[Person | Bot] = (),
    ) -> Group:
        """Make a channel; an owner given by a name is somebody new."""
        return self._make(name, owner, [*members], [*admins], broadcast=True)

    def _make(
        self,
        name: str,
        owner: Person | str,
        members: list[Person | Bot],
        admins: list[Person | Bot],
        *,
        broadcast: bool,
    ) -> Group:
        maker = self.person(owner) if isinstance(owner, str) else owner

        async def make() -> Group:
            group = await Group(maker, name, broadcast=broadcast).make()
            joining = [*members, *(a for a in admins if not (isinstance(a, Bot) or a in members))]
            if joining:
                await group.take_in(joining)
            for admin in admins:
                await group.raise_up(admin, {})
            return group

        return self.world.do(make())

    def advance(self, **time: float) -> Doing[None]:
        """Move time on by `seconds`, `minutes`, `hours` or `days`, and have done what is due then."""
        return Doing(self.world, self.world.advance(timedelta(**time).total_seconds()))

    def runs(self, *what: Any, bot: Bot | None = None) -> Running:
        """Run a bot inside a `with` or an `async with`; see `Running` for what may be given.

        A command is given the settings of `bot`, or of the only bot there is.
        """
        of = bot or (self._bots[0] if len(self._bots) == 1 else None)
        given = of.env if of is not None and isinstance(what[0], list | tuple) else {}
        return Running(what, given)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port by which clients of MTProto reach the server."""
        return self.world.do(self.world.listen())

    @property
    def public_key(self) -> str:
        """The server's key, PEM, which clients of MTProto are given."""
        return self.world.server.about().keys[0]

    def transcript(self) -> str:
        """Return what was said by and to the people of this world, as text."""
        aside = frozenset({accounts.SERVICE_USER, accounts.FATHER_USER})
        return self.world.do(transcript(self.people, aside))

    def snapshot(self) -> dict[str, Any]:
        """Return who and what is there, and what was said, as JSON would have it."""
        people = [{"id": p.id, "name": p.name} for p in self.people]
        made = [{"id": b.id, "username": b.username} for b in self._bots]
        found = {"people": people, "bots": made, "said": self.transcript().splitlines()}
        return msgspec.json.decode(msgspec.json.encode(found), type=dict[str, Any])

    def failures(self) -> list[BaseException]:
        """Return what failed and was waited for by nobody, and the server's own bugs."""
        unseen = (doing.unseen_failure() for doing in self.world.begun)
        return [*(f for f in unseen if f is not None), *self.world.bugs]
