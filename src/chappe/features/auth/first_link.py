"""The link by which the first person joins: told to the operator's terminal, and kept in memory only."""

import hashlib
from hmac import compare_digest
from typing import Final

from chappe.core import Entropy, Kind
from chappe.features import accounts
from chappe.tl import errors
from chappe.updates import Context, PerServer

from .invites import new_token

FIRST_LINK_S: Final = 900  # seconds the first person has


class FirstLink:
    """One link that lets in one person, and nobody once somebody is there. A restart forgets it."""

    def __init__(self) -> None:
        self._digest = b""  # of its token; empty until it is offered
        self._until = 0.0
        self._used = False
        self.joined = 0  # who came by it

    def offer(self, entropy: Entropy, now: float) -> str:
        """Return the token of a new link, in place of any before."""
        token = new_token(entropy)
        self._digest, self._until, self._used = _digest(token), now + FIRST_LINK_S, False
        return token

    def has(self, token: str) -> bool:
        """Whether this is its token, open or not."""
        return bool(self._digest) and compare_digest(self._digest, _digest(token))

    def require_open(self, now: float) -> None:
        """Check that it still lets somebody in.

        Raises:
            errors.JoinLinkUsed, errors.JoinLinkExpired: why it does not.
        """
        if self._used:
            raise errors.JoinLinkUsed
        if now >= self._until:
            raise errors.JoinLinkExpired

    def take(self, now: float) -> None:
        """Let nobody else in by it.

        Raises:
            errors.JoinLinkUsed, errors.JoinLinkExpired: as `require_open` says.
        """
        self.require_open(now)
        self._used = True

    def void(self) -> None:
        """Let nobody in by it any more: somebody is there."""
        self._used = True

    def note(self, token: str, user: int) -> None:
        """Note who came by it, if they came by this token."""
        if self.has(token):
            self.joined = user

    def give_back(self) -> None:
        """Let somebody in again, as long as it is good: nothing came of the one who took it."""
        self._used = False


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


FIRST_LINK: Final[PerServer[FirstLink]] = PerServer(lambda _: FirstLink())


async def is_empty(context: Context) -> bool:
    """Whether nobody ever signed up here."""
    reserved = accounts.RESERVED_USERS
    some = await context.some_boxes_of(Kind.USER, limit=1 + len(reserved))
    return all(owner.id in reserved for owner in some)


async def offer_first_link(context: Context) -> str:
    """Return the token by which the first person joins; empty where somebody is here, or nobody may join."""
    if context.config.sign_up == "closed" or not await is_empty(context):
        return ""
    return context.own(FIRST_LINK).offer(context.entropy, context.clock.monotonic())
