"""The table of places: every path of the page, and whose it is. A test sweeps it by every role."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from . import (
    appeal_pages,
    case_pages,
    decision_pages,
    entrance,
    house_pages,
    link_pages,
    order_pages,
    people_pages,
    raid_pages,
    staff_pages,
)
from .visits import Route, Visit

NUMBER: Final = r"(?P<number>\d{1,18})"
TAG: Final = r"(?P<tag>[0-9a-f]{16})"
PICTURE: Final = r"(?P<evidence>\d{1,9})/(?P<place>\d{1,4})"
_Answer = Callable[[Visit], Awaitable[web.StreamResponse]]


def _get(path: str, answer: _Answer, *gives: str) -> Route:
    return Route("GET", re.compile(path), answer, gives)


def _post(path: str, answer: _Answer, *gives: str) -> Route:
    return Route("POST", re.compile(path), answer, gives)


def _open(method: str, path: str, answer: _Answer) -> Route:
    return Route(method, re.compile(path), answer, is_open=True)


ROUTES: Final = (
    _open("GET", "/login", entrance.show_login),
    _open("POST", "/login/begin", entrance.begin_login),
    _open("POST", "/login/finish", entrance.finish_login),
    _open("GET", "/enrol", entrance.show_enrolment),
    _open("POST", "/enrol/begin", entrance.begin_enrolment),
    _open("POST", "/enrol/finish", entrance.finish_enrolment),
    _post("/logout", entrance.log_out),
    _get("/keys", entrance.show_keys),
    _post("/keys/begin", entrance.begin_key),
    _post("/keys/finish", entrance.finish_key),
    _post("/keys/remove", entrance.remove_key),
    _get("/", house_pages.show_overview, "status"),
    _get("/people", people_pages.show_people, "people"),
    _get(f"/people/{NUMBER}", people_pages.show_person, "person"),
    _get(f"/people/{NUMBER}/sessions", people_pages.show_sessions, "person", "sessions"),
    _post(f"/people/{NUMBER}/suspend", people_pages.suspend, "suspend"),
    _post(f"/people/{NUMBER}/unsuspend", people_pages.unsuspend, "suspend-end"),
    _post(f"/people/{NUMBER}/end", people_pages.end_sessions, "end"),
    _post(f"/people/{NUMBER}/grant", people_pages.grant, "grant"),
    _post(f"/people/{NUMBER}/case", people_pages.open_case, "case-open"),
    _post(f"/people/{NUMBER}/erase", people_pages.erase, "erase"),
    _get("/invites", house_pages.show_invites, "invites"),
    _post("/invites", house_pages.invite, "invite"),
    _post("/invites/revoke", house_pages.revoke, "revoke"),
    _get("/links", link_pages.show_links, "proxy-links"),
    _post("/links", link_pages.make_link, "proxy-link", "proxy-links"),
    _post("/links/revoke", link_pages.revoke_link, "revoke-proxy-link", "proxy-links"),
    _get("/suspensions", house_pages.show_suspensions, "suspended"),
    _get("/files", house_pages.show_files, "files"),
    _get("/mail", house_pages.show_mail, "test_mail"),
    _post("/mail", house_pages.send_mail, "test_mail"),
    _get("/cases", case_pages.show_queue, "cases", "case-counts"),
    _post("/cases/claim", case_pages.claim_some, "case-claim"),
    _post("/cases/close", case_pages.close_some, "case-close"),
    _get(f"/cases/{NUMBER}", case_pages.show_case, "case"),
    _post(f"/cases/{NUMBER}/claim", case_pages.claim, "case-claim"),
    _post(f"/cases/{NUMBER}/release", case_pages.release, "case-release"),
    _post(f"/cases/{NUMBER}/note", case_pages.note, "case-note"),
    _post(f"/cases/{NUMBER}/close", case_pages.close, "case-close"),
    _post(f"/cases/{NUMBER}/unveil", case_pages.unveil, "case-unveil"),
    _get(f"/cases/{NUMBER}/pictures/{PICTURE}", case_pages.show_picture, "case-unveil"),
    _post(f"/cases/{NUMBER}/mute", case_pages.mute, "reporter-mute"),
    _get("/reporters", case_pages.show_reporters, "reporters-muted"),
    _post("/reporters/unmute", case_pages.unmute, "reporter-unmute", "reporters-muted"),
    _get(f"/cases/{NUMBER}/decide", decision_pages.show_form, "case-decide", "case"),
    _post(f"/cases/{NUMBER}/preview", decision_pages.preview, "case-preview", "case"),
    _post(f"/cases/{NUMBER}/decide", decision_pages.decide, "case-decide", "case"),
    _get(f"/decisions/{NUMBER}", decision_pages.show_decision, "decision"),
    _post(f"/decisions/{NUMBER}/sign/begin", decision_pages.begin_signing, "case-sign"),
    _post(f"/decisions/{NUMBER}/sign/finish", decision_pages.finish_signing, "case-sign"),
    _post(f"/decisions/{NUMBER}/withdraw", decision_pages.withdraw, "case-withdraw", "decision"),
    _post(f"/decisions/{NUMBER}/reverse", decision_pages.reverse, "case-reverse", "decision"),
    _get("/appeals", appeal_pages.show_appeals, "appeals"),
    _get(f"/appeals/{NUMBER}", appeal_pages.show_appeal, "appeal"),
    _post(f"/appeals/{NUMBER}/ask", appeal_pages.ask, "appeal-ask", "appeal"),
    _post(f"/appeals/{NUMBER}/decide", appeal_pages.decide, "appeal-decide", "appeal"),
    _get("/notices", appeal_pages.show_notices, "notices"),
    _get(f"/notices/{NUMBER}", appeal_pages.show_notice, "notice"),
    _get("/flags", appeal_pages.show_flags, "notices-mine"),
    _post("/flags", appeal_pages.flag, "notice-file", "notices-mine"),
    _get("/flaggers", appeal_pages.show_flaggers, "flaggers"),
    _get("/raids", raid_pages.show_raids, "raids"),
    _post("/raids", raid_pages.decide, "raid-decide", "raids"),
    _get(f"/raids/{NUMBER}", raid_pages.show_raid, "raid"),
    _post(f"/raids/{NUMBER}/sign/begin", raid_pages.begin_signing, "raid-sign"),
    _post(f"/raids/{NUMBER}/sign/finish", raid_pages.finish_signing, "raid-sign"),
    _post(f"/raids/{NUMBER}/withdraw", raid_pages.withdraw, "raid-withdraw", "raid"),
    _post(f"/raids/{NUMBER}/undo", raid_pages.undo, "raid-undo", "raid"),
    _get("/orders", order_pages.show_orders, "orders"),
    _post("/orders", order_pages.receive, "order-receive"),
    _get("/orders/enter", order_pages.show_intake, "order-receive"),
    _get(f"/orders/{NUMBER}", order_pages.show_order, "order"),
    _post(f"/orders/{NUMBER}/check", order_pages.check, "order-check", "order"),
    _get(f"/orders/{NUMBER}/letter", order_pages.show_letter, "order-letter", "order"),
    _post(f"/orders/{NUMBER}/decide", order_pages.decide, "order-decide", "order"),
    _post(f"/orders/{NUMBER}/preserve", order_pages.preserve, "order-preserve", "order"),
    _post(f"/orders/{NUMBER}/seal", order_pages.seal, "order-seal", "order"),
    _post(f"/orders/{NUMBER}/request", order_pages.ask, "order-request", "order"),
    _get(f"/orders/{NUMBER}/requests/{TAG}", order_pages.show_request, "order-request"),
    _post(f"/orders/{NUMBER}/answer", order_pages.answer, "order-answer", "order"),
    _post(f"/orders/{NUMBER}/release", order_pages.release, "order-release", "order"),
    _post(f"/orders/{NUMBER}/package", order_pages.download, "order-package", "order"),
    _post(f"/orders/{NUMBER}/acted", order_pages.acted, "order-acted", "order"),
    _post(f"/orders/{NUMBER}/gag", order_pages.prolong, "order-gag", "order"),
    _post(f"/orders/{NUMBER}/close", order_pages.close, "order-close", "order"),
    _get("/staff", staff_pages.show_staff, "staff"),
    _post("/staff", staff_pages.add, "staff-add"),
    _post(f"/staff/{NUMBER}/link", staff_pages.link, "staff-link"),
    _post(f"/staff/{NUMBER}/role", staff_pages.change_roles, "staff-role"),
    _post(f"/staff/{NUMBER}/remove", staff_pages.remove, "staff-remove"),
    _get("/audit", house_pages.show_audit, "audit"),
    _get("/ledger", house_pages.show_ledger, "ledger"),
)
