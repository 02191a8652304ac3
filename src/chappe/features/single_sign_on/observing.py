"""Who hears, for the operator, how it goes with the provider."""

from typing import Final, Protocol

from chappe.updates import Observer, PerServer


class SignInObserver(Observer, Protocol):
    """Hears what came of asking the provider. Never sees of whom."""

    def provider_failed(self, why: str) -> None:
        """It could not be asked, or what it said is not taken; `why` is one of our own words."""
        ...

    def provider_works(self) -> None:
        """It answers."""
        ...

    def identity_barred(self) -> None:
        """It said no to somebody, whose sessions end."""
        ...


OBSERVER: Final[PerServer[SignInObserver]] = PerServer()
