"""The parts of an organisation's sign-in: its provider, and the watch over whom it knows."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from chappe.core import Clock
from chappe.core.configuration import Configuration
from chappe.engines.identity_provider import OpenIdProvider
from chappe.features import single_sign_on
from chappe.ports import IdentityProvider
from chappe.updates import Context


class SignInParts:
    """What there is of sign-in on one server; nothing where no organisation signs in."""

    def __init__(self, config: Configuration, web_address: Callable[[], str], clock: Clock) -> None:
        """`web_address` returns how links to the server begin, which is known once it listens."""
        self._settings = config.sign_in
        self.provider: IdentityProvider | None = None
        self.watch: single_sign_on.SignInWatch | None = None
        if config.sign_in is not None:
            self.provider = OpenIdProvider(config.sign_in, web_address, clock)

    @property
    def title(self) -> str | None:
        """What the button says; None where there is none."""
        return self._settings.title if self._settings is not None else None

    def join(self, context: Context) -> Context | None:
        """Take part in a server; return what the paths of the site work with, if there are any."""
        if self.provider is None:
            return None
        self.watch = single_sign_on.SignInWatch(context)
        return context

    async def start(self, parts: AsyncExitStack) -> None:
        """Begin to ask the provider about whom it knows; what ends that is pushed onto `parts`."""
        if self.provider is None or self.watch is None:
            return
        parts.push_async_callback(self.provider.close)
        await self.watch.load()
        self.watch.start()
        parts.callback(self.watch.stop)
