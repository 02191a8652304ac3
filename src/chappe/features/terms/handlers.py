"""Methods help.*TermsOfService*: whom the terms are shown that have changed, and that they are accepted."""

from typing import Final

from chappe.features import accounts
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api

from .acceptance import TERMS, has_accepted, show_terms, version_named
from .records import TermsAccepted

LOOK_AGAIN_S: Final = 3_600  # seconds after which an app asks again


@method(api.HelpGetTermsOfServiceUpdate, needs=Needs.KEY)
async def get_terms_update(
    call: Call, request: api.HelpGetTermsOfServiceUpdate
) -> api.TypeHelpTermsOfServiceUpdate:
    """Return terms the caller has not accepted, if there are any; who is not logged in has accepted none."""
    terms, again = call.context.own(TERMS).terms, call.now + LOOK_AGAIN_S
    if terms is None or (call.user and await has_accepted(call.look(), terms)):
        return api.HelpTermsOfServiceUpdateEmpty(expires=again)
    return api.HelpTermsOfServiceUpdate(expires=again, terms_of_service=show_terms(terms))


@method(api.HelpAcceptTermsOfService, needs=Needs.KEY, rate=Rate.WRITE, home=Home.CALLER)
async def accept_terms(call: Call, request: api.HelpAcceptTermsOfService) -> bool:
    """Note that the caller accepts the terms they were shown. Others than those in force are asked for again.

    Who is not logged in accepts by signing up.
    """
    terms = call.context.own(TERMS).terms
    if terms is None or not call.user or version_named(request.id) != terms.version:
        return True
    async with call.change() as change:
        record = await change.get(accounts.User)
        if record is not None and not await has_accepted(change, terms):
            change.put(TermsAccepted(version=terms.version, at=call.now))
    return True
