"""Declaring a method: who may call it, how often, which box it changes, and how it may refuse."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any, TypeVar

from chappe import tl
from chappe.tl import errors

from .call import Call
from .rates import Rate

Q = TypeVar("Q", bound=tl.TlRequest)
Serve = Callable[[Call, Any], Awaitable[Any]]


class Needs(Enum):
    """Who may call a method."""

    ANY = "any"  # also a temporary key that is not bound yet
    KEY = "key"  # a permanent or bound key, logged in or not
    LOGIN = "login"  # a person or a bot
    USER = "user"  # a person
    BOT = "bot"


class Home(Enum):
    """Which box a method changes: its home. Whatever it has to change elsewhere it sends there as a command.

    With several processes a call is served where its home is; a command through the outbox goes anywhere.
    What does not keep to that yet is listed, by reason, in `tests/homes.py`.
    """

    NONE = "none"  # it changes nothing
    CALLER = "caller"  # the account that calls
    PEER = "peer"  # the chat or channel that the request names
    LOG = (
        "log"  # where the conversation is kept that the request names: the channel, else the caller
    )
    KEY = "key"  # the authorisation key that calls
    HOUSE = "house"  # what the server keeps for all: names, codes, invites, reports


@dataclass(frozen=True, slots=True)
class Method:
    """One served method. It can be called like the function it was made from."""

    request: type[tl.TlRequest]
    serve: Serve
    needs: Needs
    rate: Rate
    raises: frozenset[type[errors.RpcError]]
    summary: str
    home: Home = Home.NONE

    def __call__(self, call: Call, request: Any) -> Awaitable[Any]:
        """Serve a request, past the dispatcher: for tests and for slices above."""
        return self.serve(call, request)


def method(
    request: type[Q],
    *,
    needs: Needs = Needs.USER,
    rate: Rate = Rate.READ,
    home: Home = Home.NONE,
    raises: tuple[type[errors.RpcError], ...] = (),
) -> Callable[[Callable[[Call, Q], Awaitable[Any]]], Method]:
    """Declare the function below as the one that serves `request`."""

    def declare(serve: Callable[[Call, Q], Awaitable[Any]]) -> Method:
        summary = (serve.__doc__ or "").strip().partition("\n")[0]
        return Method(request, serve, needs, rate, frozenset(raises), summary, home)

    return declare


def collect(modules: Iterable[ModuleType]) -> dict[type[tl.TlRequest], Method]:
    """Gather the methods declared in modules, one by one or in tuples.

    Raises:
        TypeError: two of them serve the same request.
    """
    found: dict[type[tl.TlRequest], Method] = {}
    for module in modules:
        named = list(vars(module).values())
        for declared in (
            *named,
            *(m for group in named if isinstance(group, tuple) for m in group),
        ):
            if not isinstance(declared, Method):
                continue
            if found.setdefault(declared.request, declared) is not declared:
                raise TypeError(f"{declared.request.__name__} is served twice")
    return found
