"""contacts.*: people one knows, blocks, look-ups by name and number."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import Contact
from chappe.features.accounts import rules as names_rules
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors

from .events import BecameMutual, BlockChanged
from .records import Blocked

CONTACTS_IMPORTED_MAX: Final = 500  # contacts in one import
CONTACTS_MAX: Final = 10_000  # contacts of one person


async def _by_phone(call: Call, phone: str) -> int | None:
    try:
        digits = names_rules.clean_phone(phone)
    except errors.PhoneNumberInvalid:
        return None
    owner = await accounts.find(call.house, "phone", digits)
    if owner is None:
        return None
    record = await call.look(owner).get(accounts.User)
    if record is None or record.phone != digits or record.deleted:
        return None
    may_see = call.service("may_see")
    allowed = owner.id == call.user or await may_see(call.viewer(), owner.id, "added_by_phone")
    return owner.id if allowed else None


async def _add(call: Call, user: int, first_name: str, last_name: str, phone: str) -> None:
    mine = await call.look(Owner(Kind.USER, user)).get(Contact, call.user)
    async with call.change() as change:
        known = await change.get(Contact, user)
        change.put(
            Contact(
                user=user,
                first_name=first_name,
                last_name=last_name,
                phone=phone,
                mutual=mine is not None,
                photo=known.photo if known is not None else 0,
            )
        )
        if mine is not None and user != call.user:
            change.post(Owner(Kind.USER, user), BecameMutual(user=call.user, known=True))


@method(api.ContactsGetContacts)
async def get_contacts(call: Call, request: api.ContactsGetContacts) -> Any:
    """Return the caller's contacts."""
    viewer = call.viewer()
    contacts = await call.look().scan(Contact, limit=CONTACTS_MAX)
    for contact in contacts:
        viewer.mention_user(contact.user)
    users, _ = await accounts.peers(viewer)
    shown = [api.Contact(user_id=c.user, mutual=c.mutual) for c in contacts]
    return api.ContactsContacts(contacts=shown, saved_count=0, users=users)


@method(api.ContactsGetContactIDs)
async def get_contact_ids(call: Call, request: api.ContactsGetContactIDs) -> list[int]:
    """Return the ids of the caller's contacts."""
    return [c.user for c in await call.look().scan(Contact, limit=CONTACTS_MAX)]


@method(api.ContactsGetStatuses)
async def get_statuses(call: Call, request: api.ContactsGetStatuses) -> list[Any]:
    """Return which contacts are here."""
    viewer = call.viewer()
    may_see = call.service("may_see")
    return [
        api.ContactStatus(user_id=c.user, status=await accounts.status_of(viewer, c.user, may_see))
        for c in await call.look().scan(Contact, limit=CONTACTS_MAX)
    ]


@method(api.ContactsImportContacts, rate=Rate.LOOKUP)
async def import_contacts(call: Call, request: api.ContactsImportContacts) -> Any:
    """Add people by their phone numbers; numbers nobody has are not kept."""
    imported: list[Any] = []
    viewer = call.viewer()
    for given in request.contacts[:CONTACTS_IMPORTED_MAX]:
        user = await _by_phone(call, given.phone)
        if user is None:
            continue
        first = names_rules.clean_name(given.first_name) or "?"
        phone = names_rules.clean_phone(given.phone)
        if user != call.user:
            await _add(call, user, first, names_rules.clean_name(given.last_name), phone)
        imported.append(api.ImportedContact(user_id=user, client_id=given.client_id))
        viewer.mention_user(user)
    users, _ = await accounts.peers(viewer)
    return api.ContactsImportedContacts(
        imported=imported, popular_invites=[], retry_contacts=[], users=users
    )


def _updates(call: Call, users: list[Any]) -> Any:
    return api.Updates(
        updates=[
            api.UpdatePeerSettings(peer=api.PeerUser(user_id=u.id), settings=api.PeerSettings())
            for u in users
        ],
        users=users,
        chats=[],
        date=call.now,
        seq=0,
    )


@method(
    api.ContactsAddContact,
    rate=Rate.WRITE,
    raises=(errors.UserIdInvalid, errors.ContactNameEmpty, errors.ContactIdInvalid),
)
async def add_contact(call: Call, request: api.ContactsAddContact) -> Any:
    """Add somebody one can name, without needing their number."""
    user = await accounts.user_of(call, request.id)
    if user == call.user:
        raise errors.ContactIdInvalid
    first = names_rules.clean_name(request.first_name)
    if not first:
        raise errors.ContactNameEmpty
    phone = request.phone.lstrip("+")
    await _add(call, user, first, names_rules.clean_name(request.last_name), phone)
    return _updates(call, [await accounts.show_user(call.viewer(), user)])


@method(
    api.ContactsAcceptContact,
    rate=Rate.WRITE,
    raises=(errors.UserIdInvalid, errors.ContactReqMissing),
)
async def accept_contact(call: Call, request: api.ContactsAcceptContact) -> Any:
    """Add somebody who has added the caller."""
    user = await accounts.user_of(call, request.id)
    if await call.look(Owner(Kind.USER, user)).get(Contact, call.user) is None:
        raise errors.ContactReqMissing
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    first, last = (record.first_name, record.last_name) if record else ("?", "")
    await _add(call, user, first, last, "")
    return _updates(call, [await accounts.show_user(call.viewer(), user)])


@method(api.ContactsDeleteContacts, rate=Rate.WRITE, raises=(errors.UserIdInvalid,))
async def delete_contacts(call: Call, request: api.ContactsDeleteContacts) -> Any:
    """Remove people from the caller's contacts."""
    ids = [await accounts.user_of(call, given) for given in request.id[:CONTACTS_IMPORTED_MAX]]
    async with call.change() as change:
        for user in ids:
            change.drop(Contact, user)
            change.post(Owner(Kind.USER, user), BecameMutual(user=call.user, known=False))
    viewer = call.viewer()
    return _updates(call, [await accounts.show_user(viewer, user) for user in ids])


@method(api.ContactsDeleteByPhones, rate=Rate.WRITE)
async def delete_by_phones(call: Call, request: api.ContactsDeleteByPhones) -> bool:
    """Remove people from the caller's contacts by number."""
    phones = {p.lstrip("+") for p in request.phones}
    async with call.change() as change:
        for contact in await change.scan(Contact):
            if contact.phone in phones:
                change.drop(Contact, contact.user)
    return True


@method(api.ContactsBlock, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS, errors.ContactIdInvalid))
async def block(call: Call, request: api.ContactsBlock) -> bool:
    """Block somebody: they can no longer write to the caller nor see when they are here."""
    owner = await accounts.peer_of(call, request.id)
    if owner == call.me:
        raise errors.ContactIdInvalid
    async with call.change() as change:
        if await change.get(Blocked, owner.id) is None:
            change.put(Blocked(user=owner.id, date=call.now))
            change.notice(BlockChanged(user=owner.id))
    return True


@method(api.ContactsUnblock, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS,))
async def unblock(call: Call, request: api.ContactsUnblock) -> bool:
    """Lift a block."""
    owner = await accounts.peer_of(call, request.id)
    async with call.change() as change:
        if await change.get(Blocked, owner.id) is not None:
            change.drop(Blocked, owner.id)
            change.notice(BlockChanged(user=owner.id))
    return True


@method(api.ContactsGetBlocked)
async def get_blocked(call: Call, request: api.ContactsGetBlocked) -> Any:
    """Return whom the caller has blocked."""
    viewer = call.viewer()
    blocked = await call.look().scan(Blocked)
    page = blocked[max(0, request.offset) :][: min(max(request.limit, 0), 100)]
    for entry in page:
        viewer.mention_user(entry.user)
    users, chats = await accounts.peers(viewer)
    shown = [api.PeerBlocked(peer_id=api.PeerUser(user_id=b.user), date=b.date) for b in page]
    return api.ContactsBlockedSlice(count=len(blocked), blocked=shown, chats=chats, users=users)


@method(
    api.ContactsResolveUsername,
    needs=Needs.LOGIN,
    rate=Rate.LOOKUP,
    raises=(errors.UsernameNotOccupied, errors.UsernameInvalid),
)
async def resolve_username(call: Call, request: api.ContactsResolveUsername) -> Any:
    """Return whose username this is."""
    owner = await accounts.find(
        call.house, "username", names_rules.check_username(request.username)
    )
    viewer = call.viewer()
    if owner is None:
        raise errors.UsernameNotOccupied
    if owner.kind is Kind.CHANNEL:
        if not await call.service("public_chat")(call.house, owner, request.username):
            raise errors.UsernameNotOccupied
        peer = accounts.show_peer(viewer, accounts.peer_id(owner))
        users, chats = await accounts.peers(viewer)
        return api.ContactsResolvedPeer(peer=peer, chats=chats, users=users)
    record = await call.look(owner).get(accounts.User)
    if record is None or record.username.lower() != request.username.lower():
        raise errors.UsernameNotOccupied
    viewer.mention_user(owner.id)
    users, chats = await accounts.peers(viewer)
    return api.ContactsResolvedPeer(peer=api.PeerUser(user_id=owner.id), chats=chats, users=users)


@method(api.ContactsResolvePhone, rate=Rate.LOOKUP, raises=(errors.PhoneNotOccupied,))
async def resolve_phone(call: Call, request: api.ContactsResolvePhone) -> Any:
    """Return whose phone number this is, if their privacy allows."""
    user = await _by_phone(call, request.phone)
    if user is None:
        raise errors.PhoneNotOccupied
    viewer = call.viewer()
    viewer.mention_user(user)
    users, chats = await accounts.peers(viewer)
    return api.ContactsResolvedPeer(peer=api.PeerUser(user_id=user), chats=chats, users=users)


@method(api.ContactsSearch, rate=Rate.LOOKUP, raises=(errors.SearchQueryEmpty,))
async def search(call: Call, request: api.ContactsSearch) -> Any:
    """Find people among one's contacts by name, and anybody by their whole username."""
    wanted = request.q.lstrip("@").casefold().strip()
    if not wanted:
        raise errors.SearchQueryEmpty
    viewer = call.viewer()
    mine = [
        c.user
        for c in await call.look().scan(Contact, limit=CONTACTS_MAX)
        if wanted in f"{c.first_name} {c.last_name}".casefold()
    ][: max(1, min(request.limit, 50))]
    others: list[int] = []
    owner = await accounts.find(call.house, "username", wanted)
    if owner is not None and owner.kind is Kind.USER and owner.id not in mine:
        record = await call.look(owner).get(accounts.User)
        if record is not None and record.username.lower() == wanted:
            others.append(owner.id)
    for user in (*mine, *others):
        viewer.mention_user(user)
    users, chats = await accounts.peers(viewer)
    return api.ContactsFound(
        my_results=[api.PeerUser(user_id=u) for u in mine],
        results=[api.PeerUser(user_id=u) for u in others],
        chats=chats,
        users=users,
    )


@method(api.ContactsGetTopPeers)
async def get_top_peers(call: Call, request: api.ContactsGetTopPeers) -> Any:
    """Return that no ranking of whom one talks to is kept."""
    return api.ContactsTopPeersDisabled()


@method(api.ContactsResetTopPeerRating, rate=Rate.WRITE)
async def reset_top_peer_rating(call: Call, request: api.ContactsResetTopPeerRating) -> bool:
    """Agree: there is no ranking."""
    return True


@method(api.ContactsToggleTopPeers, rate=Rate.WRITE)
async def toggle_top_peers(call: Call, request: api.ContactsToggleTopPeers) -> bool:
    """Agree to keep no ranking; it cannot be turned on."""
    return not request.enabled
