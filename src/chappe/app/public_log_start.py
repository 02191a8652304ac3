"""Whether a public log is kept. What that takes is imported only where one is: it is a tenth of a start."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chappe.core.configuration import Configuration
from chappe.trust.sealing import fresh_cells

from .installation import build_that_lies_here

if TYPE_CHECKING:
    from contextlib import ExitStack

    from .public_log import PublicLogWriter


def take_orders(server: Any, log: "PublicLogWriter") -> "ExitStack":
    """Take orders of authorities from now on; see `order_desk`."""
    made: ExitStack = import_module(".order_desk", __package__).take_orders(server, log)
    return made


async def prepared_log(
    config: Configuration, data: Path
) -> "Callable[[Any], PublicLogWriter] | None":
    """Return what makes the log's writer for a server; None where no log is kept.

    Raises:
        ConfigurationError: the file of the witnesses cannot be used, or the program is not as it was built.
    """
    if not config.public_log:
        return None
    part = import_module(".public_log", __package__)
    witnesses = part.witnesses_in_file(config, data)
    build = await asyncio.to_thread(build_that_lies_here)
    folder = part.log_folder(config, data)

    def made(server: Any) -> "PublicLogWriter":
        writer: PublicLogWriter = part.PublicLogWriter(
            server.context, folder, witnesses, server.metrics, build
        )
        writer.store = fresh_cells(server.context.store.engine)
        return writer

    return made
