"""Rules for names, phone numbers and texts of a profile, as pure functions."""

import re
from typing import Final

from chappe import core
from chappe.core.web_links import SITE_PATHS
from chappe.tl import errors

NAME_CHARACTERS_MAX: Final = 64  # characters of a first or last name
ABOUT_CHARACTERS_MAX: Final = 140  # characters of a profile's text
ONLINE_S: Final = 300  # seconds somebody is shown online after they said so
AGE_YEARS_MAX: Final = 150  # years since a birthday
TTL_DAYS_MAX: Final = 730  # days an account may ask to live unused

PHONE_DIGITS_MIN: Final = 5  # digits of the shortest phone number, which only services have
PHONE_DIGITS_MAX: Final = 15  # digits of a phone number (ITU-T E.164)
ABROAD: Final = "00"  # what is dialled in place of a plus, in most countries

# \u00ad to \u2069: marks that address books leave around numbers, such as those of direction
_BETWEEN: Final = re.compile(
    r"[\s()\[\]./\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\uff08\uff09~-]"
    r"|[\u2010-\u2015\u2212\uff0d]"
)
_USERNAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9]){2,31}")


SERVICE_USER: Final = 777000  # whose chat has what the server itself says
FATHER_USER: Final = 93372553  # @BotFather, as everywhere
RESERVED_USERS: Final = frozenset({SERVICE_USER, FATHER_USER})  # of the server: nobody who is here


def clean_person_name(name: str) -> str:
    """Return a person's name as it is kept: see `core.clean_person_name`."""
    return core.clean_name(name, NAME_CHARACTERS_MAX)


def check_first_name(name: str) -> str:
    """Return the cleaned first name.

    Raises:
        errors.FirstnameInvalid: nothing is left of it.
    """
    cleaned = clean_person_name(name)
    if not cleaned:
        raise errors.FirstnameInvalid
    return cleaned


def clean_username(username: str) -> str:
    """Return the username.

    Raises:
        errors.UsernameInvalid: it has not 5 to 32 letters, digits or single underscores.
    """
    if not _USERNAME.fullmatch(username) or not 5 <= len(username) <= 32:  # noqa: PLR2004  as the doc says
        raise errors.UsernameInvalid
    return username


def wanted_username(username: str) -> str:
    """Return a username that somebody asks for, whether or not another has it.

    Raises:
        errors.UsernameInvalid: see `clean_username`; or the page under this name is the server's own.
    """
    cleaned = clean_username(username)
    if cleaned.lower() in SITE_PATHS:
        raise errors.UsernameInvalid
    return cleaned


def check_birthday(day: int, month: int, year: int, this_year: int) -> tuple[int, int, int]:
    """Return a birthday.

    Raises:
        errors.BirthdayInvalid: there is no such day, or it is not over, or nobody is as old.
    """
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= len(days) or not 1 <= day <= days[month - 1]:
        raise errors.BirthdayInvalid
    if year:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if not this_year - AGE_YEARS_MAX <= year <= this_year or (
            (day, month) == (29, 2) and not leap
        ):
            raise errors.BirthdayInvalid
    return (day, month, year)


def clean_phone(phone: str) -> str:
    """Return the digits of a phone number, country first, whichever way it is written.

    Taken are the digits of every script, a plus or 00 before them, and what people and address books put
    between: spaces, brackets, dashes, dots, strokes, marks of direction.

    Raises:
        errors.PhoneNumberInvalid: they are not 5 to 15 (ITU-T E.164), or begin with a 0 as no country does.
    """
    bare = _BETWEEN.sub("", phone)
    plus = bare.startswith(("+", "\uff0b"))
    bare = bare[plus:]
    if not bare.isdecimal():
        raise errors.PhoneNumberInvalid
    digits = "".join(str(int(c)) for c in bare[: 2 * PHONE_DIGITS_MAX])
    if not plus:
        digits = digits.removeprefix(ABROAD)
    if not PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX or digits.startswith("0"):
        raise errors.PhoneNumberInvalid
    return digits
