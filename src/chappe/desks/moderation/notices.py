"""Notices of illegal content by anybody, taken and followed (Regulation (EU) 2022/2065, Article 16)."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from chappe.core import clean_line, clean_lines
from chappe.features import reports
from chappe.features.reports import PublicPlace
from chappe.ports import Record, in_order
from chappe.updates import Context, Job

from .records import DAY_S, MODERATION_BOX, WAITING_STATES, Case, CaseState
from .vocabulary import ViolationCategory

PLACES_MAX: Final = 10  # places of one notice
WHERE_CHARACTERS_MAX: Final = 2_000  # characters of its lines
WHY_CHARACTERS_MAX: Final = 4_000  # characters of why it is illegal
NAME_CHARACTERS_MAX: Final = 200  # characters of a notifier's name
MAIL_CHARACTERS_MAX: Final = 254  # characters of a mail address (RFC 5321, section 4.5.3.1.3)
NOTICES_KEPT_S: Final = 366 * DAY_S  # seconds a notice is kept, with who made it
OPEN: Final = "open"
_NAME: Final = r"/(?P<name>[A-Za-z][A-Za-z0-9_]{3,31})"
# of a channel, an account, or a message of either; with a topic before the message
_PLACE: Final = re.compile(rf"{_NAME}(?:/(?:[0-9]{{1,10}}/)?(?P<id>[0-9]{{1,10}}))?/?")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# the reason that a report of the category has, by which its lane is found
REASONS: Final[Mapping[ViolationCategory, str]] = {
    ViolationCategory.DATA_PROTECTION_AND_PRIVACY_VIOLATIONS: "personal data",
    ViolationCategory.INTELLECTUAL_PROPERTY_INFRINGEMENTS: "copyright",
    ViolationCategory.PROTECTION_OF_MINORS: "child abuse",
    ViolationCategory.RISK_FOR_PUBLIC_SECURITY: "terrorism",
    ViolationCategory.SCAMS_AND_FRAUD: "scam",
    ViolationCategory.UNSAFE_AND_PROHIBITED_PRODUCTS: "illegal goods",
    ViolationCategory.VIOLENCE: "violence",
}
# Article 16(2)(c): who it is is asked, but not where it is about an offence of Directive 2011/93/EU
NAMELESS: Final = frozenset({ViolationCategory.PROTECTION_OF_MINORS})


# what the form offers: of the terms alone nothing is illegal
NOTICE_CATEGORIES: Final = tuple(
    one.value for one in ViolationCategory if one is not ViolationCategory.OTHER_VIOLATION_TC
)


class TakenNotice(Record, frozen=True):
    """A notice. Who made it is shown to moderators, and never to whom it is about."""

    table = "public_notice"
    key = (in_order("number"),)

    number: int
    at: int
    where: str
    category: str
    why: str
    name: str
    mail: str
    reports: tuple[int, ...]
    flagger: int = 0  # the trusted flagger who made it


class NoticeCase(Record, frozen=True):
    """Into which case a report of a notice went."""

    table = "notice_case"
    key = ("report",)

    report: int
    case: int


class NoticeForm(NamedTuple):
    """What a form says."""

    where: str
    category: str
    why: str
    name: str = ""
    mail: str = ""
    faith: bool = False  # they say that they believe it


class NoticeRefusedError(Exception):
    """A notice is not taken: names of words in the part `page`, of what is wrong and with which field."""

    def __init__(self, wrong: str, field: str) -> None:
        super().__init__(f"{wrong} {field}")
        self.wrong, self.field = wrong, field


def places_in(where: str, address: str) -> tuple[PublicPlace, ...]:
    """Return the public places that lines name: links of this server, or usernames with an @."""
    host, found = urlsplit(address).hostname, []
    for line in where.split():
        if line.startswith("@"):
            path = f"/{line[1:]}"
        else:
            parts = urlsplit(line if "//" in line else f"https://{line}")
            if parts.hostname != host:
                continue
            path = parts.path
        matched = _PLACE.fullmatch(path)
        if matched is not None:
            place = PublicPlace(matched["name"], int(matched["id"] or 0))
            if place not in found:
                found.append(place)
    return tuple(found[:PLACES_MAX])


def require_form(
    form: NoticeForm, address: str, *, is_known: bool = False
) -> tuple[PublicPlace, ...]:
    """Check a form as far as it can be without looking; return the places it names.

    `is_known` says that whoever made it is known already, and need not say how they are reached.

    Raises:
        NoticeRefusedError: something is missing, too long, or no place of this server is named.
    """
    for name, text, longest in (
        ("notice.where", form.where, WHERE_CHARACTERS_MAX),
        ("notice.why", form.why, WHY_CHARACTERS_MAX),
        ("notice.name", form.name, NAME_CHARACTERS_MAX),
        ("notice.mail", form.mail, MAIL_CHARACTERS_MAX),
    ):
        if len(text) > longest:
            raise NoticeRefusedError("wrong.long", name)
    category = next((one for one in ViolationCategory if one.value == form.category), None)
    nameless = is_known or category in NAMELESS
    for name, there in (
        ("notice.where", form.where.strip()),
        ("notice.kind", category),
        ("notice.why", form.why.strip()),
        ("notice.name", form.name.strip() or nameless),
        ("notice.mail", _MAIL.fullmatch(form.mail.strip()) or nameless),
        ("notice.faith", form.faith),
    ):
        if not there:
            raise NoticeRefusedError("wrong.empty", name)
    places = places_in(form.where, address)
    if not places:
        raise NoticeRefusedError("wrong.place", "notice.where")
    return places


async def take_notice(context: Context, form: NoticeForm, flagger: int = 0) -> int:
    """Take a notice: what it names is copied and reported; return its number.

    Raises:
        NoticeRefusedError: it cannot be taken, or names nothing that everybody can see.
    """
    places = require_form(form, context.config.web_address, is_known=bool(flagger))
    category = ViolationCategory(form.category)
    kind = reports.FLAGGED if flagger else reports.NOTICE
    reason, why = REASONS.get(category, "illegal"), clean_lines(form.why).strip()
    made = [await reports.file_notice(context, place, kind, reason, why) for place in places]
    if not any(made):
        raise NoticeRefusedError("wrong.place", "notice.where")
    async with context.change(MODERATION_BOX) as change:
        number = change.next("public_notice")
        notice = TakenNotice(
            number=number,
            at=int(change.now),
            where=clean_lines(form.where).strip(),
            category=category.value,
            why=why,
            name=clean_line(form.name, NAME_CHARACTERS_MAX),
            mail=clean_line(form.mail, MAIL_CHARACTERS_MAX),
            reports=tuple(one for one in made if one),
            flagger=flagger,
        )
        change.put(notice)
        change.schedule(change.now + NOTICES_KEPT_S, DropNotice(number=number))
    return number


async def notice_state(context: Context, number: int) -> str:
    """Return what became of a notice: `open`, or how its cases were closed; empty: there is none."""
    look = context.look(MODERATION_BOX)
    notice = await look.get(TakenNotice, number)
    if notice is None:
        return ""
    states = []
    for report in notice.reports:
        joined = await look.get(NoticeCase, report)
        case = await look.get(Case, joined.case) if joined is not None else None
        if case is None or case.state in WAITING_STATES:
            return OPEN
        states.append(case.state)
    order = (CaseState.DECIDED, CaseState.ALREADY_JUDGED, CaseState.NO_VIOLATION)
    return next(state.value for state in order if state.value in states)


class DropNotice(Job, frozen=True):
    """A notice is old: it is forgotten, with who made it."""

    name = "moderation.drop_notice"

    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(MODERATION_BOX) as change:
            notice = await change.get(TakenNotice, self.number)
            if notice is not None:
                change.drop(TakenNotice, self.number)
                for report in notice.reports:
                    change.drop(NoticeCase, report)
