"""Something was shown to everybody: its bytes, or what a picture looks like, are held against the list."""

import hashlib
from typing import Any, Final

from chappe.core import Owner
from chappe.features import accounts, chats, files, reports
from chappe.features.conversations import Message
from chappe.ports import SealedFile
from chappe.rpc import Call
from chappe.updates import Change, Context, Job

from .banked import load_banked
from .hash_list import HASH_LIST
from .looking import perceived

MD5_BYTES_MAX: Final = (
    64 * 1024 * 1024
)  # bytes of a file whose MD5 is made: SHA-256 is known of all
READ_BYTES: Final = 1 << 20  # bytes of it read at once
LOOKED_AT_SIDE: Final = (
    320  # pixels of the longer side of the picture that is looked at, if there is one
)


async def note_posted(call: Call, owner: Owner, number: int) -> None:
    """See `messages.hooks.published`."""
    if call.context.own(HASH_LIST):
        async with call.context.change(owner) as change:
            job = MatchPost(channel=owner.id, id=number)
            change.schedule(change.now, job)


def note_profile_photo(context: Context, change: Change, number: int) -> None:
    """See `media.hooks.profile_photo_put`."""
    if context.own(HASH_LIST):
        change.schedule(change.now, MatchPhoto(user=change.owner.id, number=number))


def note_chat_photo(context: Context, change: Change) -> None:
    """See `chats.hooks.public_photo_put`."""
    if context.own(HASH_LIST):
        change.schedule(change.now, MatchChatPhoto(channel=change.owner.id))


def note_sticker(context: Context, change: Change, number: int) -> None:
    """See `stickers.hooks.sticker_put`."""
    if context.own(HASH_LIST):
        change.schedule(change.now, MatchSticker(user=change.owner.id, number=number))


class MatchPost(Job, frozen=True):
    """A message with a medium stands where everybody may read."""

    name = "matching.post"

    channel: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`. What is gone, or private by now, is not looked at."""
        owner = Owner.channel(self.channel)
        look, peer = context.look(owner), accounts.peer_id(owner)
        chat, message = await look.get(chats.Chat), await look.get(Message, peer, self.id)
        if chat is None or not chat.username or message is None or not message.media:
            return
        shown = files.unpack_media_ref(message.media)
        why = await listed(context, shown.owner, shown.number)
        if why is not None:
            await reports.file_match(context, peer, why, message)


class MatchPhoto(Job, frozen=True):
    """Somebody's profile shows another photo."""

    name = "matching.photo"

    user: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`. A photo that is shown no more is not looked at."""
        user = await context.look(Owner.user(self.user)).get(accounts.User)
        if user is None or user.photo != self.number:
            return
        shown = files.MediaRef(kind="photo", owner=self.user, number=self.number)
        await _match_shown(context, shown)


class MatchSticker(Job, frozen=True):
    """Somebody has put a sticker into a set."""

    name = "matching.sticker"

    user: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`. One that is gone by now is not looked at."""
        owner, number = self.user, self.number
        await _match_shown(
            context,
            files.MediaRef(kind="document", right="send_stickers", owner=owner, number=number),
        )


async def _match_shown(context: Context, shown: files.MediaRef) -> None:
    """Report what an account shows to everybody, if it is on the list."""
    why = await listed(context, shown.owner, shown.number)
    if why is not None:
        found = Message(
            peer=shown.owner,
            id=shown.number,
            date=int(context.clock.now()),
            sender=shown.owner,
            out=True,
            media=shown.pack(),
        )
        await reports.file_match(context, shown.owner, why, found)


class MatchChatPhoto(Job, frozen=True):
    """A group or channel that everybody finds shows another photo beside its name."""

    name = "matching.chat_photo"

    channel: int

    async def run(self, context: Context) -> None:
        """See `Job`. What is private by now, or shows none, is not looked at."""
        owner = Owner.channel(self.channel)
        chat = await context.look(owner).get(chats.Chat)
        if chat is None or chat.deleted or not chat.username or not chat.photo:
            return
        whose, number = files.owner_and_number(context, chat.photo)
        why = await listed(context, whose, number)
        if why is not None:
            peer = accounts.peer_id(owner)
            shown = files.MediaRef(kind="photo", owner=whose, number=number)
            found = Message(
                peer=peer,
                id=chat.photo,
                date=int(context.clock.now()),
                sender=peer,
                out=True,
                media=shown.pack(),
            )
            await reports.file_match(context, peer, why, found, kind=reports.PHOTO)


async def listed(context: Context, owner: int, number: int) -> str | None:
    """Return why a file is on the list, or a picture like it; None if it is not."""
    known = await load_banked(context)
    file = await files.find_file(context, owner, number) if owner > 0 else None
    if file is None:
        return None
    why = known.same(file.sha256)
    if why is None:
        seen = await perceived(context, file)
        why = known.alike(seen.pdq) if seen is not None and seen.is_telling else None
    whole = file.file if file.kind == "document" else None
    if why is None and known.has_md5 and whole is not None and file.size <= MD5_BYTES_MAX:
        why = known.same(await _md5(context, whole, file.size))
    return why


async def _md5(context: Context, whole: SealedFile, size: int) -> bytes:
    """Return the MD5 of a file's bytes, which some lists have instead of better."""
    hashed = hashlib.md5(usedforsecurity=False)
    for offset in range(0, size, READ_BYTES):
        part = await context.ports.files.read(whole, offset, min(READ_BYTES, size - offset))
        hashed.update(part)
    return hashed.digest()


EVENTS: Final[tuple[Any, ...]] = (MatchPost, MatchPhoto, MatchChatPhoto, MatchSticker)
