"""What an export holds of how somebody comes in, beside what methods show."""

from typing import Final

from chappe.features import auth, export
from chappe.updates import Context


async def _login_address(context: Context, user: int) -> object:
    mail = await auth.mail_of(context, user)
    return mail.address if mail is not None else None


EXPORTED: Final = (export.Section("login_address", export.DataClass.ACCOUNT, _login_address),)
