"""Methods of web tokens: by a recovery code somebody comes back in.

Telegram's web apps import a token that came in a link (core.telegram.org, auth.importWebTokenAuthorization).
Here it says by its beginning what it is: `recovery:` and the code.
"""

from chappe.features import auth, passkeys
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors


@method(
    api.AuthImportWebTokenAuthorization,
    needs=Needs.KEY,
    rate=Rate.REENTRY,
    home=Home.KEY,
    raises=(
        errors.CodeInvalid,
        errors.SessionPasswordNeeded,
        errors.WebauthTokenExpired,
        *auth.LOGIN_ERRORS,
    ),
)
async def import_web_token(
    call: Call, request: api.AuthImportWebTokenAuthorization
) -> api.TypeAuthAuthorization:
    """Log in by a recovery code."""
    kind, _, secret = request.web_auth_token.partition(":")
    if kind == "recovery":
        return await passkeys.log_in_by_recovery_code(call, secret)
    raise errors.WebauthTokenExpired
