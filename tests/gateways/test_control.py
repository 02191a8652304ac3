"""Commands that come by the control socket: what is refused, and what is our own mistake."""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from chappe.core.configuration import Configuration
from chappe.gateways.cli import OperatorError
from chappe.gateways.cli.control import Control, ask, socket_path
from chappe.ports import StoreFull
from chappe.rpc import Role, operator_command
from tests.features.village import village
from tests.operating import operate

FULL = "The disk that holds chappe.db is full: free some space, nothing was lost."


class Running:
    """Somebody who answers every command alike."""

    config = Configuration()

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def listen(self) -> list[str]:
        """See `Running`."""
        return []

    def when_fenced(self, end: Callable[[str], None]) -> None:
        """See `Running`."""

    def renew(self, config: Configuration) -> None:
        """See `Running`."""

    async def command(self, name: str, given: Mapping[str, Any], roles: Collection[Role]) -> Any:
        """Return the answer, or raise it."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    async def stop(self) -> None:
        """See `Running`."""


async def told(data: Path, answer: Any) -> Any:
    """Return what is answered to a command that ends like this."""
    control = Control(Running(answer), data)
    await control.start()
    try:
        return await asyncio.to_thread(ask, data, "users")
    finally:
        await control.stop()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (StoreFull(FULL), FULL),
        (ValueError("There is none."), "There is none."),
        (OSError(28, "No space left", "b.tar"), "b.tar: the disk is full"),
        (PermissionError(13, "Permission denied", "b.tar"), "b.tar: not allowed"),
    ],
)
async def test_why_a_command_failed_is_told(
    tmp_path: Path, answer: Exception, sentence: str
) -> None:
    """In the words an operator reads; and an act that did not fail is answered."""
    with pytest.raises(OperatorError, match=sentence):
        await told(tmp_path, answer)
    assert await told(tmp_path, [1, 2]) == [1, 2]


async def asked(data: Path, said: bytes) -> Any:
    """Return what is answered to these bytes on the socket."""
    control = Control(Running("never"), data)
    await control.start()
    try:
        reader, writer = await asyncio.open_unix_connection(socket_path(data))
        writer.write(said + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
    finally:
        await control.stop()
    return answer


@pytest.mark.parametrize(
    "said", [b"status", b"[]", b"{}", b'{"act": 7}', b"\xff", b"[" * 10_000, b'"act"']
)
async def test_what_is_no_command_is_told_so(tmp_path: Path, said: bytes) -> None:
    """In one sentence that shows how one looks; nothing is run."""
    answer = await asked(tmp_path, said)
    assert answer == {"error": 'That is no command: send {"act": "status"} and a newline.'}


async def test_a_command_of_another_version_is_named_so() -> None:
    """A newer command may ask an older server."""
    async with village(twins=False) as v:
        assert await operate(v.server, "users") == []
        with pytest.raises(ValueError, match="knows no `fly`"):
            await operate(v.server, "fly")


async def test_a_mistake_of_ours_in_a_command_is_noted_and_says_nothing_more() -> None:
    """The operator is told that there was one, not what it was about."""

    @operator_command("slip", "Slip.")
    async def slip(_context: Any) -> None:
        raise KeyError("+33600000001")

    async with village(twins=False) as v:
        v.server.commands.add([slip], v.context)
        with pytest.raises(ValueError, match="made a mistake") as raised:
            await operate(v.server, "slip")
        assert "33600000001" not in str(raised.value)
        assert isinstance(v.bugs.pop(), KeyError)
