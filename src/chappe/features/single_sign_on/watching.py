"""Whether the provider still says yes: each person is asked every few minutes, as long as they are here.

Who is refused is barred, and their sessions end. A provider that does not answer ends nobody's.
"""

import asyncio
import heapq
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.ports import ProviderRefused, ProviderUnreachable, TokenRefused, Vouched
from chappe.updates import Context, Periodic, PerServer, View

from .identities import SIGN_ON_BOX, settings_of
from .observing import OBSERVER
from .records import Known, ProviderIdentity
from .rules import STORED_EVERY_S, is_admitted

TICK_S: Final = 1.0  # seconds between two looks for who is due
EVERY_S: Final = 180.0  # seconds between two questions about one person, and up to …
JITTER_S: Final = 40.0  # … so many more: whoever came together is not asked about together for ever
AT_ONCE_MAX: Final = 16  # questions on their way at once, and begun in one look
PAUSE_S: Final = 20.0  # seconds nobody is asked about after the provider did not answer
KNOWN_READ_MAX: Final = 1_000_000  # people that are looked through at a start


class Schedule:
    """Who is asked about next."""

    def __init__(self, context: Context) -> None:
        self._entropy = context.entropy
        self._due: dict[int, float] = {}  # when, by `clock.monotonic`
        self._heap: list[tuple[float, int]] = []

    def _fraction(self) -> float:
        return int.from_bytes(self._entropy.token(4), "big") / 2**32

    def add(self, user: int, now: float) -> None:
        """Ask in some minutes about somebody the provider has just said yes to."""
        self.set(user, now + EVERY_S + self._fraction() * JITTER_S)

    def spread(self, user: int, now: float) -> None:
        """Ask about somebody some time, so that a start asks about a few at a time."""
        self.set(user, now + self._fraction() * EVERY_S)

    def set(self, user: int, due: float) -> None:
        """Ask about somebody then, and not when it was planned before."""
        self._due[user] = due
        heapq.heappush(self._heap, (due, user))

    def forget(self, user: int) -> None:
        """Do not ask about somebody any more."""
        self._due.pop(user, None)

    def take(self, now: float, count: int) -> list[int]:
        """Return who is due, as many as that; each is to be added again."""
        taken: list[int] = []
        while self._heap and self._heap[0][0] <= now and len(taken) < count:
            due, user = heapq.heappop(self._heap)
            if self._due.get(user) == due:  # else it was planned otherwise meanwhile
                del self._due[user]
                taken.append(user)
        return taken


SCHEDULE: Final[PerServer[Schedule]] = PerServer(Schedule)


class SignInWatch(Periodic):
    """Asks the provider again and again about everybody who has sessions here."""

    def __init__(self, context: Context) -> None:
        super().__init__("sign-in", TICK_S, context.own(OBSERVER))
        self._context = context
        self._quiet_until = 0.0

    async def load(self) -> None:
        """Find whom the provider knows, as earlier runs left it; end what a crash left of a refusal."""
        now = self._context.clock.monotonic()
        house = self._context.look(SIGN_ON_BOX)
        async for page in house.pages(Known, limit=KNOWN_READ_MAX):
            for known in page:
                owner = Owner(Kind.USER, known.user)
                if await self._context.look(owner).get(ProviderIdentity) is not None:
                    self._context.own(SCHEDULE).spread(known.user, now)
                    continue
                async with self._context.change(SIGN_ON_BOX) as change:  # the account was deleted
                    change.drop(Known, known.user)

    async def run(self) -> None:
        """See `Periodic`."""
        now = self._context.clock.monotonic()
        if now < self._quiet_until:
            return
        due = self._context.own(SCHEDULE).take(now, AT_ONCE_MAX)
        await asyncio.gather(*map(self._turn, due))

    async def _turn(self, user: int) -> None:
        schedule, now = self._context.own(SCHEDULE), self._context.clock.monotonic()
        try:
            asked = await ask_about(self._context, user)
        except ProviderUnreachable as error:
            self._quiet_until = now + PAUSE_S
            schedule.set(user, now + PAUSE_S)
            self._context.own(OBSERVER).provider_failed(str(error))
        except Exception as error:  # noqa: BLE001  our bug or the store's: the others are asked about
            schedule.add(user, now)
            self._context.own(OBSERVER).bug("sign-in", error)
        else:
            if asked:
                schedule.add(user, now)


async def is_barred(context: Context, look: View) -> bool:
    """Whether somebody is let in no more; see `auth.hooks.is_barred`. Who is let in is asked about soon.

    They may have come by a code or a passkey, of which the provider knows nothing.
    """
    identity = await look.get(ProviderIdentity)
    if identity is not None and not identity.barred:
        context.own(SCHEDULE).set(look.owner.id, context.clock.monotonic())
    return identity is not None and bool(identity.barred)


async def ask_about(context: Context, user: int) -> bool:
    """Ask the provider about somebody, if there is anything to ask; False if there never will be.

    Raises:
        ProviderUnreachable: it does not answer.
    """
    look, settings, provider = (
        context.look(Owner(Kind.USER, user)),
        settings_of(context),
        context.ports.identities,
    )
    identity = await look.get(ProviderIdentity)
    if identity is None or settings is None or provider is None:
        return False
    if identity.barred:
        await auth.end_sessions(context, user)  # a crash may have left some
        return False
    if identity.issuer != settings.issuer or not identity.refresh_token:
        return False
    if not await auth.devices_of(look):
        return False  # nothing could end; whoever logs in is asked about again
    now = int(context.clock.now())
    try:
        granted = await provider.renew(identity.subject, identity.refresh_token, now=now)
    except ProviderRefused:
        await bar(context, user, identity.refresh_token)
        return False
    except TokenRefused as error:  # a mistake of the provider's, and no word about this person
        raise ProviderUnreachable(f"token: {error}") from error
    context.own(OBSERVER).provider_works()
    if granted.claims is not None and not is_admitted(granted.claims, settings):
        await bar(context, user, identity.refresh_token)
        return False
    await _keep_renewed(context, user, identity, granted)
    return True


async def _keep_renewed(
    context: Context, user: int, before: ProviderIdentity, granted: Vouched
) -> None:
    """Keep the token by which somebody is asked about next, and now and then that the provider said yes."""
    token, now = granted.refresh_token or before.refresh_token, int(context.clock.now())
    if token == before.refresh_token and now < before.checked + STORED_EVERY_S:
        return
    async with context.change(Owner(Kind.USER, user)) as change:
        identity = await change.get(ProviderIdentity)
        if identity is not None and identity.refresh_token == before.refresh_token:
            change.put(msgspec.structs.replace(identity, refresh_token=token, checked=now))


async def bar(context: Context, user: int, refresh_token: str) -> None:
    """Let somebody in no more, and end their sessions: the provider says no to this token of theirs.

    One that came by another meanwhile has just been let in by the provider, and stays.
    """
    async with context.change(Owner(Kind.USER, user)) as change:
        identity = await change.get(ProviderIdentity)
        if identity is None or identity.refresh_token != refresh_token:
            return
        change.put(msgspec.structs.replace(identity, barred=change.now, refresh_token="", came=()))
        await auth.drop_pending_logins(change, context)
    context.own(OBSERVER).identity_barred()
    await auth.end_sessions(context, user)
