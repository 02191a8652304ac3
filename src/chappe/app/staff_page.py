"""When the operator's page listens: once a server listens and somebody is of its staff."""

from typing import Any

from chappe.desks import staff
from chappe.engines.needed import require
from chappe.gateways.web.desk import Behind, Desk


class StaffPage:
    """The listener of the operator's page of one server, a `Server` of the composition root."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._desk: Desk | None = None
        self._may_listen = False

    async def start(self) -> None:
        """Listen if somebody is of the staff; else from when somebody is.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._may_listen = True
        look = self._server.context.look(staff.STAFF_BOX)
        if self._server.config.desk_port and await staff.every_member(look):
            await self._listen()

    async def open(self) -> None:
        """See `OPEN_DESK` of the staff's desk."""
        config = self._server.config
        if not config.desk_port:
            raise ValueError("`desk_port` is 0, so there is no operator's page: set it to a port.")
        if self._desk is None and self._may_listen:
            try:
                await self._listen()
            except OSError:
                raise ValueError(
                    f"The operator's page cannot listen on {config.desk_host}:{config.desk_port}: "
                    "set `desk_port` to another port, and start the server again."
                ) from None

    async def _listen(self) -> None:
        require("jinja2")
        server, config = self._server, self._server.config
        behind = Behind(
            server.context, server.commands.run, server.commands.names, server.metrics.bug
        )
        self._desk = Desk(behind)
        try:
            await self._desk.listen(config.desk_host, config.desk_port)
        except OSError:
            self._desk = None
            raise

    async def stop(self) -> None:
        """Stop listening."""
        if self._desk is not None:
            await self._desk.stop()
