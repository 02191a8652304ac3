"""Pages of the order clerks: the list with its clocks, what came in, one order on its way, its package.

No page has content: what is released is sealed before any page could show it.
"""

from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from chappe.desks import orders

from .rendering import HEADERS
from .visits import Visit, tried

ANSWERED: Final = frozenset({"closed"})
INFORMAL: Final = "informal"
INTAKE: Final = ("channel", "country", "basis", "since", "until", "due", "hide_until", "reference")
NO_ORDER: Final = "There is no order"


async def show_orders(visit: Visit) -> web.Response:
    """Show orders, what is due next first; closed ones where they are asked for."""
    every: list[dict[str, Any]] = await visit.run("orders")
    lane, is_closed = visit.asked("lane"), visit.asked("state") == "closed"
    some = [one for one in every if (one["state"] in ANSWERED) == is_closed]
    words = orders.order_words()
    counts = {name: sum(one["lane"] == name for one in some) for name in words.lanes}
    shown = [one for one in some if not lane or one["lane"] == lane]
    # closed ones by their number, the newest first; of open ones what has no clock stands behind
    shown.sort(key=lambda one: (one["due"] or float("inf"), -one["number"]))
    return visit.page(
        "orders.html",
        orders=shown,
        lane=lane,
        counts=counts,
        words=words,
        is_closed=is_closed,
        late=sum(one["late"] for one in some),
    )


async def show_intake(visit: Visit) -> web.Response:
    """Show the form on which an order is entered, or what is none."""
    return await _intake(visit)


async def _intake(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    given = {name: visit.text(name) for name in (*INTAKE, "accounts", "emergency")}
    return visit.page(
        "order_intake.html",
        status,
        error,
        given={**given, "classes": list(visit.form.get("class", ()))},
        is_informal=INFORMAL in (visit.asked("kind"), visit.text("channel")),
        words=orders.order_words(),
        can_hide=bool(visit.context.config.sealed_weekly),
        reference_max=orders.REFERENCE_CHARACTERS_MAX,
    )


async def receive(visit: Visit) -> web.Response:
    """Enter an order."""

    async def act() -> web.Response:
        made = await visit.run(
            "order-receive",
            **{name: visit.text(name) for name in INTAKE},
            classes=list(visit.form.get("class", ())),
            accounts=visit.text("accounts").replace(",", " ").split(),
            emergency=visit.text("emergency") == "yes",
        )
        return visit.go(f"/orders/{made['number']}", "entered")

    return await tried(visit, act(), _intake)


async def show_order(visit: Visit) -> web.Response:
    """Show an order."""
    return await _order(visit)


async def _order(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        found = await visit.run("order", order=visit.number)
    except ValueError as refused:
        is_there = NO_ORDER not in str(refused)
        code = HTTPStatus.CONFLICT if is_there else HTTPStatus.NOT_FOUND
        return visit.page("gone.html", code, error or str(refused))
    tag = visit.asked("asked")
    return visit.page(
        "order.html",
        status,
        error,
        order=found,
        words=orders.order_words(),
        tag=tag,
        request=await orders.request_of(visit.context, visit.number, tag) if tag else None,
        days=orders.PRESERVED_DAYS,
        days_max=orders.PRESERVED_DAYS_MAX,
    )


async def _given(visit: Visit, done: str, command: str, **given: Any) -> web.Response:
    """Give a command about the order, and show the order again."""

    async def act() -> web.Response:
        await visit.run(command, order=visit.number, **given)
        return visit.go(f"/orders/{visit.number}", done)

    return await tried(visit, act(), _order)


async def check(visit: Visit) -> web.Response:
    """Keep the list of what the order has and what it lacks."""
    said = {
        name.removeprefix("point-"): values[0]
        for name, values in visit.form.items()
        if name.startswith("point-")
    }
    return await _given(
        visit,
        "checked",
        "order-check",
        met=[name for name, found in said.items() if found == "met"],
        lacking=[name for name, found in said.items() if found == "lacking"],
    )


async def show_letter(visit: Visit) -> web.Response:
    """Show a letter to the authority, before or after what it says is decided."""
    return await _letter(visit)


async def _letter(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        found = await visit.run("order", order=visit.number)
        said = await visit.run("order-letter", order=visit.number, letter_of=visit.asked("of"))
    except ValueError as refused:
        is_there = NO_ORDER not in str(refused)
        code = HTTPStatus.UNPROCESSABLE_ENTITY if is_there else HTTPStatus.NOT_FOUND
        return visit.page("gone.html", code, error or str(refused))
    return visit.page("order_letter.html", status, error, order=found, said=said)


async def decide(visit: Visit) -> web.Response:
    """Object to an order, refuse it, or say that there is no such data."""
    return await _given(visit, "answered", "order-decide", outcome=visit.text("outcome"))


async def preserve(visit: Visit) -> web.Response:
    """Keep what an order names."""

    async def act() -> web.Response:
        await visit.run("order-preserve", order=visit.number, days=visit.whole("days"))
        return visit.go(f"/orders/{visit.number}", "preserved")

    return await tried(visit, act(), _order)


async def seal(visit: Visit) -> web.Response:
    """Take what an order names into the vault."""

    async def act() -> web.Response:
        of = visit.whole("preserved") if visit.text("preserved") else 0
        key = visit.text("authority")
        await visit.run("order-seal", order=visit.number, authority=key, preserved=of)
        return visit.go(f"/orders/{visit.number}", "sealed")

    return await tried(visit, act(), _order)


async def ask(visit: Visit) -> web.Response:
    """Make what custodians are asked."""

    async def act() -> web.Response:
        seen = visit.text("seen").replace(",", " ").split()
        made = await visit.run("order-request", order=visit.number, seen=seen)
        return visit.go(f"/orders/{visit.number}?asked={made['tag']}")

    return await tried(visit, act(), _order)


async def show_request(visit: Visit) -> web.Response:
    """Hand out what custodians are asked, as the file that their tool reads."""
    tag = visit.matched["tag"] if visit.matched is not None else ""
    made = await orders.request_of(visit.context, visit.number, tag)
    if made is None:
        gone = "There is no such request any more."
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, gone)
    named = f'attachment; filename="request-{visit.number}.json"'
    headers = {**HEADERS, "Content-Disposition": named}
    return web.Response(body=made.content, content_type="application/json", headers=headers)


async def answer(visit: Visit) -> web.Response:
    """Take a custodian's yes, which their own tool has printed."""
    return await _given(visit, "heard", "order-answer", answer=visit.text("answer"))


async def release(visit: Visit) -> web.Response:
    """Seal what custodians approved to the authority's key."""
    return await _given(visit, "sealed-to", "order-release")


async def download(visit: Visit) -> web.StreamResponse:
    """Hand the package out, once."""
    try:
        found = await visit.run("order-package", order=visit.number)
    except ValueError as refused:
        return await _order(visit, str(refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    named = f'attachment; filename="{found["package"]}"'
    sent = web.StreamResponse(headers={**HEADERS, "Content-Disposition": named})
    sent.content_type = "application/octet-stream"
    sent.content_length = found["bytes"]
    await sent.prepare(visit.request)
    async for piece in orders.package_pieces(visit.context, visit.number):
        await sent.write(piece)
    await sent.write_eof()
    return sent


async def acted(visit: Visit) -> web.Response:
    """Say what an order prompted."""
    return await _given(visit, "acted", "order-acted", acts=list(visit.form.get("act", ())))


async def prolong(visit: Visit) -> web.Response:
    """Hide an order for longer."""
    return await _given(visit, "gagged", "order-gag", until=visit.text("until"))


async def close(visit: Visit) -> web.Response:
    """Say how it ended."""
    return await _given(visit, "ended-order", "order-close", ended=visit.text("ended"))
