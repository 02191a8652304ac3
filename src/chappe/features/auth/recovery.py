"""Password recovery: by a confirmed e-mail address, or after a week."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from .codes import draw_mail, new_digits, same
from .login import LOGIN_ERRORS, log_in
from .password import (
    MAIL_CODE_DIGITS,
    MAIL_CODE_LIFETIME_S,
    new_password,
    pattern,
    person_meant,
    replace_password,
)
from .records import Password, PendingPassword, Recovery, Reset
from .rules import CODE_TRIES_MAX, GUESSES_KEPT_S, pause_s

RESET_WAIT_S: Final = 7 * 86_400  # seconds between asking to drop the password and doing so


# -- confirming the address -----------------------------------------------------------------------


@method(
    api.AccountConfirmPasswordEmail,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.CodeInvalid, errors.EmailHashExpired),
)
async def confirm_password_email(call: Call, request: api.AccountConfirmPasswordEmail) -> bool:
    """Put a password into force once its e-mail address is proved."""
    async with call.change() as change:
        pending = await change.get(PendingPassword)
        if pending is None or pending.expires <= call.now or pending.tries >= CODE_TRIES_MAX:
            raise errors.EmailHashExpired
        right = same(pending.code, request.code)
        if right:
            await replace_password(change, call.context, pending.password)
        else:
            change.put(msgspec.structs.replace(pending, tries=pending.tries + 1))
    if not right:
        raise errors.CodeInvalid
    return True


@method(api.AccountResendPasswordEmail, rate=Rate.LOGIN, raises=(errors.EmailHashExpired,))
async def resend_password_email(call: Call, request: api.AccountResendPasswordEmail) -> bool:
    """Send the code again; its guesses stay counted."""
    pending = await call.look().get(PendingPassword)
    if pending is None or pending.expires <= call.now:
        raise errors.EmailHashExpired
    draw_mail(call, pending.password.email)
    await call.context.ports.codes.deliver_mail(pending.password.email, pending.code)
    return True


@method(
    api.AccountCancelPasswordEmail,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.EmailHashExpired,),
)
async def cancel_password_email(call: Call, request: api.AccountCancelPasswordEmail) -> bool:
    """Give up a password whose address was not proved."""
    async with call.change() as change:
        if await change.get(PendingPassword) is None:
            raise errors.EmailHashExpired
        change.drop(PendingPassword)
    return True


# -- by e-mail ------------------------------------------------------------------------------------


@method(
    api.AuthRequestPasswordRecovery,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.PasswordEmpty, errors.PasswordRecoveryNa, errors.AuthKeyUnregistered),
)
async def request_password_recovery(
    call: Call, request: api.AuthRequestPasswordRecovery
) -> api.AuthPasswordRecovery:
    """Send a code to the address that was confirmed with the password."""
    owner = Owner(Kind.USER, await person_meant(call))
    async with call.context.change(owner) as change:
        password = await change.get(Password)
        if password is None:
            raise errors.PasswordEmpty
        if not password.email:
            raise errors.PasswordRecoveryNa
        recovery = await change.get(Recovery)
        _wait_out(recovery, call.now)
        call.draw(Rate.CODE, ("recovery", owner.id))
        if recovery is None or recovery.expires <= call.now:
            code = new_digits(call.context.entropy, MAIL_CODE_DIGITS)
            recovery = _begin(recovery, code, call.now)
            change.put(recovery)
    await call.context.ports.codes.deliver_mail(password.email, recovery.code)
    return api.AuthPasswordRecovery(email_pattern=pattern(password.email))


def _begin(before: Recovery | None, code: str, now: int) -> Recovery:
    """Return another code. Wrong guesses of those before it are remembered for a while."""
    wrong = before.wrong if before and before.expires + GUESSES_KEPT_S > now else 0
    return Recovery(code=code, expires=now + MAIL_CODE_LIFETIME_S, wrong=wrong)


def _wait_out(recovery: Recovery | None, now: int) -> None:
    """Check that no pause goes on after wrong guesses.

    Raises:
        errors.FloodWait: one does.
    """
    if recovery is not None and recovery.until > now:
        raise errors.FloodWait(recovery.until - now)


async def _prove(call: Call, change: Change, given: str) -> bool:
    recovery = await change.get(Recovery)
    if recovery is None or recovery.expires <= call.now or recovery.tries >= CODE_TRIES_MAX:
        return False
    _wait_out(recovery, call.now)
    if same(recovery.code, given):
        return True
    wrong = recovery.wrong + 1
    until = call.now + pause_s(wrong, MAIL_CODE_LIFETIME_S)
    change.put(
        msgspec.structs.replace(recovery, tries=recovery.tries + 1, wrong=wrong, until=until)
    )
    return False


@method(
    api.AuthCheckRecoveryPassword,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.CodeEmpty, errors.PasswordRecoveryExpired, errors.AuthKeyUnregistered),
)
async def check_recovery_password(call: Call, request: api.AuthCheckRecoveryPassword) -> bool:
    """Say whether a code from the mail is right, so that the app may ask for a new password."""
    if not request.code:
        raise errors.CodeEmpty
    async with call.context.change(Owner(Kind.USER, await person_meant(call))) as change:
        right = await _prove(call, change, request.code)
    if not right:
        raise errors.PasswordRecoveryExpired
    return True


@method(
    api.AuthRecoverPassword,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        errors.CodeEmpty,
        errors.CodeInvalid,
        errors.NewSettingsInvalid,
        errors.NewSaltInvalid,
        errors.AuthKeyUnregistered,
        *LOGIN_ERRORS,
    ),
)
async def recover_password(
    call: Call, request: api.AuthRecoverPassword
) -> api.TypeAuthAuthorization:
    """Replace or drop the password by a code from the mail, and log in."""
    if not request.code:
        raise errors.CodeEmpty
    user = await person_meant(call)
    async with call.context.change(Owner(Kind.USER, user)) as change:
        right = await _prove(call, change, request.code)
        if right:
            old = await change.get(Password)
            new = new_password(call, request.new_settings) if request.new_settings else None
            if new is not None:
                new = msgspec.structs.replace(new, email=old.email if old else "")
            await replace_password(change, call.context, new)
    if not right:
        raise errors.CodeInvalid
    if call.user:
        return api.AuthAuthorization(user=await accounts.show_user(call.viewer(), user))
    return await log_in(call, user)


# -- without an address ---------------------------------------------------------------------------


@method(api.AccountResetPassword, rate=Rate.LOGIN, home=Home.CALLER, raises=(errors.PasswordEmpty,))
async def reset_password(
    call: Call, request: api.AccountResetPassword
) -> api.TypeAccountResetPasswordResult:
    """Drop a forgotten password after a week's wait, from a session that is still logged in."""
    async with call.change() as change:
        if await change.get(Password) is None:
            raise errors.PasswordEmpty
        asked = await change.get(Reset)
        if asked is None:
            change.put(Reset(until=call.now + RESET_WAIT_S))
            return api.AccountResetPasswordRequestedWait(until_date=call.now + RESET_WAIT_S)
        if asked.until > call.now:
            return api.AccountResetPasswordRequestedWait(until_date=asked.until)
        await replace_password(change, call.context, None)
    return api.AccountResetPasswordOk()


@method(
    api.AccountDeclinePasswordReset,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.ResetRequestMissing,),
)
async def decline_password_reset(call: Call, request: api.AccountDeclinePasswordReset) -> bool:
    """Keep the password after all."""
    async with call.change() as change:
        if await change.get(Reset) is None:
            raise errors.ResetRequestMissing
        change.drop(Reset)
    return True
