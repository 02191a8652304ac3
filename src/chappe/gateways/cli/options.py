"""Options and arguments that several commands take."""

from pathlib import Path
from typing import Annotated, Final

import typer

Data = Annotated[
    Path, typer.Option("--data", "-d", envvar="CHAPPE_DATA", help="The data directory.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Person = Annotated[str, typer.Argument(help="An account's id, or @username.")]
HERE: Final = Path("chappe-data")
