"""Login codes: made from a secure source, few tries, soon void."""

import re
from hmac import compare_digest
from typing import Final, Protocol

import msgspec

from chappe.core import Entropy, Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import place
from chappe.rpc import Call, Rate
from chappe.tl import errors
from chappe.updates import House

from .expiry import expires
from .records import Code, LoginMail

CODE_DIGITS: Final = 5
CODE_TRIES_MAX: Final = 5  # wrong guesses of one number's codes until the newest expires
CODE_LIFETIME_S: Final = 300
SEND_AGAIN_S: Final = 60  # seconds until another code may be asked for
RESENDS_MAX: Final = 2  # times one code is sent again at its owner's wish

LOGIN: Final = "code"  # what a code is for: names of blind indexes, never reused
CHANGE: Final = "code_change"
CONFIRM: Final = "code_confirm"

_TOLD = re.compile(r"[0-9](?:[\s.-]?[0-9]){4,}")


class CodeDelivery(Protocol):
    """Who brings a code to its person. May take long; a failure is logged there, not told here."""

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """Deliver a code; `user` is whose number it is, if anybody's."""
        ...

    async def deliver_mail(self, address: str, code: str) -> None:
        """Deliver a code to an e-mail address its owner gave."""
        ...


def same(known: str, given: str) -> bool:
    """Whether a client said a secret word; takes as long for every wrong one."""
    return compare_digest(known.encode(), given.encode())


def box_of(
    house: House, phone: str, purpose: str = LOGIN, asker: int | None = None
) -> tuple[Owner, str]:
    """Return the box a number's code is kept in, and its key there; `asker` is who proves it, if known."""
    return place(house, purpose, phone if asker is None else f"{phone} {asker}")


def new_digits(entropy: Entropy, count: int = CODE_DIGITS) -> str:
    """Return a code of `count` digits at random."""
    return str(int.from_bytes(entropy.token(8), "big") % 10**count).zfill(count)


async def send(
    call: Call, phone: str, user: int | None, purpose: str = LOGIN, asker: int | None = None
) -> Code:
    """Make a code for a number and begin its delivery; an unexpired one is sent again.

    Nobody waits for the delivery: how long it takes would tell whose number it is.

    Raises:
        errors.FloodWait: too many were guessed wrong, or too many asked for.
    """
    box, blind = box_of(call.house, phone, purpose, asker)
    async with call.change(box) as change:
        code = await change.get(Code, blind)
        if code is not None and code.expires <= call.now:
            code = None
        if code is not None and code.tries >= CODE_TRIES_MAX:
            raise errors.FloodWait(code.expires - call.now)
        if code is None or not code.code:
            call.draw(Rate.CODE, box_of(call.house, phone)[1])
            code = Code(
                blind=blind, hash=call.house.entropy.token(9).hex(),
                code=new_digits(call.house.entropy), expires=call.now + CODE_LIFETIME_S,
                tries=code.tries if code else 0, sent=call.now,
            )  # fmt: skip
            change.put(code)
            expires(change, code.expires)
    call.house.begin(bring(call.house, phone, code.code, user))
    return code


async def send_again(call: Call, phone: str, user: int | None, hash_: str) -> Code:
    """Send a code once more, at its owner's wish.

    Raises:
        errors.PhoneCodeExpired: there is none under this hash.
        errors.SendCodeUnavailable: it was sent often enough.
    """
    box, blind = box_of(call.house, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if code.resent >= RESENDS_MAX:
            raise errors.SendCodeUnavailable
        code = msgspec.structs.replace(code, resent=code.resent + 1)
        change.put(code)
    call.house.begin(bring(call.house, phone, code.code, user))
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


async def mail_of(house: House, user: int | None) -> LoginMail | None:
    """Return the address somebody wants their codes sent to, where this server sends mail."""
    if user is None or house.config.codes_smtp is None:
        return None
    return await house.look(Owner(Kind.USER, user)).get(LoginMail)


async def bring(house: House, phone: str, code: str, user: int | None) -> None:
    """Deliver a code by every way that is meant for its number."""
    mail = await mail_of(house, user)
    if mail is not None:
        await house.services["codes"].deliver_mail(mail.address, code)
        return
    await house.services["codes"].deliver(phone, code, user)
    if user is not None:
        text = f"Login code: {code}. Do not give this code to anyone, whoever asks for it."
        await house.services["service_message"](house, user, text)


async def check(
    call: Call, phone: str, hash_: str, given: str, purpose: str = LOGIN, asker: int | None = None
) -> None:
    """Check a code; a right one is used up by `drop`, or lets this key sign up.

    Raises:
        errors.PhoneCodeEmpty, errors.PhoneCodeExpired, errors.PhoneCodeInvalid
    """
    if not given:
        raise errors.PhoneCodeEmpty
    box, blind = box_of(call.house, phone, purpose, asker)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        right = same(code.code, given)
        if right:
            code = msgspec.structs.replace(code, verified_by=call.client.key_id)
        else:
            code = msgspec.structs.replace(code, tries=code.tries + 1)
        change.put(code)
    if not right:
        raise errors.PhoneCodeInvalid


async def require_verified(call: Call, phone: str, hash_: str, *, use: bool = False) -> None:
    """Check that this key gave the right code for a number just now; with `use` it serves once.

    Raises:
        errors.PhoneCodeExpired: it did not.
    """
    box, blind = box_of(call.house, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if code.verified_by != call.client.key_id:
            raise errors.PhoneCodeExpired
        if use:
            change.drop(Code, blind)


async def drop(house: House, phone: str, purpose: str = LOGIN, asker: int | None = None) -> None:
    """Forget a number's code: it was used."""
    box, blind = box_of(house, phone, purpose, asker)
    async with house.change(box) as change:
        change.drop(Code, blind)


async def cancel(call: Call, phone: str, hash_: str) -> None:
    """Void a code that is not wanted any more. Its wrong guesses stay counted until it would expire.

    What an invite handed out stays good: nobody could send it again.

    Raises:
        errors.PhoneCodeExpired: there is none under this hash.
    """
    box, blind = box_of(call.house, phone)
    async with call.change(box) as change:
        code = alive(await change.get(Code, blind), hash_, call.now)
        if not code.invited:
            change.put(msgspec.structs.replace(code, code="", verified_by=0))


async def void(house: House, user: int, told: set[str]) -> None:
    """Void somebody's login code if it is among those that were told to others."""
    record = await house.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or not record.phone:
        return
    box, blind = box_of(house, record.phone)
    known = await house.look(box).get(Code, blind)
    if known is None or not known.code or known.code not in told:
        return
    async with house.change(box) as change:
        code = await change.get(Code, blind)
        if code is not None and code.code in told:
            change.put(msgspec.structs.replace(code, code="", verified_by=0))


async def void_told(house: House, user: int, text: str) -> None:
    """Void somebody's login code that they write to anybody: whoever asked for it shall not have it."""
    told = {re.sub(r"[^0-9]", "", found) for found in _TOLD.findall(text)}
    if told:
        await void(house, user, told)
