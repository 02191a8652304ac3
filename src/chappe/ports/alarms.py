"""The port by which a service of the operator's is called when something at the server waits for people."""

from collections.abc import Mapping
from typing import Protocol


class Alarms(Protocol):
    """Who brings an alarm to the operator's own service."""

    async def call(self, said: Mapping[str, str | int]) -> bool:
        """Bring an alarm: words of lists, numbers and moments; whether it was taken."""
        ...
