"""How long files are kept: as long as a message shows them, and an hour longer.

A file counts the messages that show it: every copy in somebody's box, every post, what waits to be sent, what
was reported. Whoever keeps such a message adds to the count, in the same change or by a command to the box of
the file's owner; whoever removes one takes from it. A file that nobody shows any more goes with its bytes.
Photos of profiles and chats and pictures of pages are not counted, and stay.
"""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import Record, SealedFile
from chappe.updates import Change, Command, Context, Job

from .drawings import OWNER
from .records import Content, File, unpack_media_ref
from .uploads import content_index_for, refund

UNUSED_S: Final = 3_600  # seconds a file is kept that nobody shows any more
PAGE_RECORDS: Final = 1_000  # files of one person looked at in one go


class PendingDelete(Record, frozen=True):
    """Bytes that are to go: named here before they are removed, so that a crash leaves none behind."""

    table = "doomed_file"
    key = ("blob",)

    blob: str
    file: SealedFile


class Used(Command, frozen=True):
    """To the box of a file's owner: more messages show it, or fewer."""

    name = "media.used"

    number: int
    by: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        _count(change, await change.get(File, self.number), self.by)


class ForgetFile(Job, frozen=True):
    """A file was shown by nobody an hour ago."""

    name = "media.forget_file"

    user: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.user)
        async with context.change(owner) as change:
            file = await change.get(File, self.number)
            if file is not None and not file.uses and file.unused:
                if file.unused + UNUSED_S > change.now:
                    change.schedule(file.unused + UNUSED_S, self)
                else:
                    await _doom(context, change, file)
        doomed = await context.look(owner).scan(PendingDelete)
        for one in doomed:
            await context.ports.files.delete(one.file)
        if doomed:
            async with context.change(owner) as change:
                for one in doomed:
                    change.drop(PendingDelete, one.blob)


def _count(change: Change, file: File | None, by: int) -> None:
    """Add to how many messages show a file of this box's owner."""
    if file is None or file.uses < 0 or file.alone:
        return
    uses = max(0, file.uses + by)
    change.put(msgspec.structs.replace(file, uses=uses, unused=0 if uses else change.now))
    if not uses:
        change.schedule(change.now + UNUSED_S, ForgetFile(user=change.owner.id, number=file.number))


async def count_file(change: Change, owner: int, number: int, by: int) -> None:
    """Add to how many messages, or the like, show a file; in this box, or by a command to its owner's."""
    if not owner or owner == OWNER:
        return
    if change.owner == Owner(Kind.USER, owner):
        _count(change, await change.get(File, number), by)
    else:
        change.send_command(Owner(Kind.USER, owner), Used(number=number, by=by))


async def count_shown(change: Change, kept: bytes, by: int) -> None:
    """Add to how many messages show the files of what a message keeps of its media; with -1, one fewer."""
    if kept:
        shown = unpack_media_ref(kept)
        await count_file(change, shown.owner, shown.number, by)
        await count_file(change, *shown.cover, by)


async def count_replaced(change: Change, before: bytes, after: bytes, copies: int = 0) -> None:
    """Count that one message shows something else, which `copies` others are about to show as well."""
    if before != after:
        await count_shown(change, before, -1)
        await count_shown(change, after, 1 + copies)


async def at_hand(change: Change, number: int) -> File | None:
    """Return a file of one's own that is to be sent once more; see to it that it does not go meanwhile."""
    file = await change.get(File, number)
    if file is not None and file.unused:
        change.put(msgspec.structs.replace(file, unused=change.now))
    return file


async def _doom(context: Context, change: Change, file: File) -> None:
    """Take a file out of its owner's box, and name the bytes that go with it."""
    change.drop(File, file.number)
    form = "photo" if file.kind == "photo" else "document"
    blind = content_index_for(context, change.owner.id, form, file.sha256)
    content = await change.get(Content, blind)
    counted = content is not None and content.files and content.file == file.file
    if content is not None and counted:
        shared = content.files > 1
        number = 0 if content.number == file.number else content.number
        content = msgspec.structs.replace(content, files=content.files - 1, number=number)
    else:
        other = await _another(change, file)
        shared = other is not None
        if content is None or content.number != file.number:
            content = None  # it is of other bytes, or of a file that was made later
        elif other is not None:
            content = msgspec.structs.replace(content, number=other.number)
    if content is not None and shared:
        change.put(content)
    elif content is not None:
        change.drop(Content, blind)
    pieces = sum(piece[4] for piece in file.pieces)
    if file.pieces_file is not None:
        change.put(PendingDelete(blob=file.pieces_file.blob, file=file.pieces_file))
        await refund(change, pieces)
    if file.file is not None and not shared:
        change.put(PendingDelete(blob=file.file.blob, file=file.file))
        await refund(change, file.size)


async def _another(change: Change, file: File) -> File | None:
    """Return another file of the same owner that has the same bytes, sent under another name.

    It looks at all of them: only for bytes of which nobody counted the files.
    """
    if file.alone:
        return None
    if file.file is None:
        return None
    async for page in change.pages(File, size=PAGE_RECORDS):
        for other in page:
            same = other.file is not None and other.file.blob == file.file.blob
            if same and other.number != file.number:
                return other
    return None


EVENTS: Final = (Used, ForgetFile)
