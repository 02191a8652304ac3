"""Hooks of media: whether somebody still sees a file where they were shown it."""

from collections.abc import Awaitable

from chappe.features.files import File, Where
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context, Hook

# by somebody, of a chat: the number of the picture they see, 0 for none
seen_chat_photo: Hook[[Context, int, int], Awaitable[int]] = Hook("media.seen_chat_photo")
# likewise, by the number of an invite link they have
seen_invited_photo: Hook[[Context, int, int, int], Awaitable[int]] = Hook(
    "media.seen_invited_photo"
)
# by somebody, in a dialog, in a message: what it keeps of its media; nothing where they do not see it
seen_media: Hook[[Context, int, int, int], Awaitable[bytes]] = Hook("media.seen_media")
# likewise, where it may leave its conversation
copied_media: Hook[[Context, int, int, int], Awaitable[bytes]] = Hook("media.copied_media")
# by somebody, to whom a bot offered results for a query: the files they may choose from
seen_inline: Hook[[Context, int, int], Awaitable[tuple[bytes, ...]]] = Hook("media.seen_inline")
# that the owner of the box that is changed shows this photo in their profile
profile_photo_put: Hook[[Context, Change, int], None] = Hook("media.profile_photo_put")
# whether a file of an owner and number is still in the sticker set, or at hand, where the caller has seen it
seen_sticker: Hook[[Call, Where, int, int], Awaitable[bool]] = Hook("media.seen_sticker")
# the picture of a sticker set as a location names it, and whose file it is; None where there is none
set_thumb: Hook[[Call, api.InputStickerSetThumb], Awaitable[tuple[int, File] | None]] = Hook(
    "media.set_thumb"
)
