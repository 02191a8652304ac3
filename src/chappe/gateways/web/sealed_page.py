"""The page of a server that is sealed: what is asked of its custodians, and a form for what they answer."""

from collections.abc import Callable
from typing import Protocol

from .lazy_listener import LazyListener


class AskingPage(Protocol):
    """What the page shows, and what takes answers: a `cli.SealedStart`."""

    def facts(self) -> "AskedFacts":
        """Return what is shown."""
        ...

    def take(self, text: str) -> str:
        """Take an answer; return a sentence.

        Raises:
            ValueError: it is not taken; the text is one sentence.
        """
        ...


class AskedFacts(Protocol):
    """What everybody may know of a sealed server."""

    @property
    def origin(self) -> str:
        """The name of its public log."""
        ...

    @property
    def reason(self) -> str:
        """Why it was started."""
        ...

    @property
    def build(self) -> str:
        """Which build it claims to be."""
        ...

    @property
    def needed(self) -> int:
        """How many custodians open it."""
        ...

    @property
    def custodians(self) -> tuple[str, ...]:
        """Who they are."""
        ...

    @property
    def answered(self) -> tuple[str, ...]:
        """Who has answered."""
        ...

    @property
    def fingerprint(self) -> str:
        """What two people compare by telephone."""
        ...

    @property
    def request(self) -> bytes:
        """The request as a document."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether enough have answered."""
        ...


class SealedPage(LazyListener):
    """`/`: the page. `/request.json`: the request. `/answer`: takes an answer."""

    def __init__(self, asking: AskingPage, report: Callable[[str, BaseException], None]) -> None:
        super().__init__(
            f"{__package__}.sealed_answers", lambda answers: answers.connector(asking, report)
        )
