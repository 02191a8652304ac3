"""Acts that come by the control socket: what is refused, and what is our own mistake."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chappe.core.configuration import Configuration
from chappe.gateways.cli import OperatorError
from chappe.gateways.cli.control import Control, ask
from chappe.ports import StoreFull
from tests.features.village import village

FULL = "The disk that holds chappe.db is full: free some space, nothing was lost."


class Running:
    """Somebody who answers every act alike."""

    config = Configuration()

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def listen(self) -> list[str]:
        """See `Running`."""
        return []

    def when_fenced(self, end: Callable[[str], None]) -> None:
        """See `Running`."""

    def renew_certificate(self) -> None:
        """See `Running`."""

    async def act(self, act: str, given: Mapping[str, Any]) -> Any:
        """Return the answer, or raise it."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    async def stop(self) -> None:
        """See `Running`."""


async def told(data: Path, answer: Any) -> Any:
    """Return what a command hears of an act that ends like this."""
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
async def test_why_an_act_failed_is_told(tmp_path: Path, answer: Exception, sentence: str) -> None:
    """In the words an operator reads; and an act that did not fail is answered."""
    with pytest.raises(OperatorError, match=sentence):
        await told(tmp_path, answer)
    assert await told(tmp_path, [1, 2]) == [1, 2]


async def test_an_act_of_another_version_is_named_so() -> None:
    """A newer command may ask an older server."""
    async with village(twins=False) as v:
        assert await v.server.act("users", {}) == []
        with pytest.raises(ValueError, match="knows no `fly`"):
            await v.server.act("fly", {})


async def test_a_mistake_of_ours_in_an_act_is_noted_and_says_nothing_more() -> None:
    """The operator is told that there was one, not what it was about."""

    async def slip(_house: Any, _given: Any) -> None:
        raise KeyError("+33600000001")

    async with village(twins=False) as v:
        v.server.acts["users"] = slip
        with pytest.raises(ValueError, match="made a mistake") as raised:
            await v.server.act("users", {})
        assert "33600000001" not in str(raised.value)
        assert isinstance(v.bugs.pop(), KeyError)
