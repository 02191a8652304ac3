"""Phone number of an account: changing it, and confirming it to stop a deletion somebody else requested."""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from . import codes
from .login import claim_phone
from .records import Deletion
from .sent_code import show_sent
from .sessions import require_seasoned


@method(
    api.AccountSendChangePhoneCode,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(errors.PhoneNumberInvalid, errors.FreshChangePhoneForbidden),
)
async def send_change_phone_code(
    call: Call, request: api.AccountSendChangePhoneCode
) -> api.TypeAuthSentCode:
    """Send a code to the number that shall be the caller's; a fresh session may not.

    Whether somebody has it is told only to who proves that it is theirs.
    """
    phone = accounts.clean_phone(request.phone_number)
    await require_seasoned(call, errors.FreshChangePhoneForbidden)
    return await show_sent(
        call, await codes.send_login_code(call, phone, None, codes.CHANGE, call.user)
    )


@method(
    api.AccountChangePhone,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.PhoneNumberInvalid,
        errors.PhoneNumberOccupied,
        errors.PhoneCodeEmpty,
        errors.PhoneCodeExpired,
        errors.PhoneCodeInvalid,
        errors.UserDeactivated,
    ),
)
async def change_phone(call: Call, request: api.AccountChangePhone) -> api.TypeUser:
    """Take another number, by a code that came there."""
    phone = accounts.clean_phone(request.phone_number)
    await codes.check_code(
        call, phone, request.phone_code_hash, request.phone_code, codes.CHANGE, call.user
    )
    if not await claim_phone(call, phone, call.me):
        raise errors.PhoneNumberOccupied
    await codes.drop(call.context, phone, codes.CHANGE, call.user)
    event = accounts.PhoneChanged(user=call.user)
    async with call.change() as change:
        record = await change.get(accounts.User)
        if record is None or record.deleted:
            raise errors.UserDeactivated
        change.put(msgspec.structs.replace(record, phone=phone))
        change.announce_without_pts(event)
    if record.phone not in ("", phone):
        await accounts.release(call.context, "phone", record.phone, call.me)
    await accounts.announce_to_friends(call, event)
    return await accounts.show_user(call.viewer(), call.user)


# -- stopping a deletion ----------------------------------------------------------------------------


async def _own_number(call: Call) -> str:
    record = await call.look().get(accounts.User)
    return record.phone if record else ""


@method(
    api.AccountSendConfirmPhoneCode, rate=Rate.LOGIN, home=Home.HOUSE, raises=(errors.HashInvalid,)
)
async def send_confirm_phone_code(
    call: Call, request: api.AccountSendConfirmPhoneCode
) -> api.TypeAuthSentCode:
    """Send a code by which the caller stops a deletion that somebody asked for with their number."""
    deletion = await call.look().get(Deletion)
    if deletion is None or not deletion.hash or not codes.same(deletion.hash, request.hash):
        raise errors.HashInvalid
    phone = await _own_number(call)
    return await show_sent(
        call, await codes.send_login_code(call, phone, call.user, codes.CONFIRM, call.user)
    )


@method(
    api.AccountConfirmPhone,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.PhoneCodeEmpty, errors.PhoneCodeExpired, errors.PhoneCodeInvalid),
)
async def confirm_phone(call: Call, request: api.AccountConfirmPhone) -> bool:
    """Stop a deletion, by a code that came to the caller's own number."""
    phone = await _own_number(call)
    await codes.check_code(
        call, phone, request.phone_code_hash, request.phone_code, codes.CONFIRM, call.user
    )
    await codes.drop(call.context, phone, codes.CONFIRM, call.user)
    async with call.context.change(Owner(Kind.USER, call.user)) as change:
        change.drop(Deletion)
    return True


# -- what proves a number for documents -------------------------------------------------------------


@method(api.AccountSendVerifyPhoneCode, rate=Rate.LOGIN, raises=(errors.PhoneNumberInvalid,))
async def send_verify_phone_code(
    call: Call, request: api.AccountSendVerifyPhoneCode
) -> api.TypeAuthSentCode:
    """Refuse: no documents are kept that a number would be proved for."""
    raise errors.PhoneNumberInvalid


@method(api.AccountVerifyPhone, rate=Rate.LOGIN, raises=(errors.PhoneCodeExpired,))
async def verify_phone(call: Call, request: api.AccountVerifyPhone) -> bool:
    """Refuse: no documents are kept that a number would be proved for."""
    raise errors.PhoneCodeExpired
