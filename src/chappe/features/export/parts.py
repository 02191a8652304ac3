"""The files of an export, one after the other: each has a name, a class, and is written page by page.

Names come of what is in a file, months and numbers, not of how far a writer got. So an export that was cut
off goes on where it stopped: files that are whole are not asked for again.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.tl import api, errors
from chappe.updates import Context

from .asking import Ask
from .classes import CLASSES, Conversation, DataClass, Wanted
from .sections import sections_of
from .shapes import (
    Attached,
    Said,
    Shown,
    as_fields,
    attached_to,
    month_of,
    names_in,
    peer_key,
    photo_file,
    show,
    shown_name,
    when,
)

FORMAT: Final = "chappe-export"
VERSION: Final = (
    1  # of the shape; a reader of an older one can read a newer one, fields are only added
)
PAGE_MESSAGES: Final = 100  # messages asked for at a time
PAGE_DIALOGS: Final = 100  # conversations, likewise
PAGE_PHOTOS: Final = 100
CHUNK_BYTES: Final = 512 * 1024  # bytes of a file asked for at a time
TOO_LARGE: Final = "(left out: larger than was asked for)"
NOT_ASKED: Final = "(left out: files were not asked for)"

Listed = Callable[[Ask], Awaitable[dict[str, object]]]
Content = Callable[[], AsyncIterator[bytes]]


class Part(NamedTuple):
    """One file of an export."""

    name: str  # its path, with / between folders
    of: DataClass | None  # None: of the export itself
    content: Content
    size: int | None = None  # bytes, where that is known


class ExportedChat(NamedTuple):
    """A conversation of the person an export is of."""

    key: str
    name: str
    kind: Conversation
    peer: api.TypeInputPeer  # the InputPeer by which they name it
    shown: dict[str, object]


async def parts(context: Context, ask: Ask, user: int, wanted: Wanted) -> AsyncIterator[Part]:
    """Yield the files of an export of somebody, in order; `ask` answers as they are answered.

    The next is looked for once whoever reads has done with the one before.

    Raises:
        NoSuchPersonError: nobody is there of whom there could be one.
    """
    await _require(ask, user)
    yield _whole("export.json", None, manifest(user, wanted, int(context.clock.now())))
    if DataClass.ACCOUNT in wanted.classes:
        yield Part("account.json", DataClass.ACCOUNT, partial(_account, context, ask, user))
        async for part in _profile_photos(ask, wanted):
            yield part
    for of, name, made in _LISTS:
        if of in wanted.classes:
            yield Part(name, of, partial(_listed, context, ask, user, of, made))
    if wanted.classes & {DataClass.CHATS, DataClass.MESSAGES, DataClass.MEDIA}:
        chats = [c async for c in conversations(ask) if c.kind in wanted.conversations]
        if DataClass.CHATS in wanted.classes:
            yield _whole("chats.json", DataClass.CHATS, [c.shown for c in chats])
        if wanted.classes & {DataClass.MESSAGES, DataClass.MEDIA}:
            for chat in chats:
                async for part in _chat_parts(ask, chat, wanted):
                    yield part


class NoSuchPersonError(Exception):
    """There is no account of that number, or not any more."""


async def _require(ask: Ask, user: int) -> None:
    """Check that somebody is there of whom there can be an export.

    Raises:
        NoSuchPersonError: nobody is.
    """
    (me,) = await ask(api.UsersGetUsers(id=[api.InputUserSelf()])) or (None,)
    if not isinstance(me, api.User) or me.id != user or me.deleted:
        raise NoSuchPersonError


def manifest(user: int, wanted: Wanted, now: int) -> dict[str, object]:
    """Return what an export says of itself."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "person": user,
        "made": when(now),
        "classes": {of.value: CLASSES[of].about for of in DataClass if of in wanted.classes},
        "conversations": sorted(c.value for c in wanted.conversations),
        "since": when(wanted.since),
        "until": when(wanted.until),
    }


def as_json(value: object) -> bytes:
    """Return a value as the JSON of an export."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _whole(name: str, of: DataClass | None, value: object) -> Part:
    async def content() -> AsyncIterator[bytes]:
        yield as_json(value)

    return Part(name, of, content)


# -- the account, and lists ------------------------------------------------------------------------


async def _account(context: Context, ask: Ask, user: int) -> AsyncIterator[bytes]:
    full = await ask(api.UsersGetFullUser(id=api.InputUserSelf()))
    me = next(u for u in full.users if u.id == user)
    yield as_json(
        {
            "user": as_fields(me),
            "profile": as_fields(full.full_user),
            **await sections_of(context, user, DataClass.ACCOUNT),
        }
    )


async def _profile_photos(ask: Ask, wanted: Wanted) -> AsyncIterator[Part]:
    """Yield the photos of the profile, where files are wanted."""
    if DataClass.MEDIA not in wanted.classes:
        return
    offset = 0
    while True:
        answer = await ask(
            api.PhotosGetUserPhotos(
                user_id=api.InputUserSelf(), offset=offset, max_id=0, limit=PAGE_PHOTOS
            )
        )
        for photo in answer.photos:
            found = photo_file(photo, f"{when(photo.date)[:10]}_{photo.id}.jpg")
            if found is not None and found.size <= wanted.file_bytes_max:
                yield _file(ask, f"photos/{found.name}", found)
        offset += len(answer.photos)
        if len(answer.photos) < PAGE_PHOTOS:
            return


async def _listed(
    context: Context, ask: Ask, user: int, of: DataClass, made: Listed
) -> AsyncIterator[bytes]:
    yield as_json({**await made(ask), **await sections_of(context, user, of)})


async def _sessions(ask: Ask) -> dict[str, object]:
    answer = await ask(api.AccountGetAuthorizations())
    return {"sessions": [_session(one) for one in answer.authorizations]}


def _session(one: api.Authorization) -> dict[str, object]:
    return {
        "device": one.device_model,
        "system": one.system_version,
        "app": f"{one.app_name} {one.app_version}".strip(),
        "created": when(one.date_created),
        "active": when(one.date_active),
        "confirmed": not one.unconfirmed,
    }


async def _contacts(ask: Ask) -> dict[str, object]:
    answer = await ask(api.ContactsGetContacts(hash=0))
    blocked = await ask(api.ContactsGetBlocked(offset=0, limit=PAGE_DIALOGS))
    return {
        "contacts": [
            {
                "user_id": f"user{one.id}",
                "first_name": one.first_name or "",
                "last_name": one.last_name or "",
                "phone_number": one.phone or "",
            }
            for one in answer.users
        ],
        "blocked": [peer_key(one.peer_id) for one in blocked.blocked],
    }


async def chosen_settings(ask: Ask) -> dict[str, object]:
    """Return what somebody has set, by the methods that show it; what there is none of is left out."""
    found: dict[str, object] = {}
    for name, request in SETTINGS.items():
        with suppress(errors.RpcError):  # this account has nothing of the kind
            found[name] = as_fields(await ask(request()))
    return found


SETTINGS: Final[dict[str, Callable[[], tl.TlRequest]]] = {
    "privacy": api.AccountGetGlobalPrivacySettings,
    "last_seen": partial(api.AccountGetPrivacy, key=api.InputPrivacyKeyStatusTimestamp()),
    "phone_number": partial(api.AccountGetPrivacy, key=api.InputPrivacyKeyPhoneNumber()),
    "groups": partial(api.AccountGetPrivacy, key=api.InputPrivacyKeyChatInvite()),
    "profile_photo": partial(api.AccountGetPrivacy, key=api.InputPrivacyKeyProfilePhoto()),
    "forwards": partial(api.AccountGetPrivacy, key=api.InputPrivacyKeyForwards()),
    "account_ttl": api.AccountGetAccountTTL,
    "folders": api.MessagesGetDialogFilters,
    "drafts": api.MessagesGetAllDrafts,
    "passkeys": api.AccountGetPasskeys,
    "password": api.AccountGetPassword,
}
_LISTS: Final = (
    (DataClass.SESSIONS, "sessions.json", _sessions),
    (DataClass.CONTACTS, "contacts.json", _contacts),
    (DataClass.SETTINGS, "settings.json", chosen_settings),
)


# -- conversations ---------------------------------------------------------------------------------


async def conversations(ask: Ask) -> AsyncIterator[ExportedChat]:
    """Yield the conversations of somebody, as their list has them."""
    request = api.MessagesGetDialogs(
        offset_date=0,
        offset_id=0,
        offset_peer=api.InputPeerEmpty(),
        limit=PAGE_DIALOGS,
        hash=0,
    )
    while True:
        answer = await ask(request)
        known = {f"user{u.id}": u for u in answer.users}
        for chat in answer.chats:
            kind = "channel" if isinstance(chat, api.Channel | api.ChannelForbidden) else "chat"
            known[f"{kind}{chat.id}"] = chat
        dates = {(peer_key(m.peer_id), m.id): m.date for m in answer.messages}
        dialogs = [d for d in answer.dialogs if isinstance(d, api.Dialog)]
        for dialog in dialogs:
            key = peer_key(dialog.peer)
            if key in known:
                yield _chat(key, known[key])
        shown = [d for d in dialogs if peer_key(d.peer) in known]
        if not isinstance(answer, api.MessagesDialogsSlice) or not shown:
            return
        end, key = shown[-1], peer_key(shown[-1].peer)
        request = api.MessagesGetDialogs(
            offset_date=dates.get((key, end.top_message), 0),
            offset_id=end.top_message,
            offset_peer=_chat(key, known[key]).peer,
            limit=PAGE_DIALOGS,
            hash=0,
        )


def _chat(key: str, shown: Shown) -> ExportedChat:
    name = shown_name(shown)
    said: dict[str, object] = {}
    hash_ = getattr(shown, "access_hash", None) or 0
    match shown:
        case api.Channel() | api.ChannelForbidden():
            kind = Conversation.CHANNELS if shown.broadcast else Conversation.SUPERGROUPS
            peer: api.TypeInputPeer = api.InputPeerChannel(channel_id=shown.id, access_hash=hash_)
            rights = getattr(shown, "admin_rights", None)
            said |= {"joined": when(getattr(shown, "date", 0) or 0)}
            said |= {"my_rights": as_fields(rights)} if rights else {}
        case api.Chat() | api.ChatForbidden():
            kind = Conversation.GROUPS
            peer = api.InputPeerChat(chat_id=shown.id)
        case _:
            kind = Conversation.USERS
            own = getattr(shown, "self_", False)
            peer = (
                api.InputPeerSelf()
                if own
                else api.InputPeerUser(user_id=shown.id, access_hash=hash_)
            )
            if own:
                name = "Saved Messages"
    username = getattr(shown, "username", None)
    said |= {"username": username} if username else {}
    head = {"id": key, "name": name, "type": kind.value, "folder": f"chats/{key}"}
    return ExportedChat(key, name, kind, peer, head | said)


async def _history(ask: Ask, peer: api.TypeInputPeer, **more: int) -> Any:
    asked = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "limit": 1} | more
    return await ask(api.MessagesGetHistory(peer=peer, **asked, max_id=0, min_id=0, hash=0))


async def _chat_parts(ask: Ask, chat: ExportedChat, wanted: Wanted) -> AsyncIterator[Part]:
    """Yield a month's messages of a conversation, then the files they show, then the next month."""
    before = await _number_before(ask, chat.peer, wanted.since)
    while True:
        page = await _page(ask, chat.peer, before)
        if not page.messages or page.messages[-1].date >= wanted.until:
            return
        name, next_month = month_of(page.messages[-1].date)
        month = Month(chat, before, min(next_month, wanted.until), name)
        if DataClass.MESSAGES in wanted.classes:
            yield Part(
                f"chats/{chat.key}/messages-{name}.json",
                DataClass.MESSAGES,
                partial(_month, ask, month, wanted),
            )
        if DataClass.MEDIA in wanted.classes:
            async for part in _files(ask, month, wanted):
                yield part
        before = await _number_before(ask, chat.peer, month.until)


class Month(NamedTuple):
    """The messages of a conversation behind a number, up to a moment."""

    chat: ExportedChat
    after: int
    until: int  # seconds since 1970
    name: str

    @property
    def folder(self) -> str:
        """Where its files lie."""
        return f"chats/{self.chat.key}/files"


async def _number_before(ask: Ask, peer: api.TypeInputPeer, moment: int) -> int:
    """Return the number of the newest message before a moment; 0 if there is none."""
    if not moment:
        return 0
    answer = await _history(ask, peer, offset_date=moment)
    return answer.messages[0].id if answer.messages else 0


async def _page(ask: Ask, peer: api.TypeInputPeer, after: int) -> Any:
    """Return the next messages behind a number, the newest of them first."""
    return await _history(
        ask, peer, offset_id=after + 1, add_offset=-PAGE_MESSAGES, limit=PAGE_MESSAGES
    )


async def _messages(ask: Ask, month: Month) -> AsyncIterator[tuple[Said, dict[str, str]]]:
    """Yield the messages of a month, the oldest first, and the names they need."""
    after = month.after
    while True:
        page = await _page(ask, month.chat.peer, after)
        names = names_in(page)
        fresh = [m for m in reversed(page.messages) if m.id > after]
        for message in fresh:
            if message.date >= month.until:
                return
            yield message, names
        if not fresh:
            return
        after = fresh[-1].id


async def _month(ask: Ask, month: Month, wanted: Wanted) -> AsyncIterator[bytes]:
    head = {k: v for k, v in month.chat.shown.items() if k in ("id", "name", "type")}
    yield as_json(head)[:-3] + b',\n "messages": ['
    first = True
    async for message, names in _messages(ask, month):
        attached = attached_to(message)
        path = _path(month, attached, wanted) if attached else ""
        yield (b"\n" if first else b",\n") + as_json(show(message, names, attached, path))[:-1]
        first = False
    yield b"\n ]\n}\n"


def _path(month: Month, attached: Attached, wanted: Wanted) -> str:
    """Return where a file lies in the export, or why it does not."""
    if DataClass.MEDIA not in wanted.classes:
        return NOT_ASKED
    if attached.size > wanted.file_bytes_max:
        return TOO_LARGE
    return f"{month.folder}/{attached.name}"


async def _files(ask: Ask, month: Month, wanted: Wanted) -> AsyncIterator[Part]:
    async for message, _ in _messages(ask, month):
        attached = attached_to(message)
        if attached is not None and attached.size <= wanted.file_bytes_max:
            yield _file(ask, f"{month.folder}/{attached.name}", attached)


def _file(ask: Ask, name: str, attached: Attached) -> Part:
    async def content() -> AsyncIterator[bytes]:
        for offset in range(0, attached.size, CHUNK_BYTES):
            try:
                answer = await ask(
                    api.UploadGetFile(location=attached.location, offset=offset, limit=CHUNK_BYTES)
                )
            except errors.RpcError:
                return  # it went meanwhile, with its message
            yield answer.bytes

    return Part(name, DataClass.MEDIA, content, attached.size)
