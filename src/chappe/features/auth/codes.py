"""Login codes: made from a secure source, few tries, soon void."""

from hmac import compare_digest
from typing import Final, Protocol

import msgspec

from chappe.core import Entropy, Owner
from chappe.features.accounts import place
from chappe.rpc import Call
from chappe.tl import errors

from .records import Code

CODE_DIGITS: Final = 5
CODE_TRIES_MAX: Final = 5  # wrong guesses of one code, over all resends and devices
CODE_LIFETIME_S: Final = 300
SEND_AGAIN_S: Final = 60  # seconds until another code may be asked for


class CodeDelivery(Protocol):
    """Who brings a code to its person. May take long; a failure is logged there, not told here."""

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """Deliver a code; `user` is whose number it is, if anybody's."""
        ...

    async def deliver_mail(self, address: str, code: str) -> None:
        """Deliver a code to an e-mail address its owner gave."""
        ...


def box_of(call: Call, phone: str) -> tuple[Owner, str]:
    """Return the box a number's code is kept in, and its key there."""
    return place(call.house, "code", phone)


def new_digits(entropy: Entropy, count: int = CODE_DIGITS) -> str:
    """Return a code of `count` digits at random."""
    return str(int.from_bytes(entropy.token(8), "big") % 10**count).zfill(count)


async def send(call: Call, phone: str, user: int | None) -> Code:
    """Make a code for a number and have it delivered; an unexpired one is sent again."""
    box, blind = box_of(call, phone)
    token = call.house.entropy.token
    async with call.change(box) as change:
        code = await change.get(Code, blind)
        if code is None or code.expires <= call.now or code.tries >= CODE_TRIES_MAX:
            tries = code.tries if code is not None and code.expires > call.now else 0
            code = Code(
                blind=blind, hash=token(9).hex(), code=new_digits(call.house.entropy),
                expires=call.now + CODE_LIFETIME_S,
                tries=tries, sent=call.now,
            )  # fmt: skip
            change.put(code)
    if code.tries < CODE_TRIES_MAX:
        await call.service("codes").deliver(phone, code.code, user)
        if user is not None:
            text = f"Login code: {code.code}. Do not give this code to anyone, whoever asks for it."
            await call.service("service_message")(call.house, user, text)
    return code


async def check(call: Call, phone: str, hash_: str, given: str) -> None:
    """Check a code; a right one is used up by `finish` or turned into leave to sign up.

    Raises:
        errors.PhoneCodeEmpty, errors.PhoneCodeExpired, errors.PhoneCodeInvalid
    """
    if not given:
        raise errors.PhoneCodeEmpty
    box, blind = box_of(call, phone)
    async with call.change(box) as change:
        code = await change.get(Code, blind)
        if code is None or code.expires <= call.now or not compare_digest(code.hash, hash_):
            raise errors.PhoneCodeExpired
        if code.tries >= CODE_TRIES_MAX:
            raise errors.PhoneCodeExpired
        right = compare_digest(code.code.encode(), given.encode())
        change.put(msgspec.structs.replace(code, verified=right, tries=code.tries + (not right)))
    if not right:
        raise errors.PhoneCodeInvalid


async def require_verified(call: Call, phone: str, hash_: str) -> None:
    """Check that the right code was given for a number just now.

    Raises:
        errors.PhoneCodeExpired: it was not.
    """
    box, blind = box_of(call, phone)
    code = await call.look(box).get(Code, blind)
    if (
        code is None or not code.verified or code.expires <= call.now
        or not compare_digest(code.hash, hash_)
    ):  # fmt: skip
        raise errors.PhoneCodeExpired


async def finish(call: Call, phone: str) -> None:
    """Void a number's code: it was used, or is not wanted any more."""
    box, blind = box_of(call, phone)
    async with call.change(box) as change:
        change.drop(Code, blind)
