"""Rules of logging in, as pure functions: pauses between guesses, and how somebody says who they are."""

import re
from typing import Final, NamedTuple

from chappe.tl import errors

CODE_TRIES_MAX: Final = 5  # wrong guesses of one code, and of one number's codes between two pauses
PAUSE_MAX_S: Final = 86_400  # seconds of the longest pause between wrong guesses
GUESSES_KEPT_S: Final = 7 * 86_400  # seconds after the last wrong guess until they are forgotten


def pause_s(wrong: int, first_s: int) -> int:
    """Return how many seconds nobody may guess after so many wrong guesses in all.

    None but after each fifth; then twice as many as before, beginning with `first_s`, to a day.
    """
    rounds, over = divmod(wrong, CODE_TRIES_MAX)
    if over or not rounds:
        return 0
    return min(first_s << min(rounds - 1, 32), PAUSE_MAX_S)


RESET_WAIT_S: Final = 7 * 86_400  # seconds the owner has to object before codes go elsewhere again

JOIN: Final = "join:"  # what stands before the token of an invite, in the place of a number
TOKEN_CHARACTERS_MAX: Final = 64  # characters of a token that is looked up


class Asked(NamedTuple):
    """What a client said in the place of a phone number."""

    login: (
        str  # a number, as it was written; empty: whoever has the invite comes by their name alone
    )
    token: str = ""  # of the invite they have


def read_asked(given: str) -> Asked:
    """Return what is meant by the `phone_number` of a client: `join:TOKEN`, `join:TOKEN:NUMBER`, or a number.

    An extension of the protocol; see docs/joining.md.
    """
    if given[: len(JOIN)].lower() != JOIN:
        return Asked(given)
    token, _, login = given[len(JOIN) :].strip().partition(":")
    return Asked(login, token.lower()[:TOKEN_CHARACTERS_MAX] or "-")


MAIL_CHARACTERS_MAX: Final = (
    254  # characters of an address (RFC 5321, 4.5.3.1.3, without its brackets)
)
MAIL_NAME_CHARACTERS_MAX: Final = 64  # characters before the @ (RFC 5321, 4.5.3.1.1)

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]{{2,63}}(?<!-)")


def clean_mail(given: str) -> str:
    """Return an e-mail address in the form in which it is compared, kept and written to.

    Small letters throughout: no host that is in use tells them apart before the @, and all do not behind it.
    Only ASCII: letters that look or fold alike would let one person's address pass for another's. Dots and
    what stands behind a plus stay: whether they matter is their host's rule.

    Raises:
        errors.EmailInvalid: it is no such address.
    """
    bare = given.strip()
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1].strip()
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    if not bare.isascii() or len(bare) > MAIL_CHARACTERS_MAX:
        raise errors.EmailInvalid
    address = bare.lower()
    long = address.rfind("@") > MAIL_NAME_CHARACTERS_MAX
    if long or not _MAIL.fullmatch(address):
        raise errors.EmailInvalid
    return address
