"""Login e-mail: an address is confirmed, login codes go there, and it can be reset."""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from . import codes, hooks
from .invites import ANONYMOUS_PREFIX
from .login_names import claim_mail, normal_mail, release_mail
from .password import MAIL_CODE_DIGITS, MAIL_CODE_LIFETIME_S, is_address, pattern
from .records import Code, LoginMail, MailCode
from .rules import CODE_TRIES_MAX, RESET_WAIT_S
from .sent_code import show_sent
from .sessions import require_seasoned


@method(
    api.AccountSendVerifyEmailCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.EmailInvalid,
        errors.EmailNotAllowed,
        errors.PhoneHashExpired,
        errors.AuthKeyUnregistered,
        errors.FreshResetAuthorisationForbidden,
    ),
)
async def send_verify_email_code(
    call: Call, request: api.AccountSendVerifyEmailCode
) -> api.AccountSentEmailCode:
    """Send a code to the address that login codes shall go to from now on.

    Only somebody logged in may name one: by a number alone nobody turns another's codes to themselves. A
    fresh session may not, as with passkeys: who got hold of one code shall not get all that follow.
    """
    if isinstance(request.purpose, api.EmailVerifyPurposeLoginSetup):
        raise errors.PhoneHashExpired
    if not call.user:
        raise errors.AuthKeyUnregistered
    login = isinstance(request.purpose, api.EmailVerifyPurposeLoginChange)
    if not login or call.context.config.codes_smtp is None:
        raise errors.EmailNotAllowed
    if not is_address(request.email):
        raise errors.EmailInvalid
    await require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    code = codes.new_digits(call.context.entropy, MAIL_CODE_DIGITS)
    codes.draw_mail(call, request.email)
    async with call.change() as change:
        expires = call.now + MAIL_CODE_LIFETIME_S
        change.put(MailCode(address=request.email, code=code, expires=expires))
    call.context.delivery.begin(call.context.ports.codes.deliver_mail(request.email, code))
    return api.AccountSentEmailCode(email_pattern=pattern(request.email), length=MAIL_CODE_DIGITS)


async def _prove(call: Call, change: Change, given: str) -> str:
    """Return the address that a code proves, or nothing."""
    waiting = await change.get(MailCode)
    dead = waiting is None or waiting.expires <= call.now or waiting.tries >= CODE_TRIES_MAX
    if waiting is None or dead:
        raise errors.EmailVerifyExpired
    if codes.same(waiting.code, given):
        return waiting.address
    change.put(msgspec.structs.replace(waiting, tries=waiting.tries + 1))
    return ""


@method(
    api.AccountVerifyEmail,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.CodeInvalid,
        errors.EmailVerifyExpired,
        errors.EmailNotAllowed,
        errors.PhoneCodeExpired,
        errors.AuthKeyUnregistered,
    ),
)
async def verify_email(call: Call, request: api.AccountVerifyEmail) -> api.TypeAccountEmailVerified:
    """Have login codes sent to an address whose owner one has proved to be."""
    if isinstance(request.purpose, api.EmailVerifyPurposeLoginSetup):
        raise errors.PhoneCodeExpired
    if not call.user:
        raise errors.AuthKeyUnregistered
    if not isinstance(request.purpose, api.EmailVerifyPurposeLoginChange):
        raise errors.EmailNotAllowed
    if not isinstance(request.verification, api.EmailVerificationCode):
        raise errors.CodeInvalid
    async with call.change() as change:
        address = await _prove(call, change, request.verification.code)
        before = await change.get(LoginMail)
        if address:
            change.drop(MailCode)
            change.put(LoginMail(address=address))
    if not address:
        raise errors.CodeInvalid
    if before is not None and normal_mail(before.address) != normal_mail(address):
        await release_mail(call.context, before.address, call.user)
    # where another account logs in by it already, codes go there all the same
    await claim_mail(call.context, address, call.user)
    text = f"Your login codes are sent to {pattern(address)} from now on."
    await call.context.ask(hooks.service_message)(call.context, call.user, text)
    return api.AccountEmailVerified(email=address)


@method(
    api.AuthResetLoginEmail,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.PhoneNumberInvalid,
        errors.PhoneCodeExpired,
        errors.EmailInstallMissing,
        errors.TaskAlreadyExists,
    ),
)
async def reset_login_email(call: Call, request: api.AuthResetLoginEmail) -> api.TypeAuthSentCode:
    """Have codes sent as before there was an address; after a week in which its owner can object.

    To an anonymous number nothing could be sent: its owner would be shut out by whoever knows it.
    """
    phone = accounts.clean_phone(request.phone_number)
    if phone.startswith(ANONYMOUS_PREFIX):
        raise errors.EmailInstallMissing
    box, blind = codes.code_location(call.context, phone)
    code = codes.alive(await call.look(box).get(Code, blind), request.phone_code_hash, call.now)
    user = await accounts.user_by_phone(call.context, phone)
    if user is None or await codes.mail_of(call.context, user) is None:
        raise errors.EmailInstallMissing
    async with call.context.change(Owner(Kind.USER, user)) as change:
        mail = await change.get(LoginMail)
        if mail is None:
            raise errors.EmailInstallMissing
        if mail.reset > call.now:
            raise errors.TaskAlreadyExists
        if mail.reset:
            change.drop(LoginMail)
        else:
            change.put(msgspec.structs.replace(mail, reset=call.now + RESET_WAIT_S))
    if mail.reset:
        await release_mail(call.context, mail.address, user)
        call.context.delivery.begin(codes.bring(call.context, phone, code.code, user))
    else:
        text = (
            "Somebody who tries to log in asked that your login codes are no longer sent by e-mail."
            " In a week they will come here again. If it was not you, change the address in Settings."
        )
        await call.context.ask(hooks.service_message)(call.context, user, text)
    return await show_sent(call, code, user)
