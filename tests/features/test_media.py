"""Files people send each other: what comes back is what went up, and only to those who see it."""

import asyncio
import hashlib
import io
import itertools
import os
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from PIL import Image
from tests.features.films import voice
from tests.features.post import (
    ADA,
    CLAUDE,
    EVE,
    KIB,
    Post,
    document,
    named,
    open_post,
    picture,
    place,
)

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.auth.account_deletion import delete_account
from chappe.features.files import parts, references
from chappe.features.files.records import UPLOAD_LIFETIME_S
from chappe.features.ledger import ErasedBy
from chappe.features.media import rules
from chappe.tl import api, errors


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
    end = len(data) - len(data) % (1024 * KIB)
    asked = api.UploadGetFileHashes(location=place(message.media.document), offset=end)
    (last,) = await post.ask(ADA, asked)
    got = await post.ask(  # a range that may be asked for, as libraries do
        ADA,
        api.UploadGetFile(
            location=place(message.media.document), offset=last.offset, limit=last.limit
        ),
    )
    assert last.hash == hashlib.sha256(got.bytes).digest()
    assert got.bytes == data[end:]


@pytest.mark.parametrize(
    ("number", "size", "refusal"),
    [
        (-1, 10, errors.FilePartInvalid),
        (parts.FILE_PARTS_MAX, 10, errors.FilePartInvalid),
        (0, 0, errors.FilePartEmpty),
        (0, parts.PART_BYTES_MAX + 1, errors.FilePartTooBig),
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
    short = api.InputFile(id=file.id, parts=1, name="", md5_checksum="")
    with pytest.raises(errors.FilePartsInvalid):
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
    refusal: type[Exception] | None,
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
    stolen = references.file_access_hash(post.context, EVE, shown.id)  # were it guessed
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
            "id": shown.id,
            "access_hash": shown.access_hash,
            "date": 0,
            "mime_type": "",
            "file_reference": shown.file_reference,
            "size": 0,
            "dc_id": 2,
            "attributes": [],
            **other,
        }
    )


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
    await post.server.delivery.relay.settle()
    for user, seen in ((CLAUDE, shown), (ADA, mine.media.document)):
        with pytest.raises(errors.FileReferenceExpired):
            await post.fetch(user, seen)


async def test_the_sender_s_end_is_the_end_of_their_files(post: Post) -> None:
    """Their key is destroyed; the message stays and shows no document."""
    await post.send_file(ADA, CLAUDE, b"mine")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    blobs = dict(post.blobs._parts)
    await delete_account(post.context, ADA, ErasedBy.OWNER)
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(CLAUDE, shown)
    message = (await post.inbox(CLAUDE, ADA))[0]
    assert message.media.document is None
    assert blobs
    assert not post.blobs._parts


async def test_ids_tell_nothing(post: Post) -> None:
    """Ids of one person's files have nothing in common, and lead back to the file."""
    ids = [references.file_id(post.context, ADA, n) for n in range(1, 50)]
    assert len(set(ids)) == len(ids)
    assert all(0 < number < 1 << 62 for number in ids)
    assert [references.owner_and_number(post.context, n) for n in ids] == [
        (ADA, n) for n in range(1, 50)
    ]
    gaps = {b - a for a, b in itertools.pairwise(ids)}
    assert len(gaps) == len(ids) - 1


# -- sending on -------------------------------------------------------------------------------------


async def test_what_was_received_can_be_sent_on(post: Post) -> None:
    """By its name, without uploading it again; and forwarded."""
    await post.send_file(ADA, CLAUDE, b"words")
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    await post.send(CLAUDE, EVE, named(theirs.media.document))
    await post.ask(
        CLAUDE,
        api.MessagesForwardMessages(
            from_peer=post.peer(CLAUDE, ADA),
            id=[theirs.id],
            random_id=[5],
            to_peer=post.peer(CLAUDE, EVE),
        ),
    )
    await post.server.delivery.relay.settle()
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


# -- documents and what needs no file ---------------------------------------------------------------


async def test_what_a_client_says_of_a_document_is_kept_within_bounds(post: Post) -> None:
    """A voice message is one; names lead out of no directory; nonsense is no type."""
    waveform = b"w" * 500
    file = await post.put_up(ADA, voice(seconds=3))
    message = await post.send(
        ADA,
        CLAUDE,
        document(
            file,
            mime_type="../../etc\n",
            attributes=[
                api.DocumentAttributeAudio(voice=True, duration=-3, waveform=waveform),
                api.DocumentAttributeFilename(file_name="../../etc/pass\nwd" + "x" * 300 + ".ogg"),
                api.DocumentAttributeSticker(alt="x", stickerset=api.InputStickerSetEmpty()),
            ],
        ),
    )
    audio, name = message.media.document.attributes
    assert (audio.voice, audio.duration) == (True, 3)
    assert len(audio.waveform) == rules.WAVEFORM_BYTES_MAX
    assert name.file_name.startswith("pass wdxxx")
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
    async with post.context.change(Owner(Kind.USER, EVE)) as change:
        change.put(accounts.User(id=EVE, first_name="Eve", phone="8881234567"))
    await accounts.claim(post.context, "phone", "8881234567", Owner(Kind.USER, EVE), None)
    contact = api.InputMediaContact(
        phone_number="+888 123 4567", first_name="Eve\n", last_name="", vcard=""
    )
    assert (await post.send(ADA, CLAUDE, contact)).media.user_id == 0
    known = accounts.Contact(user=EVE, first_name="Eve", phone="8881234567")
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        change.put(known)  # as somebody may write who guesses
    assert (await post.send(ADA, CLAUDE, contact)).media.user_id == 0
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        change.put(msgspec.structs.replace(known, found=True))
    sent = (await post.send(ADA, CLAUDE, contact)).media
    assert (sent.user_id, sent.first_name) == (EVE, "Eve")
