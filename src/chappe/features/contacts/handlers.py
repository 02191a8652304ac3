"""Methods contacts.*: the address book."""

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner, clean_lines
from chappe.features import accounts
from chappe.features.accounts import Contact
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from . import hooks
from .events import BecameMutual, ContactChanged
from .finding import by_phone, draw_number

CONTACTS_IMPORTED_MAX: Final = 500  # contacts in one import
CONTACTS_MAX: Final = 10_000  # contacts of one person
NOTE_CHARACTERS_MAX: Final = 128  # characters of what one writes about a contact


async def _add(call: Call, user: int, *, found: bool = False, **given: str) -> bool:
    """Keep somebody among the contacts; False if there are too many. `found`: by the number given."""
    mine = await call.look(Owner(Kind.USER, user)).get(Contact, call.user)
    async with call.change() as change:
        old = await change.get(Contact, user)
        if old is None and await change.count(Contact) >= CONTACTS_MAX:
            return False
        new = old or Contact(user=user, first_name="")
        found = found or (new.found and given.get("phone", new.phone) == new.phone)
        change.put(msgspec.structs.replace(new, mutual=mine is not None, found=found, **given))
        change.announce_without_pts(ContactChanged(user=user))
        if mine is not None and not mine.mutual:
            change.send_command(Owner(Kind.USER, user), BecameMutual(user=call.user, known=True))
    return True


@method(api.ContactsGetContacts)
async def get_contacts(call: Call, request: api.ContactsGetContacts) -> api.TypeContactsContacts:
    """Return the caller's contacts."""
    viewer = call.viewer()
    contacts = await call.look().scan(Contact, limit=CONTACTS_MAX)
    for contact in contacts:
        viewer.mention_user(contact.user)
    users, _ = await accounts.peers(viewer)
    shown = [api.Contact(user_id=c.user, mutual=c.mutual) for c in contacts]
    return api.ContactsContacts(contacts=shown, saved_count=0, users=users)


@method(api.ContactsGetSaved, raises=(errors.TakeoutRequired,))
async def get_saved(call: Call, request: api.ContactsGetSaved) -> list[api.SavedPhoneContact]:
    """Return the numbers the caller has saved, for an export. When each was saved is not kept."""
    if not call.takeout:
        raise errors.TakeoutRequired
    return [
        api.SavedPhoneContact(
            phone=one.phone, first_name=one.first_name, last_name=one.last_name, date=0
        )
        for one in await call.look().scan(Contact, limit=CONTACTS_MAX)
        if one.phone
    ]


@method(api.ContactsGetContactIDs)
async def get_contact_ids(call: Call, request: api.ContactsGetContactIDs) -> list[int]:
    """Return the ids of the caller's contacts."""
    return [c.user for c in await call.look().scan(Contact, limit=CONTACTS_MAX)]


@method(api.ContactsGetStatuses)
async def get_statuses(call: Call, request: api.ContactsGetStatuses) -> list[api.ContactStatus]:
    """Return which contacts are here."""
    viewer = call.viewer()
    may_see = call.context.ask(accounts.hooks.may_see)
    return [
        api.ContactStatus(user_id=c.user, status=await accounts.status_of(viewer, c.user, may_see))
        for c in await call.look().scan(Contact, limit=CONTACTS_MAX)
    ]


def _number(phone: str) -> str:
    """Return the digits of a number out of an address book; '' for what is none."""
    try:
        return accounts.clean_phone(phone)
    except errors.PhoneNumberInvalid:
        return ""


def _digits(phone: str) -> str:
    """Return the digits of what somebody notes as a number, which need not be one."""
    return "".join(c for c in phone if c in "0123456789")


def _payable(call: Call, phone: str, known: set[str]) -> bool:
    """Whether a number may be looked up: one by which a contact was found, or there is budget for it."""
    if phone in known:
        return True
    try:
        draw_number(call)
    except errors.FloodWait:
        return False
    return True


@method(api.ContactsImportContacts, rate=Rate.LOOKUP, home=Home.CALLER)
async def import_contacts(
    call: Call, request: api.ContactsImportContacts
) -> api.ContactsImportedContacts:
    """Add people by their phone numbers; numbers nobody has are not kept.

    Each number has its price, so that nobody makes a directory of who is here. What there is no budget
    for, and what is behind the bound of one import, is to be asked again later.
    """
    imported: list[api.ImportedContact] = []
    later: list[int] = []
    viewer = call.viewer()
    known = {c.phone for c in await call.look().scan(Contact, limit=CONTACTS_MAX) if c.found}
    given: Any
    for count, given in enumerate(request.contacts):
        if count >= CONTACTS_IMPORTED_MAX:
            later.append(given.client_id)
            continue
        phone = _number(given.phone)
        if not phone:
            continue
        if not _payable(call, phone, known):
            later.append(given.client_id)
            continue
        user = await by_phone(call, phone)
        if user is None:
            continue
        first = accounts.clean_person_name(given.first_name) or "?"
        last = accounts.clean_person_name(given.last_name)
        if user != call.user and not await _add(
            call, user, found=True, first_name=first, last_name=last, phone=phone
        ):
            continue
        imported.append(api.ImportedContact(user_id=user, client_id=given.client_id))
        viewer.mention_user(user)
    users, _ = await accounts.peers(viewer)
    return api.ContactsImportedContacts(
        imported=imported, popular_invites=[], retry_contacts=later, users=users
    )


async def _updates(call: Call, users: list[int]) -> api.Updates:
    viewer = call.viewer()
    updates = [await ContactChanged(user=user).render(viewer, 0) for user in users]
    shown, chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=shown, chats=chats, date=call.now, seq=0)


@method(
    api.ContactsAddContact,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserIdInvalid, errors.ContactNameEmpty, errors.ContactIdInvalid),
)
async def add_contact(call: Call, request: api.ContactsAddContact) -> api.TypeUpdates:
    """Add somebody one can name, without needing their number."""
    user = await accounts.user_of(call, request.id)
    if user in (call.user, accounts.SERVICE_USER):
        raise errors.ContactIdInvalid
    first = accounts.clean_person_name(request.first_name)
    if not first:
        raise errors.ContactNameEmpty
    given = {"first_name": first, "last_name": accounts.clean_person_name(request.last_name)}
    phone = _number(request.phone) or _digits(request.phone)
    if phone:
        given["phone"] = phone[: accounts.PHONE_DIGITS_MAX]
    if request.note is not None:
        given["note"] = clean_lines(request.note.text)[:NOTE_CHARACTERS_MAX]
    if not await _add(call, user, found=False, **given):
        raise errors.ContactIdInvalid
    if request.add_phone_privacy_exception:
        await call.context.ask(hooks.show_phone_to)(call, user)
    return await _updates(call, [user])


@method(
    api.ContactsAcceptContact,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserIdInvalid, errors.ContactReqMissing, errors.ContactIdInvalid),
)
async def accept_contact(call: Call, request: api.ContactsAcceptContact) -> api.TypeUpdates:
    """Let somebody who has added the caller see the caller's number, and add them too."""
    user = await accounts.user_of(call, request.id)
    if await call.look(Owner(Kind.USER, user)).get(Contact, call.user) is None:
        raise errors.ContactReqMissing
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        raise errors.ContactIdInvalid
    if await call.look().get(Contact, user) is None and not await _add(
        call, user, first_name=record.first_name, last_name=record.last_name
    ):
        raise errors.ContactIdInvalid
    await call.context.ask(hooks.show_phone_to)(call, user)
    return await _updates(call, [user])


async def _remove(call: Call, wanted: Callable[[Contact], bool]) -> None:
    async with call.change() as change:
        for contact in await change.scan(Contact):
            if wanted(contact):
                change.drop(Contact, contact.user)
                change.announce_without_pts(ContactChanged(user=contact.user))
                if contact.mutual:
                    command = BecameMutual(user=call.user, known=False)
                    change.send_command(Owner(Kind.USER, contact.user), command)


@method(
    api.ContactsDeleteContacts, rate=Rate.WRITE, home=Home.CALLER, raises=(errors.UserIdInvalid,)
)
async def delete_contacts(call: Call, request: api.ContactsDeleteContacts) -> api.TypeUpdates:
    """Remove people from the caller's contacts."""
    ids = [await accounts.user_of(call, given) for given in request.id[:CONTACTS_IMPORTED_MAX]]
    await _remove(call, lambda contact: contact.user in ids)
    return await _updates(call, ids)


@method(api.ContactsDeleteByPhones, rate=Rate.WRITE, home=Home.CALLER)
async def delete_by_phones(call: Call, request: api.ContactsDeleteByPhones) -> bool:
    """Remove people from the caller's contacts by the numbers they were added with."""
    given = request.phones[:CONTACTS_IMPORTED_MAX]
    phones = ({_number(p) for p in given} | {_digits(p) for p in given}) - {""}
    await _remove(call, lambda contact: contact.phone in phones)
    return True


@method(
    api.ContactsUpdateContactNote,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserIdInvalid, errors.ContactMissing),
)
async def update_contact_note(call: Call, request: api.ContactsUpdateContactNote) -> bool:
    """Write about a contact for oneself; they never see it."""
    user = await accounts.user_of(call, request.id)
    async with call.change() as change:
        contact = await change.get(Contact, user)
        if contact is None:
            raise errors.ContactMissing
        note = clean_lines(request.note.text)[:NOTE_CHARACTERS_MAX]
        change.put(msgspec.structs.replace(contact, note=note))
        change.announce_without_pts(ContactChanged(user=user))
    return True


@method(api.ContactsEditCloseFriends, rate=Rate.WRITE, home=Home.CALLER)
async def edit_close_friends(call: Call, request: api.ContactsEditCloseFriends) -> bool:
    """Say who of the contacts are close friends; whoever is not named is none."""
    named = set(request.id[:CONTACTS_MAX])
    async with call.change() as change:
        for contact in await change.scan(Contact):
            close = contact.user in named
            if contact.close != close:
                change.put(msgspec.structs.replace(contact, close=close))
                change.announce_without_pts(ContactChanged(user=contact.user))
    return True


@method(api.ContactsGetBirthdays)
async def get_birthdays(
    call: Call, request: api.ContactsGetBirthdays
) -> api.ContactsContactBirthdays:
    """Return which contacts have their birthday today, yesterday or tomorrow, if they tell it."""
    days = {time.gmtime(call.now + i * 86_400)[1:3] for i in (-1, 0, 1)}
    viewer, found = call.viewer(), []
    for contact in await call.look().scan(Contact):
        record = await call.look(Owner(Kind.USER, contact.user)).get(accounts.User)
        if record is None or (record.birthday[1], record.birthday[0]) not in days:
            continue
        birthday = accounts.birthday_of(record)
        may_see = call.context.ask(accounts.hooks.may_see)
        if birthday is not None and await may_see(viewer, contact.user, "birthday"):
            found.append(api.ContactBirthday(contact_id=contact.user, birthday=birthday))
            viewer.mention_user(contact.user)
    users, _ = await accounts.peers(viewer)
    return api.ContactsContactBirthdays(contacts=found, users=users)
