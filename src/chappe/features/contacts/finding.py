"""Search for people: by username, phone number, personal link, or name among one's contacts."""

from hmac import compare_digest
from typing import Final

from chappe.core import Kind, NameQuery, Owner, web_links
from chappe.features import accounts
from chappe.features.accounts import Contact
from chappe.features.chats import find_chats, public_chat
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors

CONTACTS_SOUGHT_MAX: Final = 10_000  # contacts looked through for a name
FOUND_MAX: Final = 50  # contacts in one answer
QUERY_CHARACTERS_MAX: Final = 128  # characters of a name that is sought
TOKEN_LIFETIME_S: Final = 7 * 86_400  # seconds a link to oneself is good for
TOKEN_BYTES: Final = 28  # id, expiry and 16 bytes of proof


async def by_phone(call: Call, phone: str) -> int | None:
    """Return whose number this is, if they let themselves be found by it."""
    try:
        digits = accounts.clean_phone(phone)
    except errors.PhoneNumberInvalid:
        return None
    user = await accounts.user_by_phone(call.context, digits)
    if user is None:
        return None
    may_see = call.context.ask(accounts.hooks.may_see)
    allowed = user == call.user or await may_see(call.viewer(), user, "added_by_phone")
    return user if allowed else None


def draw_number(call: Call) -> None:
    """Pay for a number that is asked after.

    Raises:
        errors.FloodWait: the caller, or all who come from their address, asked after too many.
    """
    call.draw(Rate.NUMBERS, call.user)
    call.draw(Rate.NUMBERS_THERE, call.client.address)


def _may_be_username(wanted: str) -> bool:
    try:
        accounts.clean_username(wanted)
    except errors.UsernameInvalid:
        return False
    return True


def _found_nobody_new(call: Call) -> None:
    """Give back to the caller's address what a look-up took by which nobody makes a directory."""
    call.give_back(Rate.LOOKUP_THERE, call.client.address)


@method(
    api.ContactsResolveUsername,
    needs=Needs.LOGIN,
    rate=Rate.LOOKUP,
    raises=(errors.UsernameNotOccupied, errors.UsernameInvalid),
)
async def resolve_username(
    call: Call, request: api.ContactsResolveUsername
) -> api.ContactsResolvedPeer:
    """Return whose username this is."""
    owner = await accounts.find_owner(
        call.context, "username", accounts.clean_username(request.username)
    )
    viewer = call.viewer()
    if owner is None:
        raise errors.UsernameNotOccupied
    if owner.kind is Kind.CHANNEL:
        if not await public_chat(call.context, owner, request.username):
            raise errors.UsernameNotOccupied
        peer = accounts.show_peer(viewer, accounts.peer_id(owner))
        users, chats = await accounts.peers(viewer)
        return api.ContactsResolvedPeer(peer=peer, chats=chats, users=users)
    record = await call.look(owner).get(accounts.User)
    if record is None or record.username.lower() != request.username.lower():
        raise errors.UsernameNotOccupied
    if owner == call.me or await call.look().get(Contact, owner.id) is not None:
        _found_nobody_new(call)
    viewer.mention_user(owner.id)
    users, chats = await accounts.peers(viewer)
    return api.ContactsResolvedPeer(peer=api.PeerUser(user_id=owner.id), chats=chats, users=users)


@method(api.ContactsResolvePhone, rate=Rate.LOOKUP, raises=(errors.PhoneNotOccupied,))
async def resolve_phone(call: Call, request: api.ContactsResolvePhone) -> api.ContactsResolvedPeer:
    """Return whose phone number this is, if their privacy allows; it costs what an imported one does."""
    draw_number(call)
    user = await by_phone(call, request.phone)
    if user is None:
        raise errors.PhoneNotOccupied
    viewer = call.viewer()
    viewer.mention_user(user)
    users, chats = await accounts.peers(viewer)
    return api.ContactsResolvedPeer(peer=api.PeerUser(user_id=user), chats=chats, users=users)


@method(api.ContactsSearch, rate=Rate.LOOKUP, raises=(errors.SearchQueryEmpty,))
async def search(call: Call, request: api.ContactsSearch) -> api.ContactsFound:
    """Find people and chats one has, and public chats, by name; others by their username or the directory."""
    wanted = request.q.strip().lstrip("@").lower()
    name = NameQuery(wanted[:QUERY_CHARACTERS_MAX])
    if not name:
        raise errors.SearchQueryEmpty
    viewer = call.viewer()
    contacts = call.look().pages(Contact, limit=CONTACTS_SOUGHT_MAX)
    mine: list[int] = []
    async for page in call.reading(contacts, Rate.SEARCH):
        mine += [c.user for c in page if name.fits(c.first_name, c.last_name)]
    mine = mine[: max(1, min(request.limit, FOUND_MAX))]
    others: list[int] = []
    owner = await accounts.find_owner(call.context, "username", wanted)
    if owner is not None and owner.kind is Kind.USER and owner.id not in mine:
        record = await call.look(owner).get(accounts.User)
        if record is not None and record.username.lower() == wanted:
            others.append(owner.id)
    listed = await accounts.in_directory(call, wanted)
    others += [user for user in listed if user not in mine and user not in others]
    others = others[:FOUND_MAX]
    inside, public = await find_chats(call, wanted, request.limit)
    nobody_new = not others and not public and (mine or inside or not _may_be_username(wanted))
    if nobody_new or call.context.config.directory:  # then it is no secret who is here
        _found_nobody_new(call)
    own = [accounts.show_peer(viewer, peer) for peer in (*mine, *inside)]
    found = [accounts.show_peer(viewer, peer) for peer in (*others, *public)]
    users, chats = await accounts.peers(viewer)
    return api.ContactsFound(
        my_results=own,
        results=found,
        chats=chats,
        users=users,
    )


@method(api.ContactsGetTopPeers)
async def get_top_peers(call: Call, request: api.ContactsGetTopPeers) -> api.TypeContactsTopPeers:
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


# -- links to oneself that need no username ---------------------------------------------------------


def _proof(call: Call, user: int, expires: int) -> bytes:
    parts = [call.context.keyed("contact_token", user, expires, i) for i in range(2)]
    return b"".join(p.to_bytes(8, "big") for p in parts)


@method(api.ContactsExportContactToken, rate=Rate.LOOKUP)
async def export_contact_token(
    call: Call, request: api.ContactsExportContactToken
) -> api.ExportedContactToken:
    """Return a link by which whoever has it finds the caller, for a week."""
    expires = call.now + TOKEN_LIFETIME_S
    said = call.user.to_bytes(8, "big") + expires.to_bytes(4, "big")
    token = (said + _proof(call, call.user, expires)).hex()
    url = web_links.contact_link(call.context.config.web_address, token)
    return api.ExportedContactToken(url=url, expires=expires)


@method(api.ContactsImportContactToken, rate=Rate.LOOKUP, raises=(errors.ImportTokenInvalid,))
async def import_contact_token(call: Call, request: api.ContactsImportContactToken) -> api.TypeUser:
    """Return whose link this is."""
    try:
        token = bytes.fromhex(web_links.code_in_link(request.token))
    except ValueError:
        raise errors.ImportTokenInvalid from None
    user, expires = int.from_bytes(token[:8], "big"), int.from_bytes(token[8:12], "big")
    right = len(token) == TOKEN_BYTES and user >> 62 == 0
    if not right or not compare_digest(token[12:], _proof(call, user, expires)):
        raise errors.ImportTokenInvalid
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    if expires <= call.now or record is None or record.deleted:
        raise errors.ImportTokenInvalid
    return await accounts.show_user(call.viewer(), user)


@method(api.ContactsGetLocated, rate=Rate.LOOKUP, raises=(errors.GeoPointInvalid,))
async def get_located(call: Call, request: api.ContactsGetLocated) -> api.TypeUpdates:
    """Refuse: nobody is found by where they are."""
    raise errors.GeoPointInvalid
