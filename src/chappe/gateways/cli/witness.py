"""`chappe witness`: cosign the heads of other people's logs, so that nobody is shown another log than you.

What a witness needs is imported once one is asked for: every other command would pay for it.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

Place = Annotated[Path, typer.Option("--folder", "-f", help="Where the witness keeps what it has.")]
HERE: Final = Path("chappe-witness")
PORT: Final = 8440  # where a witness listens unless it is told otherwise


def _folder() -> Any:
    return import_module(".witness_folder", __package__)


def witness_commands() -> typer.Typer:
    """Return the commands of `chappe witness`."""
    app = typer.Typer(help="Cosign the heads of other people's logs.", no_args_is_help=True)

    @app.command()
    def init(
        name: Annotated[str, typer.Argument(help="A name of its own: witness.example/1.")],
        folder: Place = HERE,
    ) -> None:
        """Make the keys of a witness, and print what others write into their policies."""
        _folder().make_witness(name, folder)

    @app.command()
    def policy(folder: Place = HERE) -> None:
        """Print what others write into their policies."""
        _folder().print_policy(folder)

    @app.command()
    def watch(
        key: Annotated[str, typer.Argument(help="The public key of a log: name+id+base64.")],
        folder: Place = HERE,
    ) -> None:
        """Watch a log: its heads are cosigned from the next start on."""
        _folder().watch_log(key, folder)

    @app.command()
    def serve(
        folder: Place = HERE,
        host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="The port to listen on.")] = PORT,
    ) -> None:
        """Cosign what is asked of it, until it is stopped. TLS is your web server's."""
        _folder().serve_folder(folder, host, port)

    return app
