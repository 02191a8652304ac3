"""Operator commands: declared like methods, with typed parameters, who may give them, and an audit line.

A command is a function of what it acts on (the server's context, or the server) and of parameters by
name, which are checked against its annotations before it runs.
"""

import contextlib
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Concatenate,
    Final,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from chappe.ports import EngineError
from chappe.updates import report

On = TypeVar("On")  # what a command acts on
P = ParamSpec("P")
R = TypeVar("R")

WORDS: Final[Mapping[Any, str]] = {
    int: "a whole number",
    str: "a text",
    bool: "true or false",
    NoneType: "nothing",
    tuple[str, ...]: "a list of texts",
    tuple[int, ...]: "a list of whole numbers",
}


class Role(Enum):
    """As what somebody gives a command. The values are stored, and are what people write."""

    OPERATOR = "operator"  # whoever may open the control socket: gives every command
    # of staff: which commands are theirs is the table of `desks.staff`
    ADMINISTRATOR = "administrator"
    HELPDESK = "helpdesk"
    STAFF_ADMIN = "staff-admin"
    ORDER_CLERK = "order-clerk"
    MODERATOR = "moderator"
    CHILD_SAFETY = "child-safety"
    APPEALS_REVIEWER = "reviewer"
    FLAGGER_LIAISON = "flagger-liaison"
    TRUSTED_FLAGGER = "trusted-flagger"  # of no staff, though they come in as staff does
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives a command. A command that must know has a parameter of this type, which nobody can give."""

    roles: frozenset[Role]
    staff: int  # the number of a member of staff; 0: nobody's, it came from the machine itself

    @property
    def is_machine(self) -> bool:
        """Whether it is whoever has the machine."""
        return not self.staff


MACHINE: Final = Giver(frozenset({Role.OPERATOR}), 0)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command."""

    name: str
    type: Any  # as annotated; `msgspec.Meta` may bound it and describe it
    default: Any  # `inspect.Parameter.empty` where it must be given

    @property
    def is_needed(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty

    @property
    def description(self) -> str:
        """What it is, for the help of the command line."""
        return next((m.description or "" for m in _meta(self.type)), "")


@dataclass(frozen=True, slots=True)
class OperatorCommand(Generic[On, P, R]):
    """One command. It can be called like the function it was made from."""

    name: str
    summary: str
    run: Callable[Concatenate[On, P], Awaitable[R]]
    parameters: tuple[Parameter, ...]
    audited: bool
    empty: str  # what people are told where the answer holds nothing
    giver: str = ""  # the name of its parameter that is who gives it; empty: it has none

    def __call__(self, acted_on: On, *args: P.args, **given: P.kwargs) -> Awaitable[R]:
        """Run it, past the checks of `Commands`."""
        return self.run(acted_on, *args, **given)

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments that are meant by what was given from outside.

        Raises:
            ValueError: something is unknown, missing, or of a wrong type; the text is for the operator.
        """
        known = {p.name: p for p in self.parameters}
        for name in given:
            if name not in known:
                takes = ", ".join(f"`{n}`" for n in known) or "nothing"
                raise ValueError(f"`{self.name}` takes no `{name[:64]}`: it takes {takes}.")
        read: dict[str, Any] = {}
        for name, parameter in known.items():
            if name in given:
                read[name] = self._convert(parameter, given[name])
            elif parameter.is_needed:
                raise ValueError(f"`{self.name}` needs `{name}`: give {_words(parameter.type)}.")
        return read

    def _convert(self, parameter: Parameter, value: Any) -> Any:
        try:
            return msgspec.convert(value, parameter.type)
        except msgspec.ValidationError:
            words = _words(parameter.type)
            text = f"`{parameter.name}` of `{self.name}` is not right: give {words}."
            raise ValueError(text) from None


def operator_command(
    name: str,
    summary: str,
    *,
    audited: bool = True,
    empty: str = "",
) -> Callable[[Callable[Concatenate[On, P], Awaitable[R]]], OperatorCommand[On, P, R]]:
    """Declare the function below as an operator command, and its keyword parameters as those it takes."""

    def declare(run: Callable[Concatenate[On, P], Awaitable[R]]) -> OperatorCommand[On, P, R]:
        hints = get_type_hints(run, include_extras=True)
        _, *given = inspect.signature(run).parameters.values()
        parameters, giver = [], ""
        for one in given:
            if one.kind is not inspect.Parameter.KEYWORD_ONLY:
                raise TypeError(f"{name}: `{one.name}` must be given by name")
            if hints[one.name] is Giver:
                giver = one.name
                continue
            _words(hints[one.name])  # of a type that can be explained to whoever gives another
            parameters.append(Parameter(one.name, hints[one.name], one.default))
        return OperatorCommand(name, summary, run, tuple(parameters), audited, empty, giver)

    return declare


class CommandObserver(Protocol):
    """Hears which commands were given, and of our own bugs. Never sees content."""

    def commanded(self, command: str, role: str, outcome: str) -> None:
        """An audited command ended: ok, refused or failed."""
        ...

    def bug(self, where: str, error: BaseException) -> None:
        """Something raised what it never should."""
        ...


class AuditTrail(Protocol):
    """Keeps which audited commands were given, by whom and about whom; never what else was given."""

    async def begin(self, command: str, giver: Giver, given: Mapping[str, Any]) -> int:
        """Note that a command is about to be run, or refused; return the number of the note.

        Raises:
            ValueError: whoever gives it may not any more; that is noted.
            EngineError: it could not be kept.
        """
        ...

    async def end(self, number: int, outcome: str) -> None:
        """Note how it ended: ok, refused or failed.

        Raises:
            EngineError: it could not be kept.
        """
        ...


class PublicNotice(Protocol):
    """Has strangers see that a command is about to act, before it does."""

    def announced(
        self, command: str, giver: Giver, arguments: Mapping[str, Any]
    ) -> AbstractAsyncContextManager[None]:
        """Return within what the command is run, with the arguments that were read.

        Raises:
            ValueError: it must not run, or nobody could see it; on entering.
            EngineError: the store refused to keep it; on entering.
        """
        ...


class _Mistake(ValueError):
    """We made a mistake; the text is for whoever gave the command."""


class Commands:
    """The operator commands of one server, each with what it acts on."""

    def __init__(
        self,
        observer: CommandObserver,
        rights: Mapping[str, frozenset[Role]],
        audit: AuditTrail,
        notice: PublicNotice,
    ) -> None:
        """`rights` says which roles beside the operator's may give a command; one it lacks, none."""
        self._observer = observer
        self._rights = rights
        self._audit = audit
        self._notice = notice
        self._known: dict[str, tuple[OperatorCommand[Any, ..., Any], Any]] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names of all of them."""
        return frozenset(self._known)

    def add(self, commands: Iterable[OperatorCommand[On, ..., Any]], acted_on: On) -> None:
        """Take up commands.

        Raises:
            TypeError: one of this name is there already.
        """
        for one in commands:
            if one.name in self._known:
                raise TypeError(f"the command {one.name} is declared twice")
            self._known[one.name] = one, acted_on

    async def run(self, name: str, given: Mapping[str, Any], giver: Giver) -> Any:
        """Run a command for somebody, and return what it found, as JSON.

        What staff do is in the audit log before it is done, or it is not done. For the machine itself a
        store that takes nothing more does not stand in the way: whoever has it can do anything.

        Raises:
            ValueError: it is unknown, not theirs, not given right, or refused; or we made a mistake.
            OSError: the system refused something.
            EngineError: the store did.
        """
        if name not in self._known:
            raise ValueError(
                f"This server knows no `{name[:64]}`: it is another version, restart it."
            )
        command, acted_on = self._known[name]
        if not command.audited:
            return await self._run(command, acted_on, given, giver)
        number = await self._begin(name, given, giver)
        outcome = "failed"
        try:
            answer = await self._run(command, acted_on, given, giver)
            outcome = "ok"
        except _Mistake:
            raise
        except ValueError:
            outcome = "refused"
            raise
        finally:
            who = Role.OPERATOR.value if giver.is_machine else "staff"
            report(self._observer.commanded, name, who, outcome)
            if number:
                with contextlib.suppress(EngineError):  # that it was begun is kept
                    await self._audit.end(number, outcome)
        return answer

    async def _begin(self, name: str, given: Mapping[str, Any], giver: Giver) -> int:
        try:
            return await self._audit.begin(name, giver, given)
        except EngineError:
            if giver.is_machine:
                return 0
            raise

    async def _run(
        self,
        command: OperatorCommand[Any, ..., Any],
        acted_on: Any,
        given: Mapping[str, Any],
        giver: Giver,
    ) -> Any:
        try:
            self._admit(command, giver)
            arguments = command.read(given)
            async with self._notice.announced(command.name, giver, arguments):
                by = {command.giver: giver} if command.giver else {}
                return await command.run(acted_on, **arguments, **by)
        except (ValueError, OSError, EngineError):
            raise
        except Exception as error:
            report(self._observer.bug, "act", error)
            raise _Mistake("Chappe made a mistake: see its log, and report it.") from error

    def _admit(self, command: OperatorCommand[Any, ..., Any], giver: Giver) -> None:
        may = {Role.OPERATOR} | self._rights.get(command.name, frozenset())
        if not may & giver.roles:
            raise ValueError(
                f"`{command.name}` is not for your role: ask whoever runs the server to do it."
            )


def _meta(type_: Any) -> list[msgspec.Meta]:
    found = get_args(type_)[1:] if get_origin(type_) is Annotated else ()
    return [m for m in found if isinstance(m, msgspec.Meta)]


def _words(type_: Any) -> str:
    """Return a type in words.

    Raises:
        TypeError: no parameter may have this type.
    """
    if get_origin(type_) is Annotated:
        bounds = ""
        for meta in _meta(type_):
            bounds += f" from {meta.ge}" if meta.ge is not None else ""
            bounds += f" to {meta.le}" if meta.le is not None else ""
        return _words(get_args(type_)[0]) + bounds
    if get_origin(type_) in (Union, UnionType):
        return " or ".join(map(_words, get_args(type_)))
    if type_ not in WORDS:
        raise TypeError(f"a parameter of a command cannot be {type_}")
    return WORDS[type_]
