"""Pages about people: found, looked at, suspended, logged out, erased."""

from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from chappe.desks import moderation
from chappe.features import accounts, suspensions

from .visits import Visit, tried

DAYS: Final = (1, 3, 7, 30, 90, 365)  # days that are offered for a suspension


async def show_people(visit: Visit) -> web.Response:
    """Show people by pages, or who was found."""
    find, after = visit.asked("find"), visit.after("after")
    error, found = "", list[dict[str, Any]]()
    try:
        given = {} if after is None else {"after": after}
        found = await visit.run("people", find=find, **given)
    except ValueError as refusal:
        error = str(refusal)
    return visit.page(
        "people.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error,
        people=found,
        find=find,
        after=after,
        more=found[-1]["id"] if len(found) >= PAGE_FULL else None,
    )


PAGE_FULL: Final = 50  # people of a full page, behind which there may be more


async def show_person(visit: Visit) -> web.Response:
    """Show one account."""
    return await _person(visit)


async def _person(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        person = await visit.run("person", user=visit.number)
    except ValueError as gone:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, error or str(gone))
    is_decided = await visit.context.ask(accounts.hooks.needs_decision)(visit.context)
    acts = await visit.run("audit", user=visit.number) if visit.may("audit") else []
    return visit.page(
        "person.html",
        status,
        error,
        person=person,
        grounds=suspensions.WORDS,
        judging={g: said for g, said in suspensions.WORDS.items() if g not in suspensions.NO_FAULT},
        is_decided=is_decided,
        categories=moderation.decision_words(of_account=True).categories,
        days=DAYS,
        note_max=suspensions.NOTE_CHARACTERS_MAX,
        rights=[right.value for right in accounts.HouseRight],
        has=person["rights"].split(", "),
        acts=acts[:ACTS_SHOWN_MAX],
    )


ACTS_SHOWN_MAX: Final = 8  # of what was done about somebody, beside them


async def show_sessions(visit: Visit) -> web.Response:
    """Show where somebody is logged in. That it was looked at is in the audit log."""
    return await _sessions(visit)


async def _sessions(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        person = await visit.run("person", user=visit.number)
        found = await visit.run("sessions", user=visit.number)
    except ValueError as gone:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, error or str(gone))
    return visit.page("sessions.html", status, error, person=person, sessions=found)


async def suspend(visit: Visit) -> web.Response:
    """Suspend somebody, or change how they are."""

    async def act() -> web.Response:
        made = await visit.run(
            "suspend",
            user=visit.number,
            reason=visit.text("reason"),
            days=visit.whole("days"),
            note=visit.text("note"),
            category=visit.text("category"),
        )
        is_proposed = made.get("state") == "proposed"
        return visit.go(f"/people/{visit.number}", "proposed" if is_proposed else "suspended")

    return await tried(visit, act(), _person)


async def unsuspend(visit: Visit) -> web.Response:
    """End a suspension."""

    async def act() -> web.Response:
        if not await visit.run("suspend-end", user=visit.number):
            raise ValueError(
                "The account is not suspended: somebody else ended it, or its time was over."
            )
        return visit.go(f"/people/{visit.number}", "unsuspended")

    return await tried(visit, act(), _person)


async def end_sessions(visit: Visit) -> web.Response:
    """Log somebody out, everywhere or on one device."""

    async def act() -> web.Response:
        only = {"hash": int(visit.text("session"))} if visit.text("session") else {}
        await visit.run("end", user=visit.number, **only)
        where = f"/people/{visit.number}/sessions" if only else f"/people/{visit.number}"
        return visit.go(where, "ended")

    return await tried(visit, act(), _person)


async def grant(visit: Visit) -> web.Response:
    """Say what somebody may beyond what everybody may."""

    async def act() -> web.Response:
        rights = ",".join(visit.form.get("right", ())) or "none"
        await visit.run("grant", user=visit.number, rights=rights)
        return visit.go(f"/people/{visit.number}", "granted")

    return await tried(visit, act(), _person)


async def erase(visit: Visit) -> web.Response:
    """Erase an account, if whoever asks for it has typed its number."""

    async def act() -> web.Response:
        if visit.text("confirm") != str(visit.number):
            raise ValueError(
                "Nothing is erased: type the account's number to say that you mean it."
            )
        made = await visit.run(
            "erase",
            user=visit.number,
            own_request=bool(visit.text("own_request")),
            reason=visit.text("reason"),
            category=visit.text("category"),
        )
        if made["state"] == "proposed":
            return visit.go(f"/people/{visit.number}", "proposed")
        return visit.go("/people", "erased")

    return await tried(visit, act(), _person)


async def open_case(visit: Visit) -> web.Response:
    """Open a case about an account, for the moderators to decide."""

    async def act() -> web.Response:
        made = await visit.run("case-open", user=visit.number)
        where = f"/cases/{made['case']}" if visit.may("case") else f"/people/{visit.number}"
        return visit.go(where, "opened")

    return await tried(visit, act(), _person)
