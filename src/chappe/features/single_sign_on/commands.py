"""Operator commands about sign-in: who comes in by it, whom it does not know any more, whether it works."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.features import accounts, auth
from chappe.ports import ProviderUnreachable
from chappe.rpc import operator_command
from chappe.updates import Context

from .identities import SIGN_ON_BOX, drop_identity, settings_of
from .records import Known, ProviderIdentity

LISTED_MAX: Final = 10_000  # people that are listed at once


@operator_command(
    "sign-ins", "List who comes in by the sign-in of the organisation.", empty="Nobody does yet."
)
async def sign_ins(
    context: Context,
    *,
    barred: Annotated[bool, Meta(description="Only whom the provider does not let in.")] = False,
) -> list[dict[str, Any]]:
    """Return who is known to the provider, and since when it says no."""
    listed = []
    for known in await context.look(SIGN_ON_BOX).scan(Known, limit=LISTED_MAX):
        look = context.look(Owner(Kind.USER, known.user))
        user, identity = await look.get_each((accounts.User,), (ProviderIdentity,))
        if user is None or user.deleted or identity is None or (barred and not identity.barred):
            continue
        listed.append(
            {
                "id": known.user,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "since": identity.since,
                "said_yes": identity.checked,
                "barred": identity.barred or None,
            }
        )
    return listed


@operator_command(
    "sign-in-unlink",
    "Part an account from the sign-in of the organisation; whoever was barred by it is not any more.",
    empty="It is not connected.",
)
async def unlink(context: Context, *, user: auth.Person) -> bool:
    """Part an account from whom the provider knows; return whether it was connected."""
    return await drop_identity(context, await auth.known_account(context, user))


@operator_command("sign-in-check", "Ask the provider of sign-in, and say what is wrong.")
async def check(context: Context) -> dict[str, Any]:
    """Return what is wrong with the provider or the settings, and where browsers come back."""
    settings, provider = settings_of(context), context.ports.identities
    if settings is None or provider is None:
        raise ValueError(
            "No organisation signs in here: set `sign_in`, see `chappe manual sign-in`."
        )
    try:
        found = await provider.look()
    except ProviderUnreachable as error:
        raise ValueError(
            f"The provider does not answer as one ({error}): look whether "
            f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration opens from this machine."
        ) from error
    return {
        "issuer": settings.issuer,
        "redirect": f"{context.config.web_address}/sign-in/back",
        "logout": f"{context.config.web_address}/sign-in/logout",
        "wrong": found,
    }


COMMANDS: Final = (sign_ins, unlink, check)
