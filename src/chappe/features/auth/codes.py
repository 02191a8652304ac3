"""Login codes: made from a secure source, few tries, soon expired."""

import re
from hmac import compare_digest
from typing import Final

import msgspec

from chappe.core import Entropy, Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import name_location
from chappe.rpc import Call, Rate
from chappe.tl import errors
from chappe.updates import Change, Context, View

from . import hooks
from .expiry import expires
from .login_names import is_mail, normal_mail
from .records import Code, Guessed, LoginMail
from .rules import CODE_TRIES_MAX, GUESSES_KEPT_S, pause_s

CODE_DIGITS: Final = 5
CODE_LIFETIME_S: Final = 300  # seconds; also of the first pause after wrong guesses
SEND_AGAIN_S: Final = 60  # seconds until a code is sent once more to who asks for one
RESENDS_MAX: Final = 2  # times one code is sent again

LOGIN: Final = "code"  # what a code is for: names of blind indexes, never reused
CHANGE: Final = "code_change"
CONFIRM: Final = "code_confirm"
ADDRESS: Final = "mail_to_prove"

_TOLD = re.compile(r"[0-9](?:[\s.-]?[0-9]){4,}")


def same(known: str, given: str) -> bool:
    """Whether a client said a secret word; takes as long for every wrong one."""
    return compare_digest(known.encode(), given.encode())


def code_location(
    context: Context, phone: str, purpose: str = LOGIN, asker: int | None = None
) -> tuple[Owner, str]:
    """Return the box a number's code is kept in, and its key there; `asker` is who proves it, if known."""
    return name_location(context, purpose, phone if asker is None else f"{phone} {asker}")


def new_digits(entropy: Entropy, count: int = CODE_DIGITS) -> str:
    """Return a code of `count` digits at random."""
    return str(int.from_bytes(entropy.token(8), "big") % 10**count).zfill(count)


async def send_login_code(
    call: Call,
    phone: str,
    user: int | None,
    purpose: str = LOGIN,
    asker: int | None = None,
    *,
    bring_it: bool = True,
) -> Code:
    """Make a code for a number or an address, and begin its delivery unless nothing can come of it.

    Apps ask at every start: an unexpired code is answered for again, and sent again only now and then.
    Nobody waits for the delivery: how long it takes would tell whose number it is.

    Raises:
        errors.FloodWait: too many were guessed wrong, or too many asked for.
    """
    box, blind = code_location(call.context, phone, purpose, asker)
    async with call.change(box) as change:
        await _wait_out(change, blind)
        code = await change.get(Code, blind)
        if code is not None and code.expires <= call.now:
            code = None
        if code is not None and code.tries >= CODE_TRIES_MAX:
            raise errors.FloodWait(code.expires - call.now)
        if code is None or not code.code:
            _draw(call, phone)
            code = Code(
                blind=blind,
                hash=call.context.entropy.token(9).hex(),
                code=new_digits(call.context.entropy),
                expires=call.now + CODE_LIFETIME_S,
                tries=code.tries if code else 0,
                sent=call.now,
                unsent=not bring_it,
            )
            change.put(code)
            expires(change, code.expires)
        elif code.unsent and bring_it:  # whoever had no leave when they asked has it now
            code = msgspec.structs.replace(code, unsent=False, sent=call.now)
            change.put(code)
        elif _may_repeat(call, phone, code):
            code = msgspec.structs.replace(code, resent=code.resent + 1, sent=call.now)
            change.put(code)
        else:
            return code
    if bring_it:
        call.context.delivery.begin(bring(call.context, phone, code.code, user))
    return code


def _draw(call: Call, phone: str) -> None:
    """Pay for one delivery to a number or an address, whatever it is for.

    Raises:
        errors.FloodWait: there were too many, or too many from the caller's address that nobody used.
    """
    call.draw(Rate.DELIVERY, call.client.address)
    if is_mail(phone):
        call.draw(Rate.CODE, name_location(call.context, ADDRESS, phone)[1])
    else:
        call.draw(Rate.CODE, code_location(call.context, phone)[1])


def was_no_guess(call: Call, calls: int) -> None:
    """Give back to the caller's address what a right code took: so many calls, and its delivery."""
    call.give_back(Rate.LOGIN, call.client.address, calls)
    call.give_back(Rate.DELIVERY, call.client.address)


def draw_mail(call: Call, address: str) -> None:
    """Pay for one mail of the caller's to an address that nobody has proved: it may be a stranger's.

    Raises:
        errors.FloodWait: there were too many of the caller's, or to the address.
    """
    call.draw(Rate.CODE, (ADDRESS, call.user))
    call.draw(Rate.CODE, name_location(call.context, ADDRESS, address)[1])


def _may_repeat(call: Call, phone: str, code: Code) -> bool:
    """Whether a code that was sent is sent once more to who asks for one: perhaps it was lost."""
    if code.sent + SEND_AGAIN_S > call.now or code.resent >= RESENDS_MAX:
        return False
    try:
        _draw(call, phone)
    except errors.FloodWait:
        return False
    return True


async def _wait_out(change: Change, blind: str) -> None:
    """Check that no pause goes on after wrong guesses.

    Raises:
        errors.FloodWait: one does.
    """
    guessed = await change.get(Guessed, blind)
    if guessed is not None and guessed.until > change.now:
        raise errors.FloodWait(guessed.until - change.now)


async def _note_wrong(change: Change, code: Code) -> None:
    """Count a wrong guess, for the code and for all codes of its number."""
    guessed = await change.get(Guessed, code.blind)
    wrong = 1 + (guessed.wrong if guessed and guessed.expires > change.now else 0)
    until = change.now + GUESSES_KEPT_S
    pause = pause_s(wrong, CODE_LIFETIME_S)
    change.put(Guessed(blind=code.blind, wrong=wrong, until=change.now + pause, expires=until))
    expires(change, until)
    change.put(msgspec.structs.replace(code, tries=code.tries + 1))


async def send_again(
    call: Call, phone: str, user: int | None, hash_: str, *, bring_it: bool = True
) -> Code:
    """Send a code once more, at its owner's wish, unless nothing can come of it.

    Raises:
        errors.PhoneCodeExpired: there is none under this hash.
        errors.SendCodeUnavailable: it was sent often enough.
        errors.FloodWait: so were others to this number.
    """
    box, blind = code_location(call.context, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if code.resent >= RESENDS_MAX:
            raise errors.SendCodeUnavailable
        _draw(call, phone)
        code = msgspec.structs.replace(code, resent=code.resent + 1, sent=call.now)
        change.put(code)
    if bring_it:
        call.context.delivery.begin(bring(call.context, phone, code.code, user))
    return code


def alive(code: Code | None, hash_: str, now: int) -> Code:
    """Return the code if it can still be given under this hash.

    Raises:
        errors.PhoneCodeExpired: it cannot.
    """
    dead = code is None or not code.code or code.expires <= now or code.tries >= CODE_TRIES_MAX
    if code is None or dead or not same(code.hash, hash_):
        raise errors.PhoneCodeExpired
    return code


async def mail_of(context: Context, user: int | None) -> LoginMail | None:
    """Return the address somebody wants their codes sent to, where this server sends mail."""
    if user is None or context.config.codes_smtp is None:
        return None
    return await context.look(Owner(Kind.USER, user)).get(LoginMail)


async def has_login_mail(look: View, context: Context) -> bool:
    """Whether the owner of a box has codes sent by mail, where this server sends mail."""
    return context.config.codes_smtp is not None and await look.get(LoginMail) is not None


async def tell_account(context: Context, user: int, subject: str, text: str) -> bool:
    """Tell somebody what happens to their account, by service chat and mail; return whether it exists."""
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        return False
    await context.ask(hooks.service_message)(context, user, text)
    mail = await mail_of(context, user)
    if mail is not None:
        await context.ports.codes.tell_mail(mail.address, subject, text)
    return True


async def bring(context: Context, phone: str, code: str, user: int | None) -> None:
    """Deliver a code by every way that is meant for its number, or to its address."""
    mail = await mail_of(context, user)
    address = mail.address if mail is not None else phone if is_mail(phone) else ""
    if address:
        await context.ports.codes.deliver_mail(address, code)
        return
    await context.ports.codes.deliver(phone, code, user)
    if user is not None:
        text = f"Login code: {code}. Do not give this code to anyone, whoever asks for it."
        await context.ask(hooks.service_message)(context, user, text)


async def check_code(
    call: Call, phone: str, hash_: str, given: str, purpose: str = LOGIN, asker: int | None = None
) -> None:
    """Check a code; a right one is used up by `drop`, or lets this key sign up.

    Raises:
        errors.PhoneCodeEmpty, errors.PhoneCodeExpired, errors.PhoneCodeInvalid
    """
    if not given:
        raise errors.PhoneCodeEmpty
    box, blind = code_location(call.context, phone, purpose, asker)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        await _wait_out(change, blind)
        right = same(code.code, given)
        if right:
            change.put(msgspec.structs.replace(code, verified_by=call.client.key_id))
            change.drop(Guessed, blind)
        else:
            await _note_wrong(change, code)
    if not right:
        raise errors.PhoneCodeInvalid


async def require_verified(call: Call, phone: str, hash_: str, *, use: bool = False) -> None:
    """Check that this key gave the right code for a number just now; with `use` it serves once.

    Raises:
        errors.PhoneCodeExpired: it did not.
    """
    box, blind = code_location(call.context, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if code.verified_by != call.client.key_id:
            raise errors.PhoneCodeExpired
        if use:
            change.drop(Code, blind)


async def drop(
    context: Context, phone: str, purpose: str = LOGIN, asker: int | None = None
) -> None:
    """Forget a number's code: it was used."""
    box, blind = code_location(context, phone, purpose, asker)
    async with context.change(box) as change:
        change.drop(Code, blind)


async def hand_out(context: Context, phone: str, expires_at: int) -> str:
    """Make the first code of an anonymous number, for an invite to hand out, and good as long as that."""
    code = new_digits(context.entropy)
    box, blind = code_location(context, phone)
    async with context.change(box) as change:
        change.put(
            Code(
                blind=blind,
                hash=context.entropy.token(9).hex(),
                code=code,
                expires=expires_at,
                sent=change.now,
                invited=True,
            )
        )
        expires(change, expires_at)
    return code


async def drop_handed_out(context: Context, phone: str) -> None:
    """Forget the code that was handed out with an invite to a number."""
    box, blind = code_location(context, phone)
    async with context.change(box) as change:
        code = await change.get(Code, blind)
        if code is not None and code.invited:
            change.drop(Code, blind)


async def cancel(call: Call, phone: str, hash_: str) -> None:
    """Void a code that is not wanted any more. Its wrong guesses stay counted until it would expire.

    What an invite handed out stays good: nobody could send it again.

    Raises:
        errors.PhoneCodeExpired: there is none under this hash.
    """
    box, blind = code_location(call.context, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if not code.invited:
            change.put(msgspec.structs.replace(code, code="", verified_by=0))


async def void(context: Context, user: int, told: set[str]) -> None:
    """Void somebody's login code if it is among those that were told to others."""
    record, mail = await context.look(Owner(Kind.USER, user)).get_each(
        (accounts.User,), (LoginMail,)
    )
    phone = record.phone.removeprefix(accounts.ABROAD) if record else ""
    for name in (phone, normal_mail(mail.address) if mail else ""):
        box, blind = code_location(context, name)
        known = await context.look(box).get(Code, blind) if name else None
        if known is None or not known.code or known.code not in told:
            continue
        async with context.change(box) as change:
            code = await change.get(Code, blind)
            if code is not None and code.code in told:
                change.put(msgspec.structs.replace(code, code="", verified_by=0))


async def void_told(context: Context, user: int, text: str) -> None:
    """Void somebody's login code that they write to anybody: whoever asked for it shall not have it."""
    told = {re.sub(r"[^0-9]", "", found) for found in _TOLD.findall(text)}
    if told:
        await void(context, user, told)
