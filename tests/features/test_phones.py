"""A telephone number is one number however it is written: signing up, signing in, looking somebody up."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.features import accounts
from chappe.features.accounts.rules import PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, clean_phone
from chappe.features.contacts.handlers import CONTACTS_IMPORTED_MAX
from chappe.tl import api, errors

from .village import Device, Village, village

NUMBER = "33612345678"
WRITTEN = [
    NUMBER,
    f"+{NUMBER}",
    f"00{NUMBER}",
    "+33 6 12 34 56 78",
    "0033 (6) 12-34-56-78",
    "+33.6.12.34.56.78",
    "\u202a+33\u00a06\u00a012\u00a034\u00a056\u00a078\u202c",
    "+33\u20116\u201112345678",
    "＋３３６１２３４５６７８",
    "+٣٣٦١٢٣٤٥٦٧٨",
    "33/612345678",
    " 336 12345678\t",
    "\u200e+33 612345678",
]
NO_NUMBERS = [
    "",
    "+",
    "1234",
    "1" * 16,
    "0612345678",
    "+0033612345678",
    "000033612345678",
    "3361234567x",
    "336+12345678",
    "++33612345678",
    "+33612345678,5",
    "²²²²²²²",
    "phone",
    "+33612345678;ext=1",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    """With a plus or 00, with spaces, dashes, brackets, marks of direction, in other digits."""
    assert clean_phone(written) == NUMBER


@pytest.mark.parametrize("written", NO_NUMBERS)
def test_what_is_no_number_of_any_country_is_refused(written: str) -> None:
    """Too short, too long, without its country, with letters, with a sign in its midst."""
    with pytest.raises(errors.PhoneNumberInvalid):
        clean_phone(written)


@given(
    st.from_regex(r"[1-9][0-9]{4,14}", fullmatch=True),
    st.sampled_from(["", "+", "00"]),
    st.lists(st.sampled_from(" -().\u00a0"), min_size=15, max_size=15),
)
def test_signs_between_digits_never_matter(digits: str, before: str, between: list[str]) -> None:
    """Whatever stands between, the digits are the number; and a number is one of itself."""
    written = before + "".join(d + sign for d, sign in zip(digits, between, strict=False))
    assert PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX
    assert clean_phone(written) == clean_phone(clean_phone(written)) == digits


async def sign_in(v: Village, phone: str, written: str) -> Any:
    """Sign somebody in on a new device who writes their number so."""
    device: Device = await v.stranger()
    sent = await device(
        api.AuthSendCode(phone_number=written, api_id=1, api_hash="x", settings=api.CodeSettings())
    )
    return await device(
        api.AuthSignIn(
            phone_number=written, phone_code_hash=sent.phone_code_hash, phone_code=v.code(phone)
        )
    )


async def test_who_writes_their_number_otherwise_is_the_same_person() -> None:
    """No second account; what is no number is refused at once."""
    async with village(twins=False) as v:
        ada = await v.person("Ada", phone=NUMBER)
        for written in WRITTEN:
            assert (await sign_in(v, NUMBER, written)).user.id == ada.id
        with pytest.raises(errors.PhoneNumberInvalid):
            await sign_in(v, NUMBER, "0612345678")


async def test_an_account_that_was_kept_with_two_zeros_is_found_by_its_number() -> None:
    """Its owner signs in by either spelling, others find it, nobody signs up beside it, and it may move."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        old, me = ada.phone, ada.device.client.user
        kept = f"00{old}"
        box = accounts.owner_of(ada.id)
        assert me == ada.id
        async with v.context.change(box) as change:
            record = await change.get(accounts.User)
            assert record is not None
            change.put(msgspec.structs.replace(record, phone=kept))
        assert await accounts.claim(v.context, "phone", kept, box, None)
        await accounts.release(v.context, "phone", old, box)
        for written in (old, kept, f"+{old}"):
            assert (await sign_in(v, old, written)).user.id == ada.id
        found = await bob(
            api.ContactsImportContacts(
                contacts=[
                    api.InputPhoneContact(client_id=1, phone=kept, first_name="Ada", last_name="")
                ]
            )
        )
        assert [u.id for u in found.users] == [ada.id]
        await v.wait(100_000)
        sent = await ada(
            api.AccountSendChangePhoneCode(phone_number=f"+{old}", settings=api.CodeSettings())
        )
        moved = await ada(
            api.AccountChangePhone(
                phone_number=f"+{old}", phone_code_hash=sent.phone_code_hash, phone_code=v.code(old)
            )
        )
        assert moved.phone == old
        assert await accounts.find_owner(v.context, "phone", kept) is None


async def test_a_contact_is_found_however_the_address_book_writes_it() -> None:
    """The number kept is the number; what is no number finds nobody and costs nothing."""
    async with village(twins=False) as v:
        ada, _ = await v.person("Ada"), await v.person("Bob", phone=NUMBER)
        for written in WRITTEN:
            book = [
                api.InputPhoneContact(client_id=1, phone=written, first_name="B", last_name=""),
                api.InputPhoneContact(
                    client_id=2, phone="0612345678", first_name="C", last_name=""
                ),
            ]
            got = await ada(api.ContactsImportContacts(contacts=book))
            assert [c.client_id for c in got.imported] == [1]
            assert got.retry_contacts == []
            assert [u.phone for u in got.users] == [NUMBER]
            assert (await ada(api.ContactsResolvePhone(phone=written))).users


async def test_contacts_behind_the_bound_of_one_import_are_to_be_asked_again() -> None:
    """None vanishes without a word, and a second import brings them."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        book = [
            api.InputPhoneContact(client_id=i, phone=f"+1999{i:07d}", first_name="x", last_name="")
            for i in range(CONTACTS_IMPORTED_MAX)
        ]
        last = api.InputPhoneContact(client_id=777, phone=bob.phone, first_name="B", last_name="")
        got = await ada(api.ContactsImportContacts(contacts=[*book, last]))
        assert 777 in got.retry_contacts
        again = await ada(api.ContactsImportContacts(contacts=[last]))
        assert [c.client_id for c in again.imported] == [777]
