"""Operator commands in tests: run as the control socket runs them."""

from typing import Any

from chappe.rpc import MACHINE


async def operate(server: Any, name: str, /, **given: Any) -> Any:
    """Run an operator command on a server, and return what it found."""
    return await server.command(name, given, MACHINE)
