"""Many at one address, at default limits: a school gets on, and who guesses or makes a directory does not."""

import asyncio
import time

import pytest
from bench.client import Client, Refused

from chappe.rpc import LIMITER, Rate
from chappe.tl import api

from .wired import Wired, wired

CLASS = 300
LATE = 60
KEYS_EACH = 3  # a permanent key, a temporary one, and one for files
LOOKUPS_A_DAY_MAX = 5_000
DAY_S = 86_400
STEP_S = 7_200
BOOK = 500  # numbers of one address book


class Ahead:
    """A clock that can be put forward: rates are counted by what it shows since the start."""

    now = staticmethod(time.time)

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic() + self.ahead


async def asked(here: Wired, client: Client, phone: str) -> dict[str, str]:
    """Ask for a code; return what it is said with."""
    sent = await client.call(
        api.AuthSendCode(phone_number=phone, api_id=1, api_hash="x", settings=api.CodeSettings())
    )
    code = next(c["code"] for c in reversed(here.server.console.recent) if c["to"] == phone)
    return {"phone_number": phone, "phone_code_hash": sent.phone_code_hash, "phone_code": code}


async def test_a_class_signs_up_from_one_address() -> None:
    """All of them at the same moment; and after them those for whom there was no chair."""
    async with wired(rate_scale=1.0, strict=True) as here:
        for first, count in ((33_621_000_000, CLASS), (33_622_000_000, LATE)):
            devices = [await here.known() for _ in range(count)]
            phones = [str(first + number) for number in range(count)]
            said = [await asked(here, *one) for one in zip(devices, phones, strict=True)]
            for device, proof in zip(devices, said, strict=True):
                done = await device.call(api.AuthSignIn(**proof))
                assert isinstance(done, api.AuthAuthorizationSignUpRequired)
            for device, proof in zip(devices, said, strict=True):
                del proof["phone_code"]
                await device.call(api.AuthSignUp(**proof, first_name="Ada", last_name=""))
                device.close()
        handshakes = here.server.gateway.handshakes if here.server.gateway else None
        assert handshakes is not None
        assert all(handshakes.may_work("127.0.0.1") for _ in range(CLASS * KEYS_EACH))


async def test_who_asks_for_codes_and_uses_none_is_stopped() -> None:
    """However many numbers they think of, and though others at their address log in meanwhile."""
    async with wired(rate_scale=1.0) as here:
        await here.log_in(ada := await here.known(), "33620000001")
        stranger = await here.known()
        for sent in range(Rate.DELIVERY.value.size):
            await asked(here, stranger, str(33_623_000_000 + sent))
        with pytest.raises(Refused, match="FLOOD_WAIT"):
            await asked(here, stranger, "33623999999")
        assert await ada.call(api.UpdatesGetState())


async def test_a_scraper_finds_no_more_than_so_many_a_day() -> None:
    """By names and by numbers together, with however many accounts at one address."""
    clock = Ahead()
    async with wired(clock, rate_scale=1.0) as here:
        scrapers = [await here.known() for _ in range(16)]
        for number, scraper in enumerate(scrapers):
            await here.log_in(scraper, str(33_624_000_000 + number))
        found = 0
        for hour in range(0, DAY_S, STEP_S):
            for scraper in [await here.client(one.auth) for one in scrapers]:
                found += await imported(scraper, 33_700_000_000 + (hour + found) * BOOK)
                found += await resolved(scraper)
            clock.ahead += STEP_S
        assert LOOKUPS_A_DAY_MAX * 0.8 < found <= LOOKUPS_A_DAY_MAX


async def resolved(scraper: Client) -> int:
    """Ask for names until it is refused; return how many were looked up."""
    found = 0
    while True:
        names = [
            api.ContactsResolveUsername(username=f"nobody{n}") for n in range(found, found + 50)
        ]
        answers = await asyncio.gather(*map(scraper.call, names), return_exceptions=True)
        found += sum("USERNAME_NOT_OCCUPIED" in str(one) for one in answers)
        if any("FLOOD_WAIT" in str(one) for one in answers):
            return found


async def imported(scraper: Client, first: int) -> int:
    """Import one address book; return how many of its numbers were looked up."""
    book = [
        api.InputPhoneContact(client_id=n, phone=str(first + n), first_name="A", last_name="")
        for n in range(BOOK)
    ]
    try:
        done = await scraper.call(api.ContactsImportContacts(contacts=book))
    except Refused:
        return 0
    return BOOK - len(done.retry_contacts)


async def test_looking_for_ones_own_costs_the_address_nothing() -> None:
    """A class that finds its classmates again takes nothing from each other."""
    async with wired(rate_scale=1.0) as here:
        await here.log_in(ada := await here.known(), "33620000001")
        await here.log_in(claude := await here.known(), "33620000002")
        await claude.call(api.AccountUpdateUsername(username="claude_chappe"))
        book = [
            api.InputPhoneContact(
                client_id=1, phone="33620000002", first_name="Claude", last_name=""
            )
        ]
        assert (await ada.call(api.ContactsImportContacts(contacts=book))).imported
        for _ in range(5):
            await ada.call(api.ContactsSearch(q="claude", limit=5))
            await ada.call(api.ContactsSearch(q="two words", limit=5))
            await ada.call(api.ContactsResolveUsername(username="claude_chappe"))
        limiter, left = here.server.context.own(LIMITER), Rate.LOOKUP_THERE.value.size - 2
        limiter.draw(
            Rate.LOOKUP_THERE, "127.0.0.1", time.monotonic(), left
        )  # two were for the above
        with pytest.raises(Refused, match="FLOOD_WAIT"):
            await ada.call(api.ContactsSearch(q="somebody", limit=5))
