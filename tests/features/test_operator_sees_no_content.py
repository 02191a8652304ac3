"""No command, page or file an operator has shows what people wrote."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
from tests.operating import operate

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration, Smtp
from chappe.features import accounts
from chappe.gateways.web.health import HealthPage
from chappe.rpc import Call, Client
from chappe.tl import api

ADA, CLAUDE = 4096, 8192
SECRET = "the semaphore at Lille stands still"
PHONE = "33612345678"
GIVEN: dict[
    str, dict[str, Any]
] = {  # what each command is asked; a new one is added here, and looked at
    "appeal": {"decision": 1},
    "appeal-ask": {"decision": 1, "text": "Why?"},
    "appeal-decide": {"decision": 1, "outcome": "upheld"},
    "appeals": {},
    "notice": {"notice": 1},
    "notices": {},
    "notice-file": {"where": "@nobody_here", "category": "VIOLENCE", "why": "It is."},
    "notices-mine": {},
    "flaggers": {},
    "arrivals": {},
    "backup-now": {},
    "backups": {},
    "audit": {"user": CLAUDE},
    "case": {"case": 1},
    "case-claim": {"cases": [1]},
    "case-close": {"cases": [1], "outcome": "no-violation"},
    "case-counts": {},
    "case-decide": {
        "case": 1,
        "acts": "mark-fake",
        "ground": "INCOMPATIBLE",
        "category": "SCAMS_AND_FRAUD",
        "facts": "content-reviewed",
    },
    "case-note": {"case": 1, "text": "look"},
    "case-open": {"user": CLAUDE},
    "case-preview": {
        "case": 1,
        "acts": "mark-fake",
        "ground": "INCOMPATIBLE",
        "category": "SCAMS_AND_FRAUD",
        "facts": "content-reviewed",
    },
    "case-release": {"case": 1},
    "case-reverse": {"decision": 1},
    "case-sign": {"decision": 1, "signature": "{}"},
    "case-unveil": {"case": 1, "evidence": 1, "place": 0},
    "case-withdraw": {"decision": 1},
    "cases": {},
    "codes": {},
    "custodians": {},
    "custodians-activate": {},
    "custodians-answer": {"answers": ["chappe-answer:AQ"]},
    "custodians-propose": {"needed": 2, "cards": []},
    "custodians-end": {"passphrase": "battery staple"},
    "custodians-rehearse": {},
    "custodians-rota": {},
    "pass-key": {"to": "a" * 64},
    "decision": {"decision": 1},
    "end": {"user": CLAUDE, "hash": None},
    "erase": {"user": CLAUDE},
    "files": {},
    "grant": {"user": ADA, "rights": "groups"},
    "granted": {},
    "invite": {"phone": ""},
    "invites": {},
    "ledger": {},
    "place": {"place": "7b", "link": "@semaphore"},
    "place-remove": {"place": "7c"},
    "places": {},
    "order": {"order": 1},
    "order-acted": {"order": 1, "acts": ["remove"]},
    "order-check": {"order": 1, "met": ["form"]},
    "order-gag": {"order": 1, "until": "2027-06-01"},
    "order-letter": {"order": 1},
    "order-package": {"order": 1},
    "order-answer": {"order": 1, "answer": "chappe-answer:"},
    "order-close": {"order": 1, "ended": "executed"},
    "order-decide": {"order": 1, "outcome": "refused"},
    "order-deliver": {"order": 1},
    "order-preserve": {"order": 1},
    "order-receive": {"channel": "EPOC", "country": "FR", "basis": "warrant", "accounts": ["4096"]},
    "order-release": {"order": 1},
    "order-request": {"order": 1},
    "order-seal": {"order": 1, "authority": "AA=="},
    "orders": {},
    "people": {"find": "Ada"},
    "person": {"user": ADA},
    "reentry": {"user": ADA},
    "reentry-cancel": {"user": ADA},
    "reentry-lost": {},
    "raid": {"raid": 1},
    "raid-decide": {
        "count": 1,
        "acts": "mark-fake",
        "ground": "INCOMPATIBLE",
        "category": "SCAMS_AND_FRAUD",
        "facts": "content-reviewed",
    },
    "raid-preview": {},
    "raid-sign": {"raid": 1, "signature": "{}"},
    "raid-undo": {"raid": 1},
    "raid-withdraw": {"raid": 1},
    "raids": {},
    "reporter-mute": {"case": 1, "evidence": 1, "days": 1, "reason": "flood"},
    "reporter-unmute": {"number": 1},
    "reporters-muted": {},
    "reports": {},
    "retention": {},
    "bots": {},
    "bot-create": {"name": "News", "username": "news_bot"},
    "bot-revoke": {"bot": "news_bot"},
    "bot-delete": {"bot": "news_bot"},
    "revoke": {"invite": PHONE},
    "proxy-link": {"label": "her sister"},
    "proxy-links": {},
    "revoke-proxy-link": {"number": 1},
    "roster": {},
    "roster-apply": {"lines": '[{"line": 2, "id": "p1", "first_name": "Emmy"}]'},
    "rotate": {"at_speed": True},
    "sessions": {"user": ADA},
    "passphrase": {"old": "nobody gave one", "passphrase": "battery staple"},
    "seal": {"passphrase": "battery staple"},
    "sign-in-check": {},
    "sign-in-unlink": {"user": CLAUDE},
    "sign-ins": {},
    "staff": {},
    "staff-account": {"staff": "Grace", "user": ADA},
    "staff-add": {"name": "Grace", "roles": "helpdesk"},
    "staff-link": {"staff": "Grace"},
    "staff-remove": {"staff": "Grace"},
    "staff-role": {"staff": "Grace", "roles": "auditor"},
    "statement-answer": {"answer": "chappe-answer:"},
    "statement-request": {},
    "status": {},
    "suspend": {"user": CLAUDE, "reason": "spam", "days": 1},
    "suspend-end": {"user": CLAUDE},
    "suspended": {},
    "test_mail": {"to": "operator@example.org"},
    "terms": {},
    "users": {},
}


async def write(server: Any) -> None:
    """Let Ada write to Claude, and keep a draft."""
    context = server.context
    for user, name in ((ADA, "Ada"), (CLAUDE, "Claude")):
        async with context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name=name, phone=PHONE if user == ADA else ""))
    client = Client(1, 1, lambda _: None)
    client.user = ADA
    key = accounts.access_hash(context, ADA, Kind.USER, CLAUDE)
    peer = api.InputPeerUser(user_id=CLAUDE, access_hash=key)

    async def by(client: Client, request: Any) -> Any:
        return await server.dispatcher.methods[type(request)].serve(Call(context, client), request)

    await by(client, api.MessagesSendMessage(peer=peer, message=SECRET, random_id=1))
    await by(client, api.MessagesSaveDraft(peer=peer, message=SECRET))
    made = await by(client, api.ChannelsCreateChannel(title=SECRET, about=SECRET))
    channel = accounts.access_hash(context, ADA, Kind.CHANNEL, made.chats[0].id)
    given = api.InputChannel(channel_id=made.chats[0].id, access_hash=channel)
    await by(client, api.ChannelsUpdateUsername(channel=given, username="semaphore"))
    await server.delivery.relay.settle()


async def everything(data: Path) -> dict[str, str]:
    """Return all an operator can be shown, by where it came from."""
    smtp = Smtp(host="mail.invalid")  # nobody is there: the refusal is shown
    server = await app.start(Configuration(port=0, codes_smtp=smtp), data, None)
    await write(server)
    shown = {}
    shown["backup"] = json.dumps(await operate(server, "backup", target=str(data / "b.tar")))
    order = sorted(
        server.commands.names - {"backup"},
        key=lambda name: (name in ("end", "erase", "staff-remove"), name),
    )
    for name in order:
        try:
            answer = await operate(server, name, **GIVEN[name])
        except ValueError as refusal:
            answer = str(refusal)
        shown[name] = json.dumps(answer, default=str)
    assert "no mail server" in shown["test_mail"]
    shown["metrics"] = server.metrics.page().decode()
    await server.stop()
    return shown


def test_whatever_an_operator_asks_no_text_comes_back(tmp_path: Path) -> None:
    """Every command is given; none answers with a message, a draft, or the number of an account."""
    shown = asyncio.run(everything(tmp_path))
    assert "Ada" in shown["users"]  # the commands did look into the store
    for name, text in shown.items():
        assert SECRET not in text, name
        assert PHONE not in text, name


def test_no_file_holds_a_text_in_the_open(tmp_path: Path) -> None:
    """Neither the store nor its log nor a backup."""
    asyncio.run(everything(tmp_path))
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert {"chappe.db", "keys.db", "b.tar"} <= {f.name for f in files}
    for file in files:
        content = file.read_bytes()
        assert SECRET.encode() not in content, file.name
        assert PHONE.encode() not in content, file.name


def test_the_page_for_watchers_has_three_addresses(tmp_path: Path) -> None:
    """Health and metrics, and nothing behind them."""

    async def visit() -> list[tuple[int, str]]:
        server = await app.start(Configuration(port=0), tmp_path, None)
        await write(server)
        page = HealthPage(server.metrics.page, server.ready, server.metrics.bug)
        port = await page.listen("127.0.0.1", 0)
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
                paths = ("/live", "/ready", "/metrics", "/", "/users", "/messages", "/../chappe.db")
                answers = [await http.get(path) for path in paths]
                return [(answer.status, await answer.text()) for answer in answers]
        finally:
            await page.stop()
            await server.stop()

    answers = asyncio.run(visit())
    assert [status for status, _ in answers] == [200, 200, 200, 404, 404, 404, 404]
    assert not any(SECRET in text or PHONE in text for _, text in answers)
