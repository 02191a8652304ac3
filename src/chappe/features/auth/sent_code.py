"""Renders `auth.SentCode`: by which channel a login code was sent."""

from typing import Any

from chappe.rpc import Call
from chappe.tl import api

from . import codes, password
from .invites import ANONYMOUS_PREFIX
from .login_names import is_mail
from .rules import RESET_WAIT_S


async def show_sent(
    call: Call, code: Any, user: int | None = None, name: str = ""
) -> api.AuthSentCode:
    """Return how a code was sent; `user` is whose number it is, where they want theirs by e-mail.

    By the address that is the `name` somebody logs in by, it is the same whether it is anybody's.

    To the phone, says the answer, whoever asks: apps that are told "to your other app" send a new person
    looking for one they never had, and who has one is written to there besides. See docs/decisions/0020.
    """
    if is_mail(name):
        by_mail = api.AuthSentCodeTypeEmailCode(
            email_pattern=password.pattern(name), length=codes.CODE_DIGITS
        )
        return api.AuthSentCode(type=by_mail, phone_code_hash=code.hash)
    mail = await codes.mail_of(call.context, user)
    if mail is not None:
        resettable = not name.startswith(ANONYMOUS_PREFIX)
        how: Any = api.AuthSentCodeTypeEmailCode(
            email_pattern=password.pattern(mail.address),
            length=codes.CODE_DIGITS,
            reset_available_period=RESET_WAIT_S if resettable and not mail.reset else None,
            reset_pending_date=mail.reset or None,
        )
        return api.AuthSentCode(type=how, phone_code_hash=code.hash)
    more = code.resent < codes.RESENDS_MAX
    return api.AuthSentCode(
        type=api.AuthSentCodeTypeSms(length=codes.CODE_DIGITS),
        phone_code_hash=code.hash,
        next_type=api.AuthCodeTypeSms() if more else None,
        timeout=codes.SEND_AGAIN_S if more else None,
    )
