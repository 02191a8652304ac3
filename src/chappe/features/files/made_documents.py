"""Documents that the server makes for somebody: theirs like what they sent, made for one message."""

from contextlib import suppress

from chappe import tl
from chappe.core import Kind, Owner
from chappe.ports import EngineError
from chappe.tl import api
from chappe.updates import Context

from .parts import part_bytes_for
from .records import File, MediaRef
from .uploads import refund

MIME = "application/octet-stream"


async def make_document(context: Context, user: int, name: str, content: bytes) -> MediaRef:
    """Keep a small document as somebody's own, and return how a message of theirs shows it.

    It counts as theirs, and goes with the message. No quota keeps it out: they did not ask for it.

    Raises:
        EngineError: it could not be kept.
    """
    owner, files = Owner(Kind.USER, user), context.ports.files
    file = await files.create(owner, part_bytes_for(len(content)))
    try:
        await files.put_part(file, 0, content)
        await files.commit(file)
        async with context.change(owner) as change:
            named = tl.encode(api.DocumentAttributeFilename(file_name=name), tl.LAYER)
            made = File(
                number=change.next("file"),
                kind="document",
                date=change.now,
                file=file,
                size=len(content),
                mime=MIME,
                attributes=(named,),
                alone=True,
                uses=0,
            )
            change.put(made)
            await refund(change, -made.size)
    except BaseException:
        with suppress(EngineError):
            await files.delete(file)
        raise
    return MediaRef(kind="document", right="send_docs", owner=user, number=made.number)
