"""Pages about the server itself: how it is, invites, suspensions, files, mail, and what was done."""

from http import HTTPStatus
from typing import Any, Final, NamedTuple

from aiohttp import web

from .visits import Visit, tried


class Protection(NamedTuple):
    """What a level protects the data from, and what it does not."""

    against: str
    not_against: str


LEVELS: Final = {
    "L0": Protection(
        "For development: the root key lies beside the data.",
        "Whoever copies the disk, or a backup of the whole directory, reads everything.",
    ),
    "L1": Protection(
        "A stolen disk or backup shows no message, name, number or file: the root key opens with the "
        "passphrase only.",
        "Whoever runs the server can read cloud chats while it runs, and so can root on its machine. Only "
        "secret chats are end-to-end.",
    ),
    "L2": Protection(
        "A stolen disk or backup opens for nobody who is alone, the operator included: several custodians "
        "open the server together, and each start is a request they see.",
        "Whoever runs the server can read cloud chats while it runs, and so can root on its machine. Only "
        "secret chats are end-to-end.",
    ),
}
USES_OFFERED: Final = (1, 5, 10, 30, 100, 300)  # people an invite may be made for
INVITE_DAYS: Final = (1, 7, 30)  # days it may be good for


async def show_overview(visit: Visit) -> web.Response:
    """Show how the server is: what everybody of the staff may know."""
    status = await visit.run("status")
    backups = await visit.run("backups") if visit.may("backups") else None
    reports = await visit.run("reports") if visit.may("reports") else None
    waiting = await visit.run("case-counts") if visit.may("case-counts") else None
    orders = await visit.run("orders") if visit.may("orders") else None
    return visit.page(
        "overview.html",
        orders=None if orders is None else sum(one["state"] != "closed" for one in orders),
        late_orders=sum(one["late"] for one in orders or ()),
        cases=None if waiting is None else sum(waiting.values()),
        server=status,
        level=LEVELS[status["sealed"]],
        backups=backups,
        reports=None if reports is None else sum(int(one["waiting"]) for one in reports),
    )


async def show_invites(visit: Visit) -> web.Response:
    """Show open invites, and who came lately."""
    return await _invites(visit)


async def _invites(
    visit: Visit, error: str = "", status: int = HTTPStatus.OK, made: Any = None
) -> web.Response:
    return visit.page(
        "invites.html",
        status,
        error,
        invites=await visit.run("invites"),
        arrivals=await visit.run("arrivals") if visit.may("arrivals") else [],
        made=made,
        uses=USES_OFFERED,
        days=INVITE_DAYS,
    )


async def invite(visit: Visit) -> web.Response:
    """Make an invite; its link is shown this once."""

    async def act() -> web.Response:
        made = await visit.run(
            "invite", uses=visit.whole("uses"), days=visit.whole("days"), note=visit.text("note")
        )
        return await _invites(visit, made=made)

    return await tried(visit, act(), _invites)


async def revoke(visit: Visit) -> web.Response:
    """Withdraw an invite."""

    async def act() -> web.Response:
        if not await visit.run("revoke", invite=visit.text("invite")):
            raise ValueError(
                "That invite is not open any more: it was withdrawn or used meanwhile."
            )
        return visit.go("/invites", "revoked")

    return await tried(visit, act(), _invites)


async def show_suspensions(visit: Visit) -> web.Response:
    """Show who is suspended."""
    after = visit.after("after")
    found = await visit.run("suspended", **({} if after is None else {"after": after}))
    return visit.page("suspensions.html", suspended=found)


async def show_files(visit: Visit) -> web.Response:
    """Show whose files take most room."""
    found = await visit.run("files")
    total = found.pop() if found else None
    return visit.page("files.html", people=found, total=total)


async def show_mail(visit: Visit) -> web.Response:
    """Show the form that sends a mail to try it."""
    return await _mail(visit)


async def _mail(
    visit: Visit, error: str = "", status: int = HTTPStatus.OK, sent: Any = None
) -> web.Response:
    return visit.page("mail.html", status, error, sent=sent, to=visit.text("to"))


async def send_mail(visit: Visit) -> web.Response:
    """Send a mail to try it, and say what the mail server made of it."""

    async def act() -> web.Response:
        return await _mail(visit, sent=await visit.run("test_mail", to=visit.text("to")))

    return await tried(visit, act(), _mail)


async def show_audit(visit: Visit) -> web.Response:
    """Show what staff and the operator did, or what was done about one account."""
    user, before, error = visit.asked("user"), visit.after("before"), ""
    found: list[dict[str, Any]] = []
    try:
        found = await visit.run("audit", user=user, before=before or 0)
    except ValueError as refusal:
        error = str(refusal)
    return visit.page(
        "audit.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error,
        entries=found,
        user=user,
        more=found[-1]["number"] if len(found) >= ENTRIES_FULL else None,
    )


ENTRIES_FULL: Final = 100  # entries of a full page, behind which there may be more


async def show_ledger(visit: Visit) -> web.Response:
    """Show the steps that a public log would take up."""
    steps = await visit.run("ledger")
    return visit.page("ledger.html", steps=list(reversed(steps))[:STEPS_SHOWN_MAX])


STEPS_SHOWN_MAX: Final = 300  # steps of the ledger, the newest
