"""Pages of the moderators: the queue, a case with what was reported, closing, notes, muted reporters."""

from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from chappe.desks import moderation
from chappe.desks.moderation import (
    CASES_SHOWN_MAX,
    EVIDENCE_SHOWN_MAX,
    LANE_TITLES,
    MUTE_REASONS,
    NOTE_CHARACTERS_MAX,
)

from .rendering import HEADERS
from .visits import Visit, tried

MUTE_DAYS: Final = (7, 30, 90, 365)  # days that are offered
# a picture is shown and does nothing, whatever is in it
PICTURE_HEADERS: Final = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}


async def show_queue(visit: Visit) -> web.Response:
    """Show the cases that are due next."""
    return await _queue(visit)


async def _queue(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    lane = visit.asked("lane")
    try:
        found = await visit.run(
            "cases", lane=lane, due=visit.after("due") or 0, after=visit.after("after") or 0
        )
    except ValueError as refused:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, error or str(refused))
    return visit.page(
        "cases.html",
        status,
        error,
        cases=found,
        lane=lane,
        counts=await visit.run("case-counts"),
        titles=LANE_TITLES,
        more=found[-1] if len(found) >= CASES_SHOWN_MAX else None,
        is_first=visit.after("due") is None,
    )


def _chosen(visit: Visit) -> list[int]:
    """Return the cases that are ticked.

    Raises:
        ValueError: none is.
    """
    chosen = [int(one) for one in visit.form.get("case", ()) if one.isascii() and one.isdigit()]
    if not chosen:
        raise ValueError("Which cases? Tick some of them.")
    return chosen


async def claim_some(visit: Visit) -> web.Response:
    """Claim cases of the list."""

    async def act() -> web.Response:
        await visit.run("case-claim", cases=_chosen(visit))
        return visit.go("/cases", "claimed")

    return await tried(visit, act(), _queue)


async def close_some(visit: Visit) -> web.Response:
    """Close cases of the list, in which nothing is to be done."""

    async def act() -> web.Response:
        await visit.run("case-close", cases=_chosen(visit), outcome=visit.text("outcome"))
        return visit.go("/cases", "closed")

    return await tried(visit, act(), _queue)


async def show_case(visit: Visit) -> web.Response:
    """Show a case as it was reported. That it was opened is in the audit log."""
    return await _case(visit)


async def _case(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        found = await visit.run("case", case=visit.number, after=visit.after("after") or 0)
    except ValueError as refused:
        is_there = "There is no case" not in str(refused)
        code = HTTPStatus.FORBIDDEN if is_there else HTTPStatus.NOT_FOUND
        return visit.page("gone.html", code, error or str(refused))
    seen = await moderation.exposure_of(visit.context, visit.who.member.number)
    return visit.page(
        "case.html",
        status,
        error,
        case=found,
        title=LANE_TITLES[found["lane"]],
        shown=visit.asked("show"),
        exposure=seen,
        page_full=EVIDENCE_SHOWN_MAX,
        me_number=visit.who.member.number,
        note_max=NOTE_CHARACTERS_MAX,
        mute_reasons=MUTE_REASONS,
        mute_days=MUTE_DAYS,
    )


async def claim(visit: Visit) -> web.Response:
    """Claim a case."""

    async def act() -> web.Response:
        await visit.run("case-claim", cases=[visit.number])
        return visit.go(f"/cases/{visit.number}", "claimed")

    return await tried(visit, act(), _case)


async def release(visit: Visit) -> web.Response:
    """Give a case back."""

    async def act() -> web.Response:
        if not await visit.run("case-release", case=visit.number):
            raise ValueError("It was not yours any more: half an hour was over.")
        return visit.go("/cases", "released")

    return await tried(visit, act(), _case)


async def note(visit: Visit) -> web.Response:
    """Keep a note for colleagues."""

    async def act() -> web.Response:
        await visit.run("case-note", case=visit.number, text=visit.text("text"))
        return visit.go(f"/cases/{visit.number}", "noted")

    return await tried(visit, act(), _case)


async def close(visit: Visit) -> web.Response:
    """Close a case in which nothing is to be done."""

    async def act() -> web.Response:
        await visit.run("case-close", cases=[visit.number], outcome=visit.text("outcome"))
        return visit.go("/cases", "closed")

    return await tried(visit, act(), _case)


async def unveil(visit: Visit) -> web.Response:
    """Have a picture shown for some minutes; it is counted."""

    async def act() -> web.Response:
        evidence, place = visit.whole("evidence"), visit.whole("place")
        await visit.run("case-unveil", case=visit.number, evidence=evidence, place=place)
        where = f"/cases/{visit.number}?show={evidence}-{place}"
        return visit.go(f"{where}#e{evidence}-{place}")

    return await tried(visit, act(), _case)


async def show_picture(visit: Visit) -> web.Response:
    """Show a picture that whoever is logged in asked for a moment ago."""
    matched = visit.matched
    if matched is None:
        raise RuntimeError("a picture has a place")
    try:
        mime, content = await moderation.picture(
            visit.context,
            visit.number,
            int(matched["evidence"]),
            int(matched["place"]),
            visit.who.giver,
        )
    except ValueError as refused:
        return visit.page("gone.html", HTTPStatus.FORBIDDEN, str(refused))
    return web.Response(body=content, content_type=mime, headers=PICTURE_HEADERS)


async def mute(visit: Visit) -> web.Response:
    """Mute whoever made a report, without saying who that is."""

    async def act() -> web.Response:
        await visit.run(
            "reporter-mute",
            case=visit.number,
            evidence=visit.whole("evidence"),
            days=visit.whole("days"),
            reason=visit.text("reason"),
        )
        return visit.go(f"/cases/{visit.number}", "muted")

    return await tried(visit, act(), _case)


async def show_reporters(visit: Visit) -> web.Response:
    """Show muted reporters, by numbers."""
    return await _reporters(visit)


async def _reporters(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    found: list[dict[str, Any]] = await visit.run("reporters-muted")
    return visit.page("reporters.html", status, error, muted=found, reasons=MUTE_REASONS)


async def unmute(visit: Visit) -> web.Response:
    """Have a reporter's reports open cases again."""

    async def act() -> web.Response:
        if not await visit.run("reporter-unmute", number=visit.whole("number")):
            raise ValueError("They are not muted any more.")
        return visit.go("/reporters", "unmuted")

    return await tried(visit, act(), _reporters)
