"""Gates have no default: what one part asks another for is there, or the server does not start."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from tests.architecture.source import server_trees

from chappe.app.slices import given_answers, hooks
from chappe.updates import Hook, answered

PERMITTING = {
    "may",
    "allow",
    "allowed",
    "can",
    "is",
    "has",
    "seen",
    "visible",
}  # beginnings of gates' names


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook.name)
def test_a_server_in_which_nobody_answers_a_question_does_not_start(hook: Hook[..., Any]) -> None:
    """Whichever it is; nor one in which it is answered twice."""
    given = given_answers()
    answered(hooks(), given)
    left = [one for one in given if one.hook is not hook]
    with pytest.raises(RuntimeError, match=hook.name):
        answered(hooks(), left)
    with pytest.raises(RuntimeError, match=hook.name):
        answered(hooks(), [*given, hook.by(lambda *_: None)])


def test_questions_are_declared_where_the_start_looks_for_them() -> None:
    """In the `hooks.py` of a slice, which its front door offers, and named after both."""
    declared, made = [], 0
    for name, tree in server_trees():
        for node in ast.walk(tree):
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id=which),
                    value=ast.Call(
                        func=ast.Name(id="Hook"), args=[ast.Constant(value=str() as said)]
                    ),
                ):
                    assert name == f"features/{said.partition('.')[0]}/hooks.py"
                    assert said.partition(".")[2] == which
                    declared.append(said)
                case ast.Call(func=ast.Name(id="Hook")):
                    made += 1
                case _:
                    pass
    assert made == len(declared) > 30
    assert sorted(declared) == sorted(hook.name for hook in hooks())


def test_what_a_server_is_to_be_given_is_given_by_the_composition_root() -> None:
    """A `PerServer` that nothing makes would be missed by the first who needs it."""
    bare = set()
    for _, tree in server_trees():
        for node in ast.walk(tree):
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id=which),
                    value=ast.Call(func=ast.Name(id="PerServer"), args=[], keywords=[]),
                ):
                    bare.add(which)
                case _:
                    pass
    root = next(tree for name, tree in server_trees() if name == "app/__init__.py")
    given = {
        ast.unparse(node.args[0]).rpartition(".")[2]
        for node in ast.walk(root)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "give"
    }
    assert bare == given != set()


def test_no_gate_lets_everybody_through_by_default() -> None:
    """No parameter that is a gate has one that permits; nothing reads a right that is not there as given."""
    found = []
    for name, tree in server_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found += [f"{name}:{node.lineno}: {which}" for which in permissive(node)]
            match node:
                case ast.Call(func=ast.Name(id="getattr"), args=[_, _, ast.Constant(value=True)]):
                    found.append(f"{name}:{node.lineno}: {ast.unparse(node)}")
                case ast.ExceptHandler(body=[*_, ast.Return(value=ast.Constant(value=True))]):
                    found.append(f"{name}:{node.lineno}: except … return True")
                case _:
                    pass
    assert not found


def permissive(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Parameters named like a gate whose default is True or a function."""
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    pairs = [
        *zip(plain[len(plain) - len(given.defaults) :], given.defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    for parameter, default in pairs:
        gate = parameter.arg.partition("_")[0] in PERMITTING
        permits = (isinstance(default, ast.Constant) and default.value is True) or isinstance(
            default, ast.Name | ast.Lambda
        )
        if gate and permits:
            yield f"{function.name}({parameter.arg}={ast.unparse(default) if default else ''})"
