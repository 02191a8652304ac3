"""What somebody is shown of a document that was sent to them."""

from typing import Any

from .post import ADA, CLAUDE, Post


async def sent(post: Post, data: bytes, **said: Any) -> Any:
    """Let Ada send a document; return the media as Claude sees it."""
    await post.send_file(ADA, CLAUDE, data, **said)
    return (await post.inbox(CLAUDE, ADA))[0].media


def found(media: Any, kind: Any) -> Any:
    """Return an attribute of a document, None if it has none such."""
    return next((a for a in media.document.attributes if isinstance(a, kind)), None)
