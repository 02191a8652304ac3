"""Boxes that methods change: every place that names one is listed, by the reason it has to."""

import ast
from collections.abc import Iterator
from typing import Any

from tests.architecture.source import PACKAGE, tree_of
from tests.homes import AT_HOME, CHANGES_ELSEWHERE, ELSEWHERE, OUTSIDE_CALLS, SEVERAL, is_home

from chappe import app
from chappe.core import Kind, Owner
from chappe.rpc import Call, Client, Home
from chappe.tl import api

FEATURES = PACKAGE / "features"
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def changes() -> list[tuple[str, bool]]:
    """Every function that begins a change, as `slice.function`, and whether it names a box; but for jobs."""
    return [
        (f"{path.relative_to(FEATURES).parts[0]}.{function}", bool(call.args))
        for path in sorted(FEATURES.rglob("*.py"))
        for function, call in calls(tree_of(path), "")
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "change"
        and not function.endswith((".do", ".run"))
    ]


def calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, with the function it is in."""
    for child in ast.iter_child_nodes(node):
        inside = function
        if isinstance(child, Defined):
            inside = f"{function}.{child.name}" if function else child.name
        elif isinstance(child, ast.Call):
            yield function, child
        yield from calls(child, inside)


def test_every_change_of_a_box_that_is_named_is_listed() -> None:
    """Whoever names another box than the home sends a command there; what is gone leaves the lists."""
    every = changes()
    named = {place for place, names in every if names}
    elsewhere = frozenset().union(*ELSEWHERE.values())
    outside = frozenset().union(*OUTSIDE_CALLS.values())
    assert named == AT_HOME | outside | (elsewhere & named), "declare its home, or send a command"
    assert elsewhere <= {place for place, _ in every}, "gone: take it from the list"
    assert len(AT_HOME) + len(outside) + len(elsewhere & named) == len(named), "listed twice"
    away = sum(names for place, names in every if place in elsewhere)
    assert away == CHANGES_ELSEWHERE, "lower it; never raise it"


def test_every_method_that_changes_something_says_which_box() -> None:
    """As many as there are, and the methods that change several are among them."""
    homes = {request.tl_name: method.home for request, method in app.slices.methods().items()}
    assert sum(home is not Home.NONE for home in homes.values()) > 150
    assert all(homes[name] is not Home.NONE for name in SEVERAL)
    assert {*homes.values()} == {*Home}


def test_a_home_is_the_box_of_whom_it_says() -> None:
    """Of nobody else, though of the same kind."""
    context: Any = None
    call = Call(context, Client(4096 * 3 + 5, 1, lambda _: None))
    call.user = 7
    of_channel = api.MessagesSendMessage(
        peer=api.InputPeerChannel(channel_id=8, access_hash=0), message="", random_id=0
    )
    of_person = api.MessagesSendMessage(peer=api.InputPeerSelf(), message="", random_id=0)
    by_link = api.MessagesImportChatInvite(hash="x")
    me, channel, key = Owner(Kind.USER, 7), Owner(Kind.CHANNEL, 8), Owner(Kind.AUTH_KEYS, 5)
    other = (Owner(Kind.USER, 8), Owner(Kind.CHANNEL, 7), Owner(Kind.AUTH_KEYS, 4))
    names, settings = Owner(Kind.NAMES, 1), Owner(Kind.HOUSE, 0)
    every = {me, channel, key, names, settings, *other}
    for home, request, boxes in (
        (Home.NONE, of_person, set()),
        (Home.CALLER, of_channel, {me}),
        (Home.PEER, of_channel, {channel}),
        (Home.PEER, by_link, {channel, other[1]}),
        (Home.LOG, of_channel, {channel}),
        (Home.LOG, of_person, {me}),
        (Home.KEY, of_person, {key}),
        (Home.HOUSE, of_person, {names, settings}),
    ):
        assert {box for box in every if is_home(home, box, call, request)} == boxes, home
