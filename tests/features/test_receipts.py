"""Receipts of what operators did: a file in the service's chat, which verify.py checks offline."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.operating import operate
from tests.trust.public_log import WITNESSES

from chappe.app.public_log import PublicLogWriter
from chappe.core import Kind, Owner
from chappe.desks.staff.touching import TOUCHING
from chappe.features import accounts, ledger
from chappe.features.receipts.delivering import SAID
from chappe.features.receipts.letters import own_links
from chappe.tl import api
from chappe.trust.ledger import verify
from chappe.trust.ledger.receipts import parse_receipt

from .village import Person, Village, village

NAME = "chat.example/log"


class Kept:
    """A village with a public log."""

    def __init__(self, v: Village, folder: Path, log: PublicLogWriter) -> None:
        self.v, self.folder, self.log = v, folder, log

    async def files_of(self, person: Person) -> list[tuple[str, str, bytes]]:
        """Each file the service has sent somebody: its name, the text beside it, its bytes."""
        await self.v.wait(0)
        found = []
        for message in await person.history(api.PeerUser(user_id=accounts.SERVICE_USER)):
            document = getattr(message.media, "document", None)
            if document is not None:
                (named,) = document.attributes
                place = api.InputDocumentFileLocation(
                    id=document.id,
                    access_hash=document.access_hash,
                    file_reference=document.file_reference,
                    thumb_size="",
                )
                got = await person(api.UploadGetFile(location=place, offset=0, limit=1 << 20))
                found.append((named.file_name, message.message, got.bytes))
        return found

    def check(self, receipt: bytes) -> int:
        """What verify.py says of a receipt, with the log's policy and nothing else."""
        file, policy = self.folder / "r.tlog-proof", self.folder / "policy"
        file.write_bytes(receipt)
        policy.write_text(self.log.policy_text)
        return verify.main(["receipt", str(file), "--policy", str(policy)])


@asynccontextmanager
async def kept(folder: Path, witnesses: str = "quorum none\n") -> AsyncIterator[Kept]:
    """A village with a public log."""
    async with village(public_log=NAME, twins=False) as v:
        log = PublicLogWriter(v.server.context, folder / "log", witnesses, v.server.metrics)
        await log.begin()
        v.server.context.give(ledger.PUBLIC_LOG, log)
        try:
            yield Kept(v, folder, log)
        finally:
            log.end()


def test_each_act_that_is_told_has_its_words() -> None:
    """And none besides."""
    told = {name for name, one in TOUCHING.items() if one.accounts and one.is_told}
    assert told == SAID.keys()


async def test_whom_an_act_was_about_gets_a_receipt_that_holds(tmp_path: Path) -> None:
    """One for each; of the right act, about them and nobody else; once."""
    async with kept(tmp_path) as k:
        ada, claude = await k.v.people_named("Ada", "Claude")
        for name, given in (
            ("suspend", {"reason": "spam", "days": 2}),
            ("suspend-end", {}),
            ("grant", {"rights": "groups"}),
            ("reentry", {}),
            ("reentry-cancel", {}),
        ):
            await operate(k.v.server, name, user=ada.id, **given)
        files = await k.files_of(ada)
        names = ["reentry-cancel", "reentry", "grant", "suspend-end", "suspend"]
        assert [one[0] for one in files] == [f"{name}.tlog-proof" for name in names]
        assert "has suspended your account" in files[-1][1]
        for name, _, content in files:
            assert k.check(content) == verify.HELD
            said = json.loads(parse_receipt(content).entry)
            assert f"{said['act']}.tlog-proof" == name
            assert parse_receipt(content).identity == f"user:{ada.id}"
        assert await k.files_of(claude) == []
        assert await k.v.context.look(Owner(Kind.USER, ada.id)).scan(ledger.RecordKey) == []


async def test_a_receipt_holds_for_nobody_else(tmp_path: Path) -> None:
    """Another name in it, or another key, and it does not."""
    async with kept(tmp_path) as k:
        (ada,) = await k.v.people_named("Ada")
        await operate(k.v.server, "grant", user=ada.id, rights="groups")
        ((_, _, content),) = await k.files_of(ada)
        receipt = parse_receipt(content)
        assert k.check(receipt._replace(identity="user:1").content) == verify.WRONG
        assert k.check(receipt._replace(record_key=bytes(32)).content) == verify.WRONG
        other = receipt.entry.replace(b'"act":"grant"', b'"act":"end"')
        assert k.check(receipt._replace(entry=other).content) == verify.WRONG


async def test_of_what_was_not_done_nobody_gets_a_receipt(tmp_path: Path) -> None:
    """Refused, or seen by too few: the key is forgotten."""
    dead = f"witness w {WITNESSES[0][0].verifier.text} http://127.0.0.1:9/\nquorum w\n"
    for witnesses in ("quorum none\n", dead):
        async with kept(tmp_path / witnesses[:6], witnesses) as k:
            (ada,) = await k.v.people_named("Ada")
            if witnesses != dead:
                await operate(k.v.server, "reentry", user=ada.id)
                assert len(await k.files_of(ada)) == 1
            with pytest.raises(ValueError, match=r"link for|too few"):
                await operate(k.v.server, "reentry", user=ada.id)
            assert len(await k.files_of(ada)) == (witnesses != dead)
            assert await k.v.context.look(Owner(Kind.USER, ada.id)).scan(ledger.RecordKey) == []


async def test_the_key_goes_with_the_account(tmp_path: Path) -> None:
    """Whoever is erased is told nothing more, and nothing in the store leads to them."""
    async with kept(tmp_path) as k:
        (ada,) = await k.v.people_named("Ada")
        await operate(k.v.server, "grant", user=ada.id, rights="groups")
        before: Any = await k.v.context.look(Owner(Kind.USER, ada.id)).scan(ledger.RecordKey)
        assert len(before) == 1
        await operate(k.v.server, "erase", user=ada.id)
        await k.v.wait(0)
        assert await k.v.context.look(Owner(Kind.USER, ada.id)).scan(ledger.RecordKey) == []


def test_a_letter_links_to_its_own_server_alone() -> None:
    """Placed by UTF-16 units, without the stop behind; no other address, nor one that holds ours."""
    ours = "https://chat.example"
    others = f"https://evil.example/{ours}/x nor {ours}.evil.example/y"
    text = f"😀 {ours}/appeal/1-0a. Not {others}: {ours}/log/"
    first = text.index(ours)
    assert own_links(text, ours) == (
        ("MessageEntityUrl", first + 1, len(f"{ours}/appeal/1-0a"), ""),
        ("MessageEntityUrl", text.rindex(ours) + 1, len(f"{ours}/log/"), ""),
    )
    assert own_links(f"{ours}/x", ours) == (("MessageEntityUrl", 0, len(ours) + 2, ""),)
    assert own_links("no link", ours) == ()
