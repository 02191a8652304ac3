"""A server with three people who send each other files, spoken to without a wire."""

import io
import os
from typing import Any

from PIL import Image

from chappe.app import Server
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.space import DiskSpace
from chappe.features import accounts
from chappe.features.files.records import Usage
from chappe.rpc import Call, Client
from chappe.tl import api, errors
from chappe.trust import sealing

from . import ground

ADA, CLAUDE, EVE = 4096, 8192, 12288
KIB = 1024
START = 1_800_000_000


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = float(START)

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    monotonic = now


class Post:
    """A server with three people who send each other files, spoken to without a wire."""

    def __init__(self, server: Server, clock: Clock, blobs: MemoryBlobs) -> None:
        self.server = server
        self.context = server.context
        self.clock = clock
        self.blobs = blobs

    async def ask(self, user: int, request: Any) -> Any:
        """Let somebody call a method; it refuses as it declares, or not at all."""
        client = Client(user, user, lambda _: None)
        client.user = user
        method = self.server.dispatcher.methods[type(request)]
        try:
            return await method.serve(Call(self.context, client), request)
        except errors.RpcError as error:
            assert type(error) in (*method.raises, errors.FloodWait), error.token
            raise

    def peer(self, viewer: int, user: int) -> Any:
        """Return how one person names another."""
        hashed = accounts.access_hash(self.context, viewer, Kind.USER, user)
        return api.InputPeerUser(user_id=user, access_hash=hashed)

    async def put_up(
        self, user: int, data: bytes, part_bytes: int = 64 * KIB, order: Any = None
    ) -> Any:
        """Upload bytes; return the InputFile."""
        number = int.from_bytes(os.urandom(7), "big")
        parts = [data[i : i + part_bytes] for i in range(0, len(data), part_bytes)]
        for index in order or range(len(parts)):
            assert await self.ask(
                user,
                api.UploadSaveFilePart(file_id=number, file_part=index, bytes=parts[index]),
            )
        return api.InputFile(id=number, parts=len(parts), name="x.bin", md5_checksum="")

    async def send(self, user: int, to: int, media: Any, **other: Any) -> Any:
        """Send a medium; return the sender's message."""
        given = {"message": "", "random_id": int.from_bytes(os.urandom(7), "big"), **other}
        peer = self.peer(user, to) if to != user else api.InputPeerSelf()
        updates = await self.ask(user, api.MessagesSendMedia(peer=peer, media=media, **given))
        await self.server.delivery.relay.settle()
        return updates.updates[-1].message

    async def send_file(self, user: int, to: int, data: bytes, **other: Any) -> Any:
        """Send bytes as a document; return the sender's message."""
        file = await self.put_up(user, data)
        return await self.send(user, to, document(file, **other))

    async def inbox(self, user: int, peer: int) -> list[Any]:
        """Return somebody's messages with somebody, the newest first."""
        given = self.peer(user, peer) if user != peer else api.InputPeerSelf()
        history = await self.ask(
            user,
            api.MessagesGetHistory(
                peer=given,
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            ),
        )
        return list(history.messages)

    async def fetch(self, user: int, shown: Any, size: str = "", step: int = 128 * KIB) -> bytes:
        """Download a photo or document as somebody was shown it."""
        data = b""
        while True:
            got = await self.ask(
                user, api.UploadGetFile(location=place(shown, size), offset=len(data), limit=step)
            )
            data += got.bytes
            if len(got.bytes) < step:
                return data

    async def used(self, user: int) -> int:
        """Return how many bytes somebody's files take."""
        usage = await self.context.look(Owner(Kind.USER, user)).get(Usage)
        return usage.bytes if usage else 0


def document(file: Any, **other: Any) -> Any:
    """Return a document to send."""
    given = {"mime_type": "application/octet-stream", "attributes": [], **other}
    return api.InputMediaUploadedDocument(file=file, **given)


def place(shown: Any, size: str = "") -> Any:
    """Return where the bytes of a shown photo or document are asked for."""
    photo = isinstance(shown, api.Photo)
    kind = api.InputPhotoFileLocation if photo else api.InputDocumentFileLocation
    return kind(
        id=shown.id,
        access_hash=shown.access_hash,
        file_reference=shown.file_reference,
        thumb_size=size,
    )


def picture(width: int, height: int, form: str = "JPEG", turn: int = 0) -> bytes:
    """Return an image."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.rotate(turn).save(out, form)
    return out.getvalue()


async def open_post(*, space: DiskSpace | None = None, **settings: Any) -> Post:
    """Return a fresh server with its people, and a disk if one is given."""
    entropy, clock, here = SystemEntropy(), Clock(), await ground.open_ground()
    keys = sealing.KeyStore(here.keys, bytes(32), entropy)
    await keys.open()
    engine = sealing.seal(here.boxes, keys, entropy)
    blobs: Any = here.blobs  # in memory, but where a test asks for every engine
    config = Configuration(codes_console=False, **settings)
    server = Server(config, engine, keys, clock, entropy, blobs, space)
    await server.delivery.relay.start()
    await people(server)
    return Post(server, clock, blobs)


async def people(server: Server) -> None:
    """Let the three people have accounts."""
    for user, name in ((ADA, "Ada"), (CLAUDE, "Claude"), (EVE, "Eve")):
        async with server.context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name=name, created=START))


def named(shown: Any) -> Any:
    """Return a document as an input."""
    given = api.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    )
    return api.InputMediaDocument(id=given)


async def group_of(post: Post) -> Any:
    """Let Ada make a supergroup with Claude in it; return its channel."""
    made = await post.ask(ADA, api.ChannelsCreateChannel(title="Tours", about="", megagroup=True))
    channel = made.chats[0]
    who = api.InputUser(
        user_id=CLAUDE, access_hash=accounts.access_hash(post.context, ADA, Kind.USER, CLAUDE)
    )
    peer = inner(post, ADA, channel.id)
    await post.ask(ADA, api.ChannelsInviteToChannel(channel=peer, users=[who]))
    await post.server.delivery.relay.settle()
    return channel.id


def inner(post: Post, viewer: int, channel: int, kind: Any = api.InputChannel) -> Any:
    """Return how somebody names a channel."""
    hashed = accounts.access_hash(post.context, viewer, Kind.CHANNEL, channel)
    return kind(channel_id=channel, access_hash=hashed)


async def in_group(post: Post, user: int, channel: int) -> Any:
    """Return the newest message of a group as somebody sees it."""
    history = await post.ask(
        user,
        api.MessagesGetHistory(
            peer=inner(post, user, channel, api.InputPeerChannel),
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=1,
            max_id=0,
            min_id=0,
            hash=0,
        ),
    )
    return history.messages[0]


async def send_there(post: Post, user: int, channel: int, media: Any) -> None:
    """Send a medium to a group."""
    peer = inner(post, user, channel, api.InputPeerChannel)
    random_id = int.from_bytes(os.urandom(7), "big")
    await post.ask(
        user, api.MessagesSendMedia(peer=peer, media=media, message="", random_id=random_id)
    )
    await post.server.delivery.relay.settle()
