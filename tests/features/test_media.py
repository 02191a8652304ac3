"""Files people send each other: what comes back is what went up, and only to those who see it."""

import asyncio
import hashlib
import io
import itertools
import os
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image

from chappe.app import Server
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.features import accounts
from chappe.features.auth.deletion import delete_account
from chappe.features.media import references, rules
from chappe.features.media.records import UPLOAD_LIFETIME_S, Usage
from chappe.rpc import Call, Client
from chappe.tl import api, errors
from chappe.trust import sealing

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
        self.house = server.house
        self.clock = clock
        self.blobs = blobs

    async def ask(self, user: int, request: Any) -> Any:
        """Let somebody call a method; it refuses as it declares, or not at all."""
        client = Client(user, user, lambda _: None)
        client.user = user
        method = self.server.dispatcher.methods[type(request)]
        try:
            return await method.serve(Call(self.house, client), request)
        except errors.RpcError as error:
            assert type(error) in method.raises, error.token
            raise

    def peer(self, viewer: int, user: int) -> Any:
        """Return how one person names another."""
        hashed = accounts.access_hash(self.house, viewer, Kind.USER, user)
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
        await self.house.relay.settle()
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
                peer=given, offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0,
                min_id=0, hash=0,
            ),
        )  # fmt: skip
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
        usage = await self.house.look(Owner(Kind.USER, user)).get(Usage)
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
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference,
        thumb_size=size,
    )  # fmt: skip


def picture(width: int, height: int, form: str = "JPEG", turn: int = 0) -> bytes:
    """Return an image."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.rotate(turn).save(out, form)
    return out.getvalue()


async def open_post(**settings: Any) -> Post:
    """Return a fresh server with its people."""
    entropy, clock, blobs = SystemEntropy(), Clock(), MemoryBlobs()
    keys = sealing.KeyStore(MemoryEngine(), bytes(32), entropy)
    await keys.open()
    engine = sealing.SealedEngine(MemoryEngine(), keys, entropy)
    config = Configuration(codes_console=False, **settings)
    server = Server(config, engine, keys, clock, entropy, blobs)
    await server.house.relay.start()
    for user, name in ((ADA, "Ada"), (CLAUDE, "Claude"), (EVE, "Eve")):
        async with server.house.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name=name, created=START))
    return Post(server, clock, blobs)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


# -- up and down ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 1_023, 64 * KIB, 64 * KIB + 1, 300_000])
async def test_a_document_comes_back_byte_for_byte(post: Post, size: int) -> None:
    """For the receiver and for the sender, whatever its length."""
    data = os.urandom(size)
    mine = await post.send_file(ADA, CLAUDE, data)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert await post.fetch(CLAUDE, theirs.media.document) == data
    assert await post.fetch(ADA, mine.media.document) == data
    assert theirs.media.document.size == size


@pytest.mark.parametrize(
    "order", [[4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [2, 0, 4, 1, 3], [1, 4, 2, 3, 0]]
)
async def test_parts_may_come_in_any_order(post: Post, order: list[int]) -> None:
    """Even the short last part first, when nobody knows yet how long parts are."""
    data = os.urandom(4 * 32 * KIB + 777)
    file = await post.put_up(ADA, data, 32 * KIB, order)
    message = await post.send(ADA, CLAUDE, document(file))
    assert await post.fetch(ADA, message.media.document) == data


async def test_parts_may_come_at_the_same_time(post: Post) -> None:
    """As fast clients send them, the number of parts said beforehand."""
    data = os.urandom(20 * 512 * KIB + 5)
    parts = [data[i : i + 512 * KIB] for i in range(0, len(data), 512 * KIB)]
    calls = [
        api.UploadSaveBigFilePart(
            file_id=7, file_part=number, file_total_parts=len(parts), bytes=part
        )
        for number, part in reversed(list(enumerate(parts)))
    ]
    await asyncio.gather(*(post.ask(ADA, call) for call in calls))
    file = api.InputFileBig(id=7, parts=len(parts), name="big")
    message = await post.send(ADA, CLAUDE, document(file))
    assert await post.fetch(ADA, message.media.document, step=1024 * KIB) == data
    hashes = await post.ask(
        ADA, api.UploadGetFileHashes(location=place(message.media.document), offset=256 * KIB)
    )
    first = hashes[0]
    assert first.offset == 256 * KIB
    piece = data[first.offset : first.offset + first.limit]
    assert first.hash == hashlib.sha256(piece).digest()


@pytest.mark.parametrize(
    ("number", "size", "refusal"),
    [
        (-1, 10, errors.FilePartInvalid),
        (rules.FILE_PARTS_MAX, 10, errors.FilePartInvalid),
        (0, 0, errors.FilePartEmpty),
        (0, rules.PART_BYTES_MAX + 1, errors.FilePartTooBig),
    ],
)
async def test_impossible_parts_are_refused(
    post: Post, number: int, size: int, refusal: type[Exception]
) -> None:
    """And leave nothing behind."""
    with pytest.raises(refusal):
        await post.ask(ADA, api.UploadSaveFilePart(file_id=1, file_part=number, bytes=bytes(size)))
    assert await post.used(ADA) == 0


async def test_parts_keep_one_length(post: Post) -> None:
    """Only the last may be shorter, none longer."""

    async def part(number: int, size: int) -> None:
        await post.ask(ADA, api.UploadSaveFilePart(file_id=1, file_part=number, bytes=bytes(size)))

    await part(0, 32 * KIB)
    with pytest.raises(errors.FilePartSizeChanged):
        await part(1, 64 * KIB)
    await part(2, 100)
    with pytest.raises(errors.FilePartSizeChanged):
        await part(1, 101)
    with pytest.raises(errors.FilePartSizeChanged):
        await part(3, 32 * KIB)


async def test_a_missing_part_is_named(post: Post) -> None:
    """So that the client sends it again; what was never uploaded is missing from the start."""
    file = await post.put_up(ADA, os.urandom(3 * 64 * KIB), order=[0, 2])
    with pytest.raises(errors.FilePartMissing) as refused:
        await post.send(ADA, CLAUDE, document(file))
    assert refused.value.token == "FILE_PART_1_MISSING"
    other = api.InputFile(id=99, parts=1, name="", md5_checksum="")
    with pytest.raises(errors.FilePartMissing):
        await post.send(ADA, CLAUDE, document(other))
    with pytest.raises(errors.FilePartsInvalid):
        short = api.InputFile(id=file.id, parts=1, name="", md5_checksum="")
        await post.send(ADA, CLAUDE, document(short))


async def test_somebody_else_s_upload_is_not_there(post: Post) -> None:
    """Uploads are found in one's own box only."""
    file = await post.put_up(ADA, b"hers")
    with pytest.raises(errors.FilePartMissing):
        await post.send(EVE, CLAUDE, document(file))


async def test_a_checksum_is_compared(post: Post) -> None:
    """A file damaged on its way is refused, the right one taken."""
    file = await post.put_up(ADA, b"words")
    file.md5_checksum = hashlib.md5(b"other").hexdigest()
    with pytest.raises(errors.Md5ChecksumInvalid):
        await post.send(ADA, CLAUDE, document(file))
    file.md5_checksum = hashlib.md5(b"words").hexdigest().upper()
    assert (await post.send(ADA, CLAUDE, document(file))).media.document.size == 5


@pytest.mark.parametrize(
    ("offset", "limit", "precise", "refusal"),
    [
        (1, 4 * KIB, False, errors.OffsetInvalid),
        (KIB, 4 * KIB, False, errors.OffsetInvalid),
        (KIB, KIB, True, None),
        (100, KIB, True, errors.OffsetInvalid),
        (-4 * KIB, 4 * KIB, False, errors.OffsetInvalid),
        (0, 0, False, errors.LimitInvalid),
        (0, -KIB, True, errors.LimitInvalid),
        (0, 12 * KIB, False, errors.LimitInvalid),
        (0, 12 * KIB, True, None),
        (0, 2048 * KIB, True, errors.LimitInvalid),
        (0, 1024 * KIB, False, None),
        (1020 * KIB, 8 * KIB, False, errors.LimitInvalid),
        (512 * KIB, 1024 * KIB, True, errors.LimitInvalid),
    ],
)
def test_ranges_are_those_of_the_document(
    offset: int,
    limit: int,
    precise: bool,
    refusal: type[Exception] | None,  # noqa: FBT001
) -> None:
    """See core.telegram.org/api/files."""
    if refusal is None:
        rules.check_range(offset, limit, precise=precise)
        return
    with pytest.raises(refusal):
        rules.check_range(offset, limit, precise=precise)


# -- who sees it ------------------------------------------------------------------------------------


async def test_a_file_is_fetched_only_as_it_was_shown_to_oneself(post: Post) -> None:
    """Nobody gets a file with what another was shown, nor with a reference for another file."""
    await post.send_file(ADA, CLAUDE, b"secret")
    other = await post.send_file(EVE, CLAUDE, b"other")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(EVE, shown)
    stolen = references.access_hash(post.house, EVE, shown.id)  # were it guessed
    with pytest.raises(errors.FileReferenceInvalid):
        await post.fetch(EVE, clone(shown, access_hash=stolen))
    with pytest.raises(errors.FileReferenceInvalid):
        await post.fetch(
            EVE,
            clone(shown, access_hash=stolen, file_reference=other.media.document.file_reference),
        )
    with pytest.raises(errors.FileReferenceEmpty):
        await post.fetch(CLAUDE, clone(shown, file_reference=b""))
    with pytest.raises(errors.FileReferenceInvalid):
        await post.fetch(CLAUDE, clone(shown, file_reference=shown.file_reference[:-1] + b"\0"))
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(CLAUDE, clone(shown, id=shown.id + 1))
    assert await post.fetch(CLAUDE, shown) == b"secret"


def clone(shown: Any, **other: Any) -> Any:
    """Return what was shown, with some of it changed."""
    return api.Document(
        **{
            "id": shown.id, "access_hash": shown.access_hash, "date": 0, "mime_type": "",
            "file_reference": shown.file_reference, "size": 0, "dc_id": 2, "attributes": [],
            **other,
        }
    )  # fmt: skip


async def test_a_reference_expires_and_comes_fresh_with_the_message(post: Post) -> None:
    """Whoever still has the message gets another one."""
    await post.send_file(ADA, CLAUDE, b"words")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    post.clock.time += references.REFERENCE_S - 1
    assert await post.fetch(CLAUDE, shown) == b"words"
    post.clock.time += references.REFERENCE_S + 1
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, shown)
    fresh = (await post.inbox(CLAUDE, ADA))[0].media.document
    assert (fresh.id, fresh.access_hash) == (shown.id, shown.access_hash)
    assert await post.fetch(CLAUDE, fresh) == b"words"


async def test_with_the_message_the_file_is_gone(post: Post) -> None:
    """Deleted for everybody: a link kept from before gives nothing, to either of them."""
    mine = await post.send_file(ADA, CLAUDE, b"regretted")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    await post.ask(ADA, api.MessagesDeleteMessages(revoke=True, id=[mine.id]))
    await post.house.relay.settle()
    for user, seen in ((CLAUDE, shown), (ADA, mine.media.document)):
        with pytest.raises(errors.FileReferenceExpired):
            await post.fetch(user, seen)


async def test_the_sender_s_end_is_the_end_of_their_files(post: Post) -> None:
    """Their key is destroyed; the message stays and shows no document."""
    await post.send_file(ADA, CLAUDE, b"mine")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    blobs = dict(post.blobs._parts)
    await delete_account(post.house, ADA)
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(CLAUDE, shown)
    message = (await post.inbox(CLAUDE, ADA))[0]
    assert message.media.document is None
    assert blobs
    assert not post.blobs._parts


async def test_ids_tell_nothing(post: Post) -> None:
    """Ids of one person's files have nothing in common, and lead back to the file."""
    ids = [references.file_id(post.house, ADA, n) for n in range(1, 50)]
    assert len(set(ids)) == len(ids)
    assert all(0 < number < 1 << 62 for number in ids)
    assert [references.file_of(post.house, n) for n in ids] == [(ADA, n) for n in range(1, 50)]
    gaps = {b - a for a, b in itertools.pairwise(ids)}
    assert len(gaps) == len(ids) - 1


# -- sending on -------------------------------------------------------------------------------------


def named(shown: Any) -> Any:
    """Return a document as an input."""
    given = api.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    )
    return api.InputMediaDocument(id=given)


async def test_what_was_received_can_be_sent_on(post: Post) -> None:
    """By its name, without uploading it again; and forwarded."""
    await post.send_file(ADA, CLAUDE, b"words")
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    await post.send(CLAUDE, EVE, named(theirs.media.document))
    await post.ask(
        CLAUDE,
        api.MessagesForwardMessages(
            from_peer=post.peer(CLAUDE, ADA), id=[theirs.id], random_id=[5],
            to_peer=post.peer(CLAUDE, EVE),
        ),
    )  # fmt: skip
    await post.house.relay.settle()
    forwarded, sent_on = (await post.inbox(EVE, CLAUDE))[:2]
    assert await post.fetch(EVE, sent_on.media.document) == b"words"
    assert await post.fetch(EVE, forwarded.media.document) == b"words"


async def test_what_may_not_leave_is_not_sent_on(post: Post) -> None:
    """It can be looked at, that is all."""
    file = await post.put_up(ADA, b"words")
    await post.send(ADA, CLAUDE, document(file), noforwards=True)
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    assert await post.fetch(CLAUDE, shown) == b"words"
    with pytest.raises(errors.FileReferenceExpired):
        await post.send(CLAUDE, EVE, named(shown))


async def test_the_same_bytes_are_kept_once(post: Post) -> None:
    """For one owner; another's copy is their own, so that either can end alone."""
    data = os.urandom(100_000)
    first = await post.send_file(ADA, CLAUDE, data)
    again = await post.send_file(ADA, EVE, data)
    renamed = await post.send_file(
        ADA, EVE, data, attributes=[api.DocumentAttributeFilename(file_name="other.bin")]
    )
    assert again.media.document.id == first.media.document.id
    assert renamed.media.document.id != first.media.document.id
    assert await post.used(ADA) == len(data)
    assert len(post.blobs._parts) == 1
    await post.send_file(CLAUDE, EVE, data)
    assert len(post.blobs._parts) == 2
    assert await post.fetch(ADA, renamed.media.document) == data


async def test_one_finds_one_s_own_documents_by_hash(post: Post) -> None:
    """Nobody else's: a hash is no proof that one has the bytes."""
    message = await post.send_file(ADA, CLAUDE, b"words")
    digest = hashlib.sha256(b"words").digest()
    asked = api.MessagesGetDocumentByHash(sha256=digest, size=5, mime_type="x/y")
    found = await post.ask(ADA, asked)
    assert found.id == message.media.document.id
    assert await post.fetch(ADA, found) == b"words"
    assert isinstance(await post.ask(CLAUDE, asked), api.DocumentEmpty)
    with pytest.raises(errors.Sha256HashInvalid):
        await post.ask(ADA, api.MessagesGetDocumentByHash(sha256=b"short", size=5, mime_type="x/y"))


async def test_sending_again_with_one_random_id_is_one_message(post: Post) -> None:
    """A client that did not hear the answer asks again with the same upload."""
    file = await post.put_up(ADA, b"words")
    first = await post.send(ADA, CLAUDE, document(file), random_id=77)
    again = await post.send(ADA, CLAUDE, document(file), random_id=77)
    assert again.id == first.id
    assert again.media.document.id == first.media.document.id
    assert len(await post.inbox(CLAUDE, ADA)) == 1


async def test_a_quota_is_a_clear_refusal() -> None:
    """Parts beyond it are refused, and what was given up makes room again."""
    post = await open_post(media_quota_mib=1)
    try:
        await post.put_up(ADA, bytes(900 * KIB))
        with pytest.raises(errors.FileQuotaExceeded):
            await post.put_up(ADA, os.urandom(200 * KIB))
        post.clock.time += UPLOAD_LIFETIME_S + 1
        message = await post.send_file(ADA, CLAUDE, os.urandom(600 * KIB))
        assert await post.used(ADA) == 600 * KIB
        assert len(post.blobs._parts) == 1
        assert message.media.document.size == 600 * KIB
    finally:
        await post.server.stop()


# -- photos -----------------------------------------------------------------------------------------


async def send_photo(post: Post, user: int, to: int, data: bytes) -> Any:
    """Send an image as a photo; return the receiver's message."""
    file = await post.put_up(user, data)
    await post.send(user, to, api.InputMediaUploadedPhoto(file=file), message="look")
    return (await post.inbox(to, user))[0]


async def test_a_photo_is_shown_in_several_sizes(post: Post) -> None:
    """From a handful of bytes to 1,280 pixels, each of the size it says."""
    message = await send_photo(post, ADA, CLAUDE, picture(1600, 1200))
    stripped, *sizes = message.media.photo.sizes
    assert [(s.type, s.w, s.h) for s in sizes] == [
        ("s", 100, 75), ("m", 320, 240), ("x", 800, 600), ("y", 1280, 960),
    ]  # fmt: skip
    for size in sizes:
        data = await post.fetch(CLAUDE, message.media.photo, size.type)
        assert len(data) == size.size
        assert Image.open(io.BytesIO(data)).size == (size.w, size.h)
    assert stripped.type == "i"
    assert stripped.bytes[:3] == bytes((1, 30, 40))
    assert message.message == "look"


async def test_a_photo_says_nothing_but_what_it_shows(post: Post) -> None:
    """Where and with what it was taken stays with its maker; and it stands upright."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera of mine"
    exif[0x0112] = 6  # turned by 90°
    Image.new("RGB", (400, 200)).save(out, "JPEG", exif=exif)
    message = await send_photo(post, ADA, CLAUDE, out.getvalue())
    largest = message.media.photo.sizes[-1]
    data = await post.fetch(CLAUDE, message.media.photo, largest.type)
    assert (largest.w, largest.h) == (200, 400)
    assert b"camera" not in data
    with pytest.raises(errors.LocationInvalid):
        await post.fetch(CLAUDE, message.media.photo, "w")


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that claims these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"no image at all", errors.ImageProcessFailed),
        (picture(600, 400)[:3000], errors.ImageProcessFailed),
        (bomb(60_000, 60_000), errors.PhotoInvalidDimensions),
        (bomb(9_000, 9_000), errors.PhotoInvalidDimensions),
        (bomb(4_900, 4_900), errors.ImageProcessFailed),
        (picture(2_100, 100), errors.PhotoInvalidDimensions),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", errors.ImageProcessFailed),
    ],
)
async def test_hostile_images_are_refused(
    post: Post, data: bytes, refusal: type[Exception]
) -> None:
    """And the next photo is none the worse for it."""
    file = await post.put_up(ADA, data)
    with pytest.raises(refusal):
        await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    assert not await post.inbox(CLAUDE, ADA)
    message = await send_photo(post, ADA, CLAUDE, picture(200, 100))
    assert message.media.photo.sizes[-1].w == 200


async def test_the_process_of_images_may_die(post: Post) -> None:
    """The photo under way is refused or made, the next one is made."""
    await send_photo(post, ADA, CLAUDE, picture(200, 100))
    process = post.server.imaging._process
    assert process is not None
    process.kill()
    await process.wait()
    message = await send_photo(post, ADA, CLAUDE, picture(210, 100))
    assert message.media.photo.sizes[-1].w == 210


async def test_a_photo_too_large_to_read_is_refused(post: Post) -> None:
    """It can be sent as a file."""
    file = await post.put_up(ADA, bytes(rules.PHOTO_BYTES_MAX + 1), 512 * KIB)
    with pytest.raises(errors.PhotoSaveFileInvalid):
        await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    message = await post.send(ADA, CLAUDE, document(file))
    assert message.media.document.size == rules.PHOTO_BYTES_MAX + 1


# -- documents and what needs no file ---------------------------------------------------------------


async def test_what_a_client_says_of_a_document_is_kept_within_bounds(post: Post) -> None:
    """A voice message is one; names lead out of no directory; nonsense is no type."""
    waveform = b"w" * 500
    file = await post.put_up(ADA, b"sound")
    message = await post.send(
        ADA, CLAUDE,
        document(
            file, mime_type="../../etc\n",
            attributes=[
                api.DocumentAttributeAudio(voice=True, duration=-3, waveform=waveform),
                api.DocumentAttributeFilename(file_name="../../etc/pass\nwd" + "x" * 300 + ".ogg"),
                api.DocumentAttributeSticker(alt="x", stickerset=api.InputStickerSetEmpty()),
            ],
        ),
    )  # fmt: skip
    audio, name = message.media.document.attributes
    assert (audio.voice, audio.duration) == (True, 0)
    assert len(audio.waveform) == rules.WAVEFORM_BYTES_MAX
    assert name.file_name.startswith("passwdxxx")
    assert name.file_name.endswith(".ogg")
    assert len(name.file_name) == rules.FILE_NAME_CHARACTERS_MAX
    assert message.media.document.mime_type == "application/octet-stream"
    assert message.media.voice


async def test_a_document_has_the_thumbnail_its_sender_made(post: Post) -> None:
    """Made anew, so that it is an image; a broken one is none."""
    thumb = await post.put_up(ADA, picture(500, 250))
    file = await post.put_up(ADA, b"a film")
    message = await post.send(ADA, CLAUDE, document(file, thumb=thumb, mime_type="video/mp4"))
    shown = message.media.document
    assert [(t.type, t.w, t.h) for t in shown.thumbs[1:]] == [("m", 320, 160)]
    assert Image.open(io.BytesIO(await post.fetch(ADA, shown, "m"))).size == (320, 160)
    broken = await post.put_up(ADA, b"no image")
    other = await post.put_up(ADA, b"another film")
    message = await post.send(ADA, CLAUDE, document(other, thumb=broken, mime_type="video/mp4"))
    assert not message.media.document.thumbs


async def test_an_image_sent_as_a_file_stays_what_it_is(post: Post) -> None:
    """Bytes unchanged, with its dimensions and a thumbnail."""
    data = picture(640, 480, "PNG")
    message = await post.send_file(ADA, CLAUDE, data, mime_type="image/png")
    shown = message.media.document
    assert await post.fetch(ADA, shown) == data
    size = next(a for a in shown.attributes if isinstance(a, api.DocumentAttributeImageSize))
    assert (size.w, size.h) == (640, 480)
    assert shown.thumbs[-1].type == "m"


async def test_dice_fall_where_the_server_throws_them(post: Post) -> None:
    """Within the faces of each; the receiver sees the same."""
    for emoticon, faces in (("🎲", 6), ("🎰", 64), ("⚽", 5)):
        message = await post.send(ADA, CLAUDE, api.InputMediaDice(emoticon=emoticon))
        assert 1 <= message.media.value <= faces
        assert (await post.inbox(CLAUDE, ADA))[0].media.value == message.media.value
    with pytest.raises(errors.MediaInvalid):
        await post.send(ADA, CLAUDE, api.InputMediaDice(emoticon="🦀"))


async def test_places_and_contacts_are_sent_as_they_are(post: Post) -> None:
    """A place that is none is refused; a contact does not tell who a stranger's number belongs to."""
    point = api.InputGeoPoint(lat=48.8, long=2.3)
    await post.send(ADA, CLAUDE, api.InputMediaGeoPoint(geo_point=point))
    assert (await post.inbox(CLAUDE, ADA))[0].media.geo.lat == 48.8
    for lat in (float("nan"), 91.0):
        wrong = api.InputGeoPoint(lat=lat, long=0.0)
        with pytest.raises(errors.MediaInvalid):
            await post.send(ADA, CLAUDE, api.InputMediaGeoPoint(geo_point=wrong))
    async with post.house.change(Owner(Kind.USER, EVE)) as change:
        change.put(accounts.User(id=EVE, first_name="Eve", phone="8881234567"))
    await accounts.claim(post.house, "phone", "8881234567", Owner(Kind.USER, EVE), None)
    contact = api.InputMediaContact(
        phone_number="+888 123 4567", first_name="Eve\n", last_name="", vcard=""
    )
    assert (await post.send(ADA, CLAUDE, contact)).media.user_id == 0
    async with post.house.change(Owner(Kind.USER, ADA)) as change:
        change.put(accounts.Contact(user=EVE, first_name="Eve", phone="8881234567"))
    sent = (await post.send(ADA, CLAUDE, contact)).media
    assert (sent.user_id, sent.first_name) == (EVE, "Eve")


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        (api.InputMediaEmpty(), errors.MediaEmpty),
        (api.InputMediaPhotoExternal(url="http://127.0.0.1/x.jpg"), errors.MediaInvalid),
        (api.InputMediaDocumentExternal(url="http://127.0.0.1/x"), errors.MediaInvalid),
        (api.InputMediaWebPage(url="http://127.0.0.1/"), errors.WebpageMediaEmpty),
        (api.InputMediaDice(emoticon="🎲"), None),
    ],
)
async def test_what_is_not_served_is_refused(
    post: Post, media: Any, refusal: type[Exception] | None
) -> None:
    """Above all, nothing is fetched from an address a client names."""
    if refusal is None:
        assert await post.send(ADA, CLAUDE, media)
        return
    with pytest.raises(refusal):
        await post.send(ADA, CLAUDE, media)


# -- albums -----------------------------------------------------------------------------------------


async def album_of(post: Post, media: list[Any]) -> Any:
    """Send an album from Ada to Claude."""
    singles = [
        api.InputSingleMedia(media=m, random_id=100 + n, message=f"no. {n}")
        for n, m in enumerate(media)
    ]
    updates = await post.ask(
        ADA, api.MessagesSendMultiMedia(peer=post.peer(ADA, CLAUDE), multi_media=singles)
    )
    await post.house.relay.settle()
    return updates


async def test_an_album_is_one_group_for_both(post: Post) -> None:
    """Made as clients make it: uploaded first, then sent by name; sent again it is the same."""
    media = []
    for turn in range(3):
        file = await post.put_up(ADA, picture(200, 100, turn=turn))
        kept = await post.ask(
            ADA,
            api.MessagesUploadMedia(
                peer=post.peer(ADA, CLAUDE), media=api.InputMediaUploadedPhoto(file=file)
            ),
        )
        photo = kept.photo
        given = api.InputPhoto(
            id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference
        )
        media.append(api.InputMediaPhoto(id=given))
    await album_of(post, media)
    await album_of(post, media)
    theirs = await post.inbox(CLAUDE, ADA)
    assert [m.message for m in reversed(theirs)] == ["no. 0", "no. 1", "no. 2"]
    assert len({m.grouped_id for m in theirs}) == 1
    assert theirs[0].grouped_id
    mine = await post.inbox(ADA, CLAUDE)
    assert {m.grouped_id for m in mine} == {theirs[0].grouped_id}


async def test_an_album_holds_what_goes_together(post: Post) -> None:
    """No dice among photos, no more than ten, none without anything; and then nothing is sent."""
    photo = api.InputMediaUploadedPhoto(file=await post.put_up(ADA, picture(50, 50)))
    dice = api.InputMediaDice(emoticon="🎲")
    for media, refusal in (
        ([photo, dice], errors.GroupedMediaInvalid),
        ([photo] * 11, errors.MultiMediaTooLong),
        ([], errors.MediaEmpty),
        ([photo, api.InputMediaEmpty()], errors.MediaEmpty),
    ):
        with pytest.raises(refusal):
            await album_of(post, media)
    assert not await post.inbox(CLAUDE, ADA)


async def test_a_caption_has_its_bound(post: Post) -> None:
    """Longer ones are refused before anything is kept."""
    file = await post.put_up(ADA, b"words")
    with pytest.raises(errors.MediaCaptionTooLong):
        await post.send(ADA, CLAUDE, document(file), message="x" * 1025)
    assert (await post.send(ADA, CLAUDE, document(file), message="x" * 1024)).message


# -- profiles ---------------------------------------------------------------------------------------


async def new_face(post: Post, user: int, turn: int = 0) -> Any:
    """Give somebody's profile a photo; return it."""
    file = await post.put_up(user, picture(800, 600, "PNG", turn))
    return (await post.ask(user, api.PhotosUploadProfilePhoto(file=file))).photo


async def user_as_seen(post: Post, viewer: int, user: int) -> Any:
    """Return somebody's full profile as another sees it."""
    given = api.InputUser(
        user_id=user, access_hash=accounts.access_hash(post.house, viewer, Kind.USER, user)
    )
    return await post.ask(viewer, api.UsersGetFullUser(id=given))


async def test_a_profile_shows_its_newest_photo(post: Post) -> None:
    """Beside the name, in the profile, and as a file that others fetch."""
    await new_face(post, ADA)
    photo = await new_face(post, ADA, turn=90)
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo.photo_id == photo.id
    assert seen.full_user.profile_photo.id == photo.id
    for big, side in ((False, 160), (True, 640)):
        location = api.InputPeerPhotoFileLocation(
            big=big, peer=post.peer(CLAUDE, ADA), photo_id=photo.id
        )
        got = await post.ask(CLAUDE, api.UploadGetFile(location=location, offset=0, limit=1 << 20))
        assert Image.open(io.BytesIO(got.bytes)).size == (side, side)
    data = await post.fetch(CLAUDE, seen.full_user.profile_photo, "c")
    assert Image.open(io.BytesIO(data)).size == (640, 640)


async def test_an_earlier_photo_is_shown_again_and_photos_are_deleted(post: Post) -> None:
    """The list has the newest first; what is deleted is fetched by nobody any more."""
    first = await new_face(post, ADA)
    second = await new_face(post, ADA, turn=90)
    given = api.InputPhoto(
        id=first.id, access_hash=first.access_hash, file_reference=first.file_reference
    )
    await post.ask(ADA, api.PhotosUpdateProfilePhoto(id=given))
    me = api.InputUser(
        user_id=ADA, access_hash=accounts.access_hash(post.house, CLAUDE, Kind.USER, ADA)
    )
    asked = api.PhotosGetUserPhotos(user_id=me, offset=0, max_id=0, limit=10)
    listed = (await post.ask(CLAUDE, asked)).photos
    assert [p.id for p in listed] == [first.id, second.id]
    assert await post.ask(ADA, api.PhotosDeletePhotos(id=[given])) == [first.id]
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo.photo_id == second.id
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, listed[0], "a")
    await post.ask(ADA, api.PhotosUpdateProfilePhoto(id=api.InputPhotoEmpty()))
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo is None
    assert seen.full_user.profile_photo is None


async def test_nobody_deletes_or_shows_another_s_photo(post: Post) -> None:
    """What is not one's own is not there."""
    await new_face(post, ADA)
    seen = (await user_as_seen(post, EVE, ADA)).full_user.profile_photo
    given = api.InputPhoto(
        id=seen.id, access_hash=seen.access_hash, file_reference=seen.file_reference
    )
    assert await post.ask(EVE, api.PhotosDeletePhotos(id=[given])) == []
    with pytest.raises(errors.PhotoIdInvalid):
        await post.ask(EVE, api.PhotosUpdateProfilePhoto(id=given))
    assert (await user_as_seen(post, EVE, ADA)).full_user.profile_photo


async def test_a_hidden_photo_is_hidden_on_every_road(post: Post) -> None:
    """In the profile, beside the name, in the list, and by a link kept from before."""
    photo = await new_face(post, ADA)
    before = (await user_as_seen(post, EVE, ADA)).full_user.profile_photo
    assert await post.fetch(EVE, before, "a")
    await post.ask(
        ADA,
        api.AccountSetPrivacy(
            key=api.InputPrivacyKeyProfilePhoto(), rules=[api.InputPrivacyValueDisallowAll()]
        ),
    )
    seen = await user_as_seen(post, EVE, ADA)
    assert seen.users[0].photo is None
    assert seen.full_user.profile_photo is None
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(EVE, before, "a")
    location = api.InputPeerPhotoFileLocation(peer=post.peer(EVE, ADA), photo_id=photo.id)
    with pytest.raises(errors.LocationInvalid):
        await post.ask(EVE, api.UploadGetFile(location=location, offset=0, limit=1 << 20))
    me = api.InputUser(
        user_id=ADA, access_hash=accounts.access_hash(post.house, EVE, Kind.USER, ADA)
    )
    asked = api.PhotosGetUserPhotos(user_id=me, offset=0, max_id=0, limit=10)
    assert (await post.ask(EVE, asked)).photos == []
    assert (await user_as_seen(post, ADA, ADA)).full_user.profile_photo
