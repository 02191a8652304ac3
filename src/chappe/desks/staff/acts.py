"""Operator commands that touch somebody are in the public log before they are done."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from chappe.features import ledger
from chappe.rpc import Giver
from chappe.updates import Context

from .members import known_member
from .records import STAFF_BOX
from .touching import Touching, touched_by


class PublicActs:
    """See `rpc.PublicNotice`: by the public log of this server, if it keeps one."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @contextlib.asynccontextmanager
    async def announced(
        self, command: str, giver: Giver, arguments: Mapping[str, Any]
    ) -> AsyncIterator[None]:
        """See `rpc.PublicNotice`.

        Raises:
            KeyError: nobody has said what this command touches.
        """
        touching = touched_by(command)
        if touching is None or arguments.get(touching.unless):
            yield
            return
        if touching.is_proposed is not None and await touching.is_proposed(
            self._context, arguments
        ):
            yield
            return
        async with ledger.in_public_log(
            self._context, await self._act(command, touching, giver, arguments)
        ):
            yield

    async def _act(
        self, command: str, touching: Touching, giver: Giver, given: Mapping[str, Any]
    ) -> ledger.OperatorAct:
        """Return what is about to be done.

        Raises:
            ValueError: whom it is about is not there.
        """
        by_staff = not giver.is_machine
        if not self._context.own(ledger.PUBLIC_LOG).is_kept:  # nobody reads it
            return ledger.OperatorAct(command, by_staff)
        accounts = await touching.accounts(self._context, given) if touching.accounts else ()
        facts = touching.facts(given, int(self._context.clock.now()))
        if touching.staff:
            member = await known_member(self._context.look(STAFF_BOX), given["staff"])
            facts["staff"] = ledger.case_hash(member.case)
        return ledger.OperatorAct(command, by_staff, accounts, touching.is_told, facts)
