"""The operator's page: who may go where, what it shows, and what it takes from nobody."""

import asyncio
import html
import re
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.gateways.web.desk.answering import FORM_BYTES_MAX, FORM_FIELDS_MAX, TEMPLATES
from chappe.gateways.web.desk.routes import PICTURE, ROUTES, TAG
from chappe.rpc import Role
from tests.operating import operate

from .browsing import Visitors, enrolled, page
from .people import Colleague, colleague

ADMINISTRATOR, HELPDESK, STAFF_ADMIN, AUDITOR = (
    role.value for role in (Role.ADMINISTRATOR, Role.HELPDESK, Role.STAFF_ADMIN, Role.AUDITOR)
)
MODERATOR, CHILD_SAFETY, REVIEWER, LIAISON = (
    role.value
    for role in (
        Role.MODERATOR,
        Role.CHILD_SAFETY,
        Role.APPEALS_REVIEWER,
        Role.FLAGGER_LIAISON,
    )
)
MODERATORS = {MODERATOR, CHILD_SAFETY}
CASE_READERS = {*MODERATORS, REVIEWER}
CLERK = Role.ORDER_CLERK.value
FLAGGER = Role.TRUSTED_FLAGGER.value
EVERYBODY = {ADMINISTRATOR, HELPDESK, STAFF_ADMIN, AUDITOR, *CASE_READERS, LIAISON, CLERK}
HELPERS = {ADMINISTRATOR, HELPDESK}
READERS = {ADMINISTRATOR, STAFF_ADMIN, AUDITOR}
USER = r"(?P<number>\d{1,18})"

# every place, whose it is, and what who may go there is answered when they send nothing along
PLACES: dict[tuple[str, str], tuple[set[str], int]] = {
    ("GET", "/"): (EVERYBODY, 200),
    ("GET", "/keys"): ({*EVERYBODY, FLAGGER}, 200),
    ("POST", "/keys/begin"): ({*EVERYBODY, FLAGGER}, 200),
    ("POST", "/keys/finish"): ({*EVERYBODY, FLAGGER}, 403),
    ("POST", "/keys/remove"): ({*EVERYBODY, FLAGGER}, 422),
    ("POST", "/logout"): ({*EVERYBODY, FLAGGER}, 303),
    ("GET", "/people"): (HELPERS, 200),
    ("GET", f"/people/{USER}"): (HELPERS, 200),
    ("GET", f"/people/{USER}/sessions"): (HELPERS, 200),
    ("POST", f"/people/{USER}/suspend"): (HELPERS, 422),
    ("POST", f"/people/{USER}/unsuspend"): (HELPERS, 422),
    ("POST", f"/people/{USER}/end"): (HELPERS, 303),
    ("POST", f"/people/{USER}/grant"): ({ADMINISTRATOR}, 303),
    ("POST", f"/people/{USER}/case"): (HELPERS | MODERATORS, 303),
    ("POST", f"/people/{USER}/erase"): ({ADMINISTRATOR}, 422),
    ("GET", "/invites"): (HELPERS, 200),
    ("POST", "/invites"): (HELPERS, 422),
    ("POST", "/invites/revoke"): (HELPERS, 422),
    ("GET", "/links"): (HELPERS, 200),
    ("POST", "/links"): (HELPERS, 422),
    ("POST", "/links/revoke"): (HELPERS, 422),
    ("GET", "/suspensions"): (HELPERS, 200),
    ("GET", "/files"): ({ADMINISTRATOR}, 200),
    ("GET", "/mail"): ({ADMINISTRATOR}, 200),
    ("POST", "/mail"): ({ADMINISTRATOR}, 422),
    ("GET", "/cases"): (CASE_READERS, 200),
    ("POST", "/cases/claim"): (MODERATORS, 422),
    ("POST", "/cases/close"): (MODERATORS, 422),
    ("GET", f"/cases/{USER}"): (CASE_READERS, 404),
    ("POST", f"/cases/{USER}/claim"): (MODERATORS, 404),
    ("POST", f"/cases/{USER}/release"): (MODERATORS, 404),
    ("POST", f"/cases/{USER}/note"): (CASE_READERS, 404),
    ("POST", f"/cases/{USER}/close"): (MODERATORS, 404),
    ("POST", f"/cases/{USER}/unveil"): (CASE_READERS, 404),
    ("GET", f"/cases/{USER}/pictures/{PICTURE}"): (CASE_READERS, 403),
    ("POST", f"/cases/{USER}/mute"): (MODERATORS, 404),
    ("GET", "/reporters"): (MODERATORS, 200),
    ("POST", "/reporters/unmute"): (MODERATORS, 422),
    ("GET", f"/cases/{USER}/decide"): (MODERATORS, 404),
    ("POST", f"/cases/{USER}/preview"): (MODERATORS, 404),
    ("POST", f"/cases/{USER}/decide"): (MODERATORS, 404),
    ("GET", f"/decisions/{USER}"): (CASE_READERS, 404),
    ("POST", f"/decisions/{USER}/sign/begin"): (MODERATORS, 403),
    ("POST", f"/decisions/{USER}/sign/finish"): (MODERATORS, 403),
    ("POST", f"/decisions/{USER}/withdraw"): (MODERATORS, 404),
    ("POST", f"/decisions/{USER}/reverse"): ({REVIEWER}, 404),
    ("GET", "/appeals"): ({REVIEWER}, 200),
    ("GET", f"/appeals/{USER}"): ({REVIEWER}, 404),
    ("POST", f"/appeals/{USER}/ask"): ({REVIEWER}, 404),
    ("POST", f"/appeals/{USER}/decide"): ({REVIEWER}, 404),
    ("GET", "/notices"): (CASE_READERS, 200),
    ("GET", f"/notices/{USER}"): (MODERATORS, 404),
    ("GET", "/flags"): ({FLAGGER}, 200),
    ("POST", "/flags"): ({FLAGGER}, 422),
    ("GET", "/flaggers"): ({LIAISON}, 200),
    ("GET", "/raids"): (CASE_READERS, 200),
    ("POST", "/raids"): (MODERATORS, 422),
    ("GET", f"/raids/{USER}"): (CASE_READERS, 404),
    ("POST", f"/raids/{USER}/sign/begin"): (MODERATORS, 403),
    ("POST", f"/raids/{USER}/sign/finish"): (MODERATORS, 403),
    ("POST", f"/raids/{USER}/withdraw"): (MODERATORS, 404),
    ("POST", f"/raids/{USER}/undo"): ({REVIEWER}, 404),
    ("GET", "/orders"): ({CLERK, AUDITOR}, 200),
    ("POST", "/orders"): ({CLERK}, 422),
    ("GET", "/orders/enter"): ({CLERK}, 200),
    ("GET", f"/orders/{USER}"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/check"): ({CLERK}, 404),
    ("GET", f"/orders/{USER}/letter"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/decide"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/preserve"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/seal"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/request"): ({CLERK}, 404),
    ("GET", f"/orders/{USER}/requests/{TAG}"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/answer"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/release"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/package"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/acted"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/gag"): ({CLERK}, 404),
    ("POST", f"/orders/{USER}/close"): ({CLERK}, 404),
    ("GET", "/staff"): ({STAFF_ADMIN, AUDITOR}, 200),
    ("POST", "/staff"): ({STAFF_ADMIN}, 422),
    ("POST", f"/staff/{USER}/link"): ({STAFF_ADMIN}, 422),
    ("POST", f"/staff/{USER}/role"): ({STAFF_ADMIN}, 422),
    ("POST", f"/staff/{USER}/remove"): ({STAFF_ADMIN}, 422),
    ("GET", "/audit"): (READERS, 200),
    ("GET", "/ledger"): (EVERYBODY, 200),
}
OPEN = {  # to whoever is not logged in
    ("GET", "/login"): 200,
    ("POST", "/login/begin"): 200,
    ("POST", "/login/finish"): 403,
    ("GET", "/enrol"): 200,
    ("POST", "/enrol/begin"): 403,
    ("POST", "/enrol/finish"): 403,
}


def test_every_place_has_a_row() -> None:
    """A new one is placed here: who may go there is said before anybody can."""
    assert {(r.method, r.path.pattern) for r in ROUTES if r.is_open} == OPEN.keys()
    assert {(r.method, r.path.pattern) for r in ROUTES if not r.is_open} == PLACES.keys()


async def test_each_role_goes_where_it_may_and_nobody_else_anywhere() -> None:
    """By every method of every place; who is not logged in is shown the door."""
    async with page() as visitors:
        (ada,) = await visitors.village.people_named("Ada")
        for role in sorted({*EVERYBODY, FLAGGER}):
            somebody = await colleague(visitors.village, f"Of {role}", role)
            for (method, pattern), (may, status) in PLACES.items():
                path = pattern.replace(USER, str(ada.id if "people" in pattern else 999))
                path = path.replace(PICTURE, "1/0").replace(TAG, "0" * 16)
                said: Any = {} if path.endswith(("/begin", "/finish")) else None
                answer = await visitors.ask(method, path, somebody.cookie, said=said)
                wanted = status if role in may else 403
                if (role, path) == (FLAGGER, "/"):
                    wanted = 303  # they begin at their own page
                assert answer.status == wanted, (role, method, path, answer.text)
                if path == "/logout":
                    await somebody.log_in()
            for cookie in ("", "x" * 43):
                for method, pattern in PLACES:
                    path = pattern.replace(USER, str(ada.id)).replace(PICTURE, "1/0")
                    path = path.replace(TAG, "0" * 16)
                    answer = await visitors.ask(method, path, cookie)
                    assert answer.status == (303 if method == "GET" else 401), path
                    assert answer.headers.get("Location", "/login") == "/login"
        for (method, path), status in OPEN.items():
            sent: Any = {} if method == "POST" else None
            assert (await visitors.ask(method, path, said=sent)).status == status, path


async def test_somebody_enrols_by_a_link_and_logs_in_and_out() -> None:
    """Its token is in no page and no address; what the browser keeps is out of reach of scripts."""
    async with page() as visitors:
        made = await operate(visitors.village.server, "staff-add", name="Grace", roles=HELPDESK)
        token = made["link"].partition("#")[2]
        opened = await visitors.get("/enrol")
        assert (opened.status, token in opened.text) == (200, False)
        grace = await enrolled(visitors, made)
        assert "Grace" in (await visitors.get("/", grace)).text
        again = await visitors.post("/enrol/begin", said={"token": token})
        assert (again.status, "was used" in again.text) == (403, True)
        out = await visitors.post("/logout", grace)
        assert (out.status, "Max-Age=0" in out.headers["Set-Cookie"]) == (303, True)
        assert (await visitors.get("/", grace)).status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_a_form_on_a_foreign_page_does_nothing(headers: dict[str, Any]) -> None:
    """Though the browser sent the cookie along; nor does that of another program on this machine."""
    async with page() as visitors:
        (ada,) = await visitors.village.people_named("Ada")
        grace = await colleague(visitors.village, "Grace", HELPDESK)
        form = {"reason": "spam", "days": "3"}
        path = f"/people/{ada.id}/suspend"
        assert (await visitors.post(path, grace, form, headers=headers)).status == 403
        assert await operate(visitors.village.server, "suspended") == []
        assert (await visitors.post(path, grace, form)).status == 303
        assert len(await operate(visitors.village.server, "suspended")) == 1


async def test_the_page_answers_to_its_own_name() -> None:
    """Under another's a foreign page would be of the same origin; in digits no passkey works."""
    async with page() as visitors:
        for host in ("evil.example", f"evil.example:{visitors.port}", "", "localhost.evil.example"):
            assert (await visitors.get("/login", headers={"Host": host})).status in (400, 421)
        digits = await visitors.get("/login", headers={"Host": f"127.0.0.1:{visitors.port}"})
        assert (digits.status, digits.headers["Location"]) == (303, f"{visitors.origin}/")
        assert (await visitors.get("/login")).status == 200


async def test_a_body_is_read_no_further_than_a_form_is_long() -> None:
    """And what is no form is refused; nothing of it is said again, and nothing is logged."""
    async with page() as visitors:
        grace = await colleague(visitors.village, "Grace", HELPDESK)
        large = b"note=" + b"x" * FORM_BYTES_MAX
        many = {f"f{n}": "1" for n in range(FORM_FIELDS_MAX + 1)}
        kind = "application/x-www-form-urlencoded"

        async def pieces() -> Any:
            for _ in range(8):
                yield b"x" * (FORM_BYTES_MAX // 4)

        for status, more in (
            (413, {"body": large}),
            (413, {"body": pieces(), "headers": {"Content-Type": kind}}),
            (400, {"form": many}),
            (400, {"body": b"note=\xff\xfe"}),
            (415, {"body": b"{}", "headers": {"Content-Type": "text/plain"}}),
            (415, {"body": b"{}", "headers": {"Content-Type": "multipart/form-data"}}),
        ):
            assert (await visitors.post("/invites", grace, **more)).status == status, more
        for wrong in (b"{", b"[" * 10_000, b"\xff"):
            answer = await visitors.post(
                "/keys/begin", grace, body=wrong, headers={"Content-Type": "application/json"}
            )
            assert answer.status == 400
        assert (await visitors.get("/people?" + "a=1&" * 50, grace)).status == 400
        assert (await visitors.ask("PUT", "/people", grace.cookie)).status == 405
        assert (await visitors.get("/nowhere", grace)).status == 404
        assert (await visitors.get("/nowhere")).status == 303
        assert (await visitors.ask("HEAD", "/people", grace.cookie)).status == 200
        for path in ("/static/desk.css", "/static/desk.js", "/static/icon.svg"):
            assert (await visitors.get(path)).status == 200
        assert (await visitors.get("/static/../routes.py")).status == 303


async def test_what_comes_slowly_is_done_only_by_who_is_still_logged_in() -> None:
    """A form may take seconds to arrive, in which its sender is logged out by their new passkey."""
    async with page() as visitors:
        (ada,) = await visitors.village.people_named("Ada")
        grace = await colleague(visitors.village, "Grace", HELPDESK)
        waits = asyncio.Event()

        async def slowly() -> Any:
            yield b"reason=spam"
            await waits.wait()
            yield b"&days=3"

        path = f"/people/{ada.id}/suspend"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        asking = asyncio.create_task(visitors.post(path, grace, body=slowly(), headers=kind))
        await visitors.get("/", grace)
        server = visitors.village.server
        made = await operate(server, "staff-link", staff="Grace")
        again = Colleague(visitors.village, made)
        await again.enrol()
        waits.set()
        assert (await asking).status == 401
        assert await operate(server, "suspended") == []


async def test_no_page_may_be_framed_cached_or_run_anything_foreign() -> None:
    """Each says so in its head; and no template has a script or a style of its own."""
    async with page() as visitors:
        grace = await colleague(visitors.village, "Grace", ADMINISTRATOR, STAFF_ADMIN)
        for path in ("/login", "/enrol", "/", "/people", "/staff", "/nowhere"):
            head = (await visitors.get(path, grace)).headers
            policy = head["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert head["Cache-Control"] == "no-store"
            assert head["Referrer-Policy"] == "same-origin"
            assert head["X-Content-Type-Options"] == "nosniff"
            assert "Server" not in head
    for name in TEMPLATES.list_templates():
        text = TEMPLATES.loader.get_source(TEMPLATES, name)[0]
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|\|\s*safe|autoescape", text), (
            name
        )
        assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", text)), name


async def test_what_people_call_themselves_is_only_shown() -> None:
    """A name is text, whatever is in it, and turns nothing beside it round."""
    hostile = "<script>alert(1)</script>"
    async with page() as visitors:
        context = visitors.village.context
        grace = await colleague(visitors.village, "Grace", ADMINISTRATOR, STAFF_ADMIN)
        async with context.change(Owner(Kind.USER, 4096)) as change:
            change.put(
                accounts.User(
                    id=4096, first_name=hostile, last_name="\u202eevil", username="ada_1815"
                )
            )
        await operate(visitors.village.server, "staff-add", name=hostile, roles=HELPDESK)
        await operate(visitors.village.server, "invite", note=hostile)
        shown = 0
        for path in ("/people", "/people/4096", "/people/4096/sessions", "/staff", "/invites"):
            text = (await visitors.get(path, grace)).text
            assert hostile not in text
            shown += html.escape(hostile, quote=False) in text
        assert shown == 5
        text = (await visitors.get(f"/people?find={hostile}", grace)).text
        assert hostile not in text


async def test_somebody_is_found_looked_at_suspended_let_go_and_erased() -> None:
    """By one who may; each act is told where it was done, and stands in the log they see beside it."""
    async with page() as visitors:
        v = visitors.village
        ada, claude = await v.people_named("Ada", "Claude")
        grace = await colleague(v, "Grace", ADMINISTRATOR)
        for find in ("Cla", "claude", str(claude.id)):
            found = (await visitors.get(f"/people?find={find}", grace)).text
            assert (f"/people/{claude.id}" in found, f"/people/{ada.id}" in found) == (True, False)
        at = f"/people/{claude.id}"
        before = (await visitors.get(at, grace)).text
        assert "2 devices" in before
        assert claude.phone not in before
        wrong = await visitors.post(f"{at}/suspend", grace, {"reason": "spam", "days": "x"})
        assert (wrong.status, "`days` is not right" in wrong.text) == (422, True)
        form = {"reason": "spam", "days": "3", "note": "you know why"}
        answer = await visitors.post(f"{at}/suspend", grace, form)
        assert (answer.status, answer.headers["Location"]) == (303, f"{at}?done=suspended")
        after = (await visitors.get(f"{at}?done=suspended", grace)).text
        assert "you know why" in after
        assert re.search(rf"<code>suspend</code>\s+for spam\s+by {grace.alias}", after)
        assert "Claude" in (await visitors.get("/suspensions", grace)).text
        assert (await visitors.post(f"{at}/unsuspend", grace)).status == 303
        late = await visitors.post(f"{at}/unsuspend", grace)
        assert (late.status, "somebody else ended it" in late.text) == (422, True)
        assert (await visitors.post(f"{at}/end", grace)).status == 303
        assert "0 devices" in (await visitors.get(at, grace)).text
        rights = {"right": ["groups", "names"]}
        assert (await visitors.post(f"{at}/grant", grace, rights)).status == 303
        assert "groups, names" in (await visitors.get(at, grace)).text
        kept = await visitors.post(f"{at}/erase", grace, {"confirm": "yes"})
        assert (kept.status, "Nothing is erased" in kept.text) == (422, True)
        assert (
            await visitors.post(f"{at}/erase", grace, {"confirm": str(claude.id)})
        ).status == 303
        assert (await visitors.get(at, grace)).status == 404
        log = (await visitors.get(f"/audit?user={claude.id}", grace)).text
        assert re.findall(r"<code>([\w-]+)</code></td>", log) == [
            "erase", "grant", "end", "suspend-end", "suspend-end", "suspend",
        ]  # fmt: skip


async def test_an_invite_is_made_shown_once_and_withdrawn_and_who_came_is_listed() -> None:
    """By whoever helps people."""
    async with page(sign_up="invite") as visitors:
        v = visitors.village
        grace = await colleague(v, "Grace", HELPDESK)
        made = await visitors.post(
            "/invites", grace, {"uses": "5", "days": "7", "note": "class 5b"}
        )
        assert (made.status, "/#join=" in made.text) == (200, True)
        shown = (await visitors.get("/invites", grace)).text
        assert ("/#join=" in shown, "class 5b" in shown) == (False, True)
        (one,) = await operate(v.server, "invites")
        assert (await visitors.post("/invites/revoke", grace, {"invite": one["id"]})).status == 303
        late = await visitors.post("/invites/revoke", grace, {"invite": one["id"]})
        assert (late.status, "not open any more" in late.text) == (422, True)
        await operate(v.server, "invite", phone="33610009999", note="for Ada")
        ada = await v.person("Ada", phone="33610009999")
        await v.wait(600)
        text = (await visitors.get("/invites", grace)).text
        assert f"/people/{ada.id}" in text
        assert "for Ada" in text


async def test_a_proxy_link_is_made_shown_once_and_revoked() -> None:
    """By whoever helps people; what makes it secret is in no page but the one that made it."""
    async with page() as visitors:
        helper = await colleague(visitors.village, "Hedy", HELPDESK)
        made = await visitors.post("/links", helper, {"label": "<b>Ada</b>", "at": ""})
        found = re.search(r'value="(tg://proxy[^"]+)"', made.text)
        assert found is not None
        secret = html.unescape(found[1]).partition("secret=")[2]
        (link,) = await operate(visitors.village.server, "proxy-links")
        assert (secret in link["link"], link["for"]) == (True, "<b>Ada</b>")
        shown = await visitors.get("/links", helper)
        assert ("&lt;b&gt;Ada" in shown.text, secret in shown.text) == (True, False)
        wrong = await visitors.post("/links", helper, {"label": "Ada", "at": "nowhere"})
        assert (wrong.status, "nowhere" in wrong.text) == (422, True)
        number = {"number": str(link["number"])}
        assert (await visitors.post("/links/revoke", helper, number)).status == 303
        assert (await visitors.post("/links/revoke", helper, number)).status == 422
        assert await operate(visitors.village.server, "proxy-links") == []


async def test_staff_are_added_by_staff_and_removed_at_once() -> None:
    """The link is shown once; who is removed while they look is out with their next click."""
    async with page() as visitors:
        v = visitors.village
        grace = await colleague(v, "Grace", STAFF_ADMIN)
        none = await visitors.post("/staff", grace, {"name": "Ada"})
        assert (none.status, "Which role is theirs" in none.text) == (422, True)
        made = await visitors.post(
            "/staff", grace, {"name": "Ada", "role": ["helpdesk", "administrator"]}
        )
        link = re.search(r'value="(http[^"]*/enrol#[^"]*)"', made.text)
        assert link is not None
        assert "/enrol#" not in (await visitors.get("/staff", grace)).text
        (ada,) = [one for one in await operate(v.server, "staff") if one["name"] == "Ada"]
        hers = await enrolled(visitors, {**ada, "link": link[1]})
        assert (await visitors.get("/people", hers)).status == 200
        path = f"/staff/{ada['number']}"
        assert (await visitors.post(f"{path}/role", grace, {"role": "auditor"})).status == 303
        assert (await visitors.get("/people", hers)).status == 403
        assert (await visitors.get("/audit", hers)).status == 200
        assert (await visitors.post(f"{path}/remove", grace)).status == 303
        assert (await visitors.get("/audit", hers)).status == 303
        last = await visitors.post(f"/staff/{grace.number}/remove", grace)
        assert (last.status, "Nobody else could add staff" in last.text) == (422, True)


async def listed(visitors: Visitors, who: Colleague, query: str) -> list[int]:
    """Return whom a page of people shows."""
    text = (await visitors.get(f"/people{query}", who)).text
    return [int(one) for one in re.findall(r'class="who" href="/people/(\d+)"', text)]


async def test_people_are_shown_by_pages_and_found_by_what_they_are_called_now() -> None:
    """By how a word of their name begins; not by the name they had."""
    async with page() as visitors:
        v = visitors.village
        grace = await colleague(v, "Grace", HELPDESK)
        ids = [4096 * n + 7 for n in range(1, 121)]
        for n in ids:
            async with v.context.change(Owner(Kind.USER, n)) as change:
                change.put(accounts.User(id=n, first_name=f"Mem {n}", last_name="Ünal Öz"))
        first = await listed(visitors, grace, "")
        rest = await listed(visitors, grace, f"?after={first[-1]}")
        last = await listed(visitors, grace, f"?after={rest[-1]}")
        assert (
            sorted([*first, *rest, *last]) == ids
        )  # in the order of what is stored, which says nothing
        assert (len(first), len(rest), len(last)) == (50, 50, 20)
        assert await listed(visitors, grace, "?find=öz") == first
        assert await listed(visitors, grace, f"?find=ÜNAL&after={rest[-1]}") == last
        assert await listed(visitors, grace, f"?find=mem+{ids[3]}") == [ids[3]]
        assert await listed(visitors, grace, "?find=nal") == []
        async with v.context.change(Owner(Kind.USER, ids[3])) as change:
            change.put(accounts.User(id=ids[3], first_name="Renamed"))
        assert await listed(visitors, grace, f"?find=mem+{ids[3]}") == []
        assert await listed(visitors, grace, "?find=renamed") == []
        v.clock.time += 301
        assert await listed(visitors, grace, "?find=renamed") == [ids[3]]
