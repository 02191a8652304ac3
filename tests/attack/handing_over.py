"""The obliging operator, at a server of level L2: hands over what nobody may have, and logs in as somebody.

The server is a real one, so are its witness and its custodians' tools; the operator has the whole machine.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from telethon import errors

from chappe.gateways.cli.control import ask
from chappe.gateways.cli.ports import OperatorError
from chappe.trust import custody
from chappe.trust.custody import CustodyRequest, parse_request
from chappe.trust.ledger.canonical import EntryKinds
from chappe.trust.ledger.kinds import KINDS
from tests.journeys.quorum import Quorum, witnessed_server
from tests.journeys.server import free_port

from .clerk import play_clerk
from .expected import Attack
from .findings import Finding, caught, got
from .people import Person, new_phone

NAME: Final = "Adalgisa"
WRITTEN: Final = "the semaphore at Lille stands still"
ORDER: Final = {"channel": "EPOC", "country": "FR", "basis": "court-order"}


class Operator:
    """Who has the machine of a server, and custodians who are asked as ever."""

    def __init__(self, data: Path, quorum: Quorum, account: int) -> None:
        self._data = data
        self._quorum = quorum
        self._account = str(account)
        self._key = custody.forms.to_text(custody.new_custodian_key(os.urandom).public())

    def do(self, name: str, /, **given: Any) -> Any:
        """Give a command."""
        return ask(self._data, name, **given)

    def receive(self) -> int:
        """Enter an order about who somebody is."""
        given = {**ORDER, "classes": ["subscriber"], "accounts": [self._account]}
        return int(self.do("order-receive", **given)["number"])

    def seal(self, order: int) -> None:
        """Take what it names into the vault."""
        self.do("order-seal", order=order, authority=self._key)

    def request(self, order: int) -> CustodyRequest:
        """Return what custodians are asked."""
        return parse_request(self.do("order-request", order=order, seen=[])["request"].encode())

    def yes(self, name: str, request: CustodyRequest) -> str:
        """Return what a custodian's tool answers.

        Raises:
            OperatorError: it refuses.
        """
        ran = self._quorum.answer(name, request.content)
        if ran.code != 0:
            raise OperatorError(ran.err.strip().splitlines()[-1])
        return ran.out

    def agreed(self, order: int, name: str) -> str:
        """Return what a custodian's tool answers to the request of now."""
        return self.yes(name, self.request(order))

    def give(self, order: int, answer: str) -> None:
        """Give an answer of a custodian to an order."""
        self.do("order-answer", order=order, answer=answer)


def _refused(act: Callable[[], object], because: str) -> Finding:
    """Return whether something was refused, and for the reason it must be."""
    try:
        act()
    except OperatorError as refusal:
        said = str(refusal)
        return caught(said) if because in said else got(f"refused for another reason: {said}")
    return got("it worked")


async def play_handing_over(folder: Path) -> dict[Attack, Finding]:
    """Raise a server to L2, and play every release that must not be."""
    port = free_port()
    with witnessed_server(folder / "data", DESK_PORT=str(port)) as (server, witness):
        ada = await Person(server, new_phone()).sign_up(NAME)
        try:
            account = (await ada.client.get_me()).id
            await ada.client.send_message("me", WRITTEN)
            quorum = Quorum(folder)
            quorum.raise_server(server.data)
            found = {Attack.CODE_AT_L2: await _by_code(ada)}
            operator = Operator(server.data, quorum, account)
            found |= _releases(operator)
            link = operator.do("staff-add", name="Emil", roles="order-clerk")["link"]
            planted = (NAME.encode(), WRITTEN.encode(), ada.phone.encode())
            found |= await play_clerk(operator, port, link, account, planted)
            witness.kill()
            unseen = operator.receive()
            found[Attack.EXPORT_UNWITNESSED] = _refused(
                lambda: operator.seal(unseen), "not witnessed"
            )
            witness.start()
        finally:
            await ada.leave()
    return found


async def _by_code(ada: Person) -> Finding:
    """Come in by the code, which whoever delivers it has in hand."""
    intruder = Person(ada.server, ada.phone, "a stranger's phone")
    try:
        await intruder.log_in()
    except errors.FloodWaitError as refusal:
        return caught(f"told to wait {refusal.seconds // 3600} hours, and her devices can refuse")
    finally:
        await intruder.leave()
    return got("logged in")


def _releases(operator: Operator) -> dict[Attack, Finding]:
    """Play what is refused while everything is witnessed."""
    order, other = operator.receive(), operator.receive()
    for one in (order, other):
        operator.seal(one)
    found = {
        Attack.EXPORT_UNAPPROVED: _refused(
            lambda: operator.do("order-release", order=order), "cannot become"
        )
    }
    request = operator.request(order)
    found[Attack.EXPORT_UNLOGGED] = _refused(
        lambda: operator.yes("Ada", _unlogged(request)), "public log does not show it"
    )
    found[Attack.EXPORT_WIDER] = _refused(
        lambda: operator.yes("Ada", _wider(request)), "WIDER than the order"
    )
    good = operator.yes("Ada", request)
    read = custody.parse_answer(good)
    forged = read._replace(place=read.place % 3 + 1).text
    found[Attack.EXPORT_FORGED] = _refused(lambda: operator.give(order, forged), "forged")
    found[Attack.EXPORT_REPLAYED] = _refused(
        lambda: operator.give(other, good), "to no request of this order"
    )
    operator.give(order, good)
    found[Attack.EXPORT_TOO_FEW] = _refused(
        lambda: operator.do("order-release", order=order), "cannot become"
    )
    return found


def _unlogged(request: CustodyRequest) -> CustodyRequest:
    """Return a request about an order that was never entered, with its entry as it would be."""
    details = dict(request.details)
    record = custody.parse_order(details["record"].encode())._replace(nonce=os.urandom(32))
    decision = custody.parse_decision(details["decision"].encode())._replace(record=record.digest)
    kinds = EntryKinds(KINDS)
    week = str(kinds.read(request.entry).fields["week"])
    entry = kinds.write("authority.received", record.logged(week))
    details |= {"record": record.content.decode(), "decision": decision.content.decode()}
    return request._replace(entry=entry, details=details)


def _wider(request: CustodyRequest) -> CustodyRequest:
    """Return a request for a class of data that the order does not name."""
    details = dict(request.details)
    decision = custody.parse_decision(details["decision"].encode())
    wider = decision._replace(given=("content", *decision.given))
    return request._replace(details={**details, "decision": wider.content.decode()})
