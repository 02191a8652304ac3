"""An operator's list of hashes: held against what everybody sees, never against what is private."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.contracts.test_perceptual import scene

from chappe.app.hash_file import hash_list_in_file
from chappe.core import HOUSE, Kind, Owner
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.desks.moderation.records import MODERATION_BOX, Case
from chappe.engines.perceptual import perceive
from chappe.features import accounts
from chappe.features.conversations import Message
from chappe.features.files import MediaRef
from chappe.features.matching import HASH_LIST, HashList, bank, hash_list, read_hash_list, unbank
from chappe.features.matching.hash_list import DISTANCE_MAX
from chappe.features.reports import where_reported
from chappe.features.reports.records import BOX, Report
from chappe.features.restrictions import Posts
from chappe.tl import api

from .sticking import item, make_set, still
from .village import Person, Village, village

BAD = scene(7).resize((480, 480))  # square, as apps cut the photo of a profile
WHY = "child abuse"


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """Return an image as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def listed() -> HashList:
    """Return a list that has the bad picture, by what it looks like."""
    return read_hash_list(f"pdq:{perceive(BAD).pdq:064x} {WHY}")


async def put_up(who: Person, data: bytes) -> Any:
    """Have somebody upload a file."""
    number = who.village.number()
    await who(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=data))
    return api.InputFile(id=number, parts=1, name="a.jpg", md5_checksum="")


async def send(who: Person, chat: Any, media: Any) -> int:
    """Have somebody send a medium; return its message."""
    told = await who(
        api.MessagesSendMedia(
            peer=who.peer(chat), media=media, message="", random_id=who.village.number()
        )
    )
    return next(int(u.id) for u in told.updates if isinstance(u, api.UpdateMessageID))


async def photo(who: Person, chat: Any, image: Image.Image, quality: int = 60) -> int:
    """Have somebody send a photo."""
    file = await put_up(who, jpeg(image, quality))
    return await send(who, chat, api.InputMediaUploadedPhoto(file=file))


async def document(who: Person, chat: Any, data: bytes) -> int:
    """Have somebody send a file."""
    file = await put_up(who, data)
    media = api.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[])
    return await send(who, chat, media)


async def make_public(who: Person, chat: Any, name: str) -> None:
    """Give a channel a public name."""
    await who(api.ChannelsUpdateUsername(channel=who.channel(chat), username=name))


async def filed(v: Village) -> list[Report]:
    """Return the reports that there are once everything was looked at."""
    await v.wait(0)
    return await v.context.look(BOX).scan(Report)


def test_a_list_is_read_and_finds_what_is_near() -> None:
    """Remarks and reasons; PDQ within 31 bits, wherever they lie; other hashes exactly."""
    base = int("f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22", 16)
    digest = hashlib.sha256(b"x").hexdigest()
    md5 = hashlib.md5(b"y", usedforsecurity=False).hexdigest()
    known = read_hash_list(
        f"# a list\n\npdq:{base:064x} child abuse # case 5\nsha256:{digest.upper()} terrorism\nMD5:{md5}\n"
    )
    assert (len(known), len(read_hash_list("# nothing\n"))) == (3, 0)
    assert known.same(bytes.fromhex(digest)) == "terrorism"
    assert known.same(bytes.fromhex(md5)) == "other"
    assert known.same(bytes(32)) is None
    for step in (1, 7, 8):
        near = base ^ sum(1 << (bit * step) % 256 for bit in range(DISTANCE_MAX))
        assert (near ^ base).bit_count() == DISTANCE_MAX
        assert known.alike(near) == WHY
        far = near ^ 1 << (DISTANCE_MAX * step) % 256
        assert known.alike(far) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pdq:12 other", "line 1 is none of a hash"),
        ("\nsha1:" + "0" * 40, "line 2 is none of a hash"),
        ("md5:" + "0" * 32 + " rudeness", "no reason of the menu"),
        ("\n".join(f"pdq:{n:064x}" for n in range(4)), "more than 3 hashes"),
    ],
)
def test_a_faulty_list_is_refused_with_its_line(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a server that is given it does not start, and says so."""
    monkeypatch.setattr(hash_list, "LINES_MAX", 3)
    with pytest.raises(ValueError, match=why):
        read_hash_list(text)
    (tmp_path / "list").write_text(text)
    with pytest.raises(ConfigurationError, match=f"`hash_list` cannot be used: .*{why}"):
        hash_list_in_file(Configuration(hash_list="list"), tmp_path)
    with pytest.raises(ConfigurationError, match="No such file"):
        hash_list_in_file(Configuration(hash_list="other"), tmp_path)
    assert len(hash_list_in_file(Configuration(), tmp_path)) == 0


async def test_a_listed_picture_in_public_has_a_report_and_in_private_none() -> None:
    """Recoded as it is; the message stays where it is: a match does nothing by itself."""
    async with village() as v:
        v.context.own(HASH_LIST).join(listed())
        ada, bob = await v.people_named("Ada", "Bob")
        open_, closed = await ada.supergroup("Open", bob), await ada.supergroup("Closed", bob)
        await make_public(ada, open_, "open_square")
        await photo(bob, ada, BAD)
        await photo(bob, closed, BAD)
        await photo(bob, await ada.group("Duo", bob), BAD)
        await photo(bob, open_, scene(8))
        assert await filed(v) == []
        number = await photo(bob, open_, BAD)
        (report,) = await filed(v)
        assert (report.kind, report.reporter, report.reason) == ("match", 0, WHY)
        (case,) = await v.context.look(MODERATION_BOX).scan(Case)
        assert (case.subject, case.lane, case.reporters) == (bob.id, "child-safety", 0)
        assert where_reported(report) == Posts(open_.id, (number,))
        ((copied, _, sender, _, media),) = report.messages
        assert (copied, sender, bool(media)) == (number, bob.id, True)
        assert number in [m.id for m in await ada.history(open_)]
        await photo(bob, open_, scene(9))
        assert len(await filed(v)) == 1


async def test_files_are_known_by_their_bytes() -> None:
    """By SHA-256, and by MD5 where a list has nothing better."""
    async with village() as v:
        md5 = hashlib.md5(b"one", usedforsecurity=False).hexdigest()
        sha256 = hashlib.sha256(b"two").hexdigest()
        v.context.own(HASH_LIST).join(read_hash_list(f"md5:{md5}\nsha256:{sha256} terrorism"))
        ada = await v.person("Ada")
        news = await ada.supergroup("News", broadcast=True)
        await make_public(ada, news, "news_of_ada")
        for data in (b"one", b"two", b"three"):
            await document(ada, news, data)
        assert sorted(r.reason for r in await filed(v)) == ["other", "terrorism"]


async def test_a_listed_photo_of_a_profile_has_one_report() -> None:
    """However often it is put there; and a medium that is put into an old message counts as posted."""
    async with village() as v:
        v.context.own(HASH_LIST).join(listed())
        ada = await v.person("Ada")
        for _ in range(2):
            file = await put_up(ada, jpeg(BAD))
            await ada(api.PhotosUploadProfilePhoto(file=file))
        (report,) = await filed(v)
        assert (report.peer, report.kind) == (ada.id, "match")
        assert where_reported(report) is None
        news = await ada.supergroup("News", broadcast=True)
        await make_public(ada, news, "news_of_ada")
        number = await photo(ada, news, scene(9))
        fresh = api.InputMediaUploadedPhoto(file=await put_up(ada, jpeg(BAD, 70)))
        await ada(api.MessagesEditMessage(peer=ada.peer(news), id=number, media=fresh))
        assert len(await filed(v)) == 2


async def test_what_staff_decided_is_known_when_it_is_published_again_until_it_is_undone() -> None:
    """By what it looks like, after the server was started anew as well; and a place is not a file."""
    async with village() as v:
        ada = await v.person("Ada")
        news = await ada.supergroup("News", broadcast=True)
        await make_public(ada, news, "news_of_ada")
        first = await photo(ada, news, BAD)
        box = Owner.channel(news.id)
        kept = await v.context.look(box).get(Message, accounts.peer_id(box), first)
        assert kept is not None
        assert await filed(v) == []
        async with v.context.change(HOUSE) as change:
            bank(change, 5, kept.media, WHY)
            bank(change, 6, MediaRef(kind="plain").pack(), WHY)
        assert await filed(v) == []
        await photo(ada, news, BAD, 50)
        assert [r.reason for r in await filed(v)] == [WHY]
        v.context.give(HASH_LIST, HashList())  # as after a start
        await photo(ada, news, BAD, 70)
        assert len(await filed(v)) == 2
        async with v.context.change(HOUSE) as change:
            unbank(change, 5)
        await filed(v)
        await photo(ada, news, BAD, 80)
        assert len(await filed(v)) == 2


async def test_without_a_list_nothing_is_looked_at() -> None:
    """No job is kept for it either."""
    async with village() as v:
        ada = await v.person("Ada")
        news = await ada.supergroup("News", broadcast=True)
        await make_public(ada, news, "news_of_ada")
        await photo(ada, news, BAD)
        assert await filed(v) == []


async def set_photo(who: Person, chat: Any, image: Image.Image) -> None:
    """Give a channel a picture beside its name."""
    given = api.InputChatUploadedPhoto(file=await put_up(who, jpeg(image)))
    await who(api.ChannelsEditPhoto(channel=who.channel(chat), photo=given))


async def test_the_photo_of_a_public_channel_is_looked_at_and_of_a_private_one_never() -> None:
    """When it is put there, and when the channel becomes public; it is no message that could be removed."""
    async with village() as v:
        v.context.own(HASH_LIST).join(listed())
        ada = await v.person("Ada")
        news = await ada.supergroup("News", broadcast=True)
        await set_photo(ada, news, BAD)
        assert await filed(v) == []
        await make_public(ada, news, "news_of_ada")
        (report,) = await filed(v)
        assert (report.kind, report.reason) == ("photo", WHY)
        assert accounts.owner_of(report.peer).kind is Kind.CHANNEL
        assert where_reported(report) is None
        await set_photo(ada, news, scene(9).resize((480, 480)))
        assert len(await filed(v)) == 1
        other = await ada.supergroup("Olds", broadcast=True)
        await make_public(ada, other, "olds_of_ada")
        await set_photo(ada, other, BAD.rotate(180))
        assert len(await filed(v)) == 1
        await set_photo(ada, other, BAD)
        assert len(await filed(v)) == 2


async def test_stickers_are_looked_at_when_they_come_into_a_set() -> None:
    """A still one by what it looks like; sets are shown to everybody. Another is not reported."""
    async with village() as v:
        v.context.give(HASH_LIST, listed())
        ada = await v.person("Ada")
        good = await item(ada, still())
        out = io.BytesIO()
        BAD.convert("RGBA").resize((512, 512)).save(out, "PNG")
        await make_set(ada, "Good", good)
        assert await filed(v) == []
        await make_set(ada, "Bad", good, await item(ada, out.getvalue()))
        (report,) = await filed(v)
        assert (report.kind, report.peer, report.reason) == ("match", ada.id, WHY)
