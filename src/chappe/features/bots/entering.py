"""Bots log in by their token (core.telegram.org/api/bots)."""

from chappe.features import auth
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .making import by_token


@method(
    api.AuthImportBotAuthorization,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(errors.AccessTokenInvalid, *auth.LOGIN_ERRORS),
)
async def import_bot_authorization(
    call: Call, request: api.AuthImportBotAuthorization
) -> api.TypeAuthAuthorization:
    """Log a bot in; a token that is revoked is as good as none."""
    bot = await by_token(call.context, request.bot_auth_token)
    if not bot:
        raise errors.AccessTokenInvalid
    return await auth.log_in(call, bot, bot=True)
