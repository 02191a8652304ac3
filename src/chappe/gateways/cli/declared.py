"""Commands of the command line that are as an operator command declares them."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, get_args, get_origin

import typer

from chappe.rpc import OperatorCommand, Parameter

from .control import ask
from .options import HERE, Data, Json
from .showing import show

# types that typer does not read, and what it reads in their place
_READ_AS: Final[Mapping[Any, Any]] = {
    tuple[str, ...]: list[str],
    tuple[int, ...]: list[int],
    int | str: str,
}


def _typed(parameter: Parameter) -> Any:
    """Return a parameter's type as typer reads it: what may be given several times is a list there."""
    listed = parameter.type if get_origin(parameter.type) is None else get_args(parameter.type)[0]
    return _READ_AS.get(listed, parameter.type)


def declared(app: typer.Typer, command: OperatorCommand[Any, ..., Any], name: str = "") -> None:
    """Add a command that asks the running server and shows the answer: as it is declared, nothing more.

    `name` is what it is called in a group of commands; else it is called as it is declared.
    """

    def run(*, data: Path, as_json: bool, **given: Any) -> None:
        show(ask(data, command.name, **given), as_json=as_json, nothing=command.empty)

    hints: dict[str, Any] = {
        p.name: Annotated[_typed(p), typer.Option(help=p.description)] for p in command.parameters
    }
    defaults: dict[str, Any] = {p.name: p.default for p in command.parameters}
    hints |= {"data": Data, "as_json": Json}
    defaults |= {"data": HERE, "as_json": False}
    run.__annotations__ = hints
    named = inspect.Parameter.KEYWORD_ONLY
    given = [
        inspect.Parameter(name, named, default=defaults[name], annotation=hint)
        for name, hint in hints.items()
    ]
    vars(run)["__signature__"] = inspect.Signature(given)  # it is what typer reads
    app.command(name or command.name, help=command.summary)(run)
