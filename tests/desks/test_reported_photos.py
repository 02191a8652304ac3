"""Photos beside names that somebody reports: copied into the evidence, of what the reporter was shown."""

from typing import Any

from chappe.core import Owner
from chappe.desks.moderation.kept_pictures import EvidencePicture
from chappe.desks.moderation.records import MODERATION_BOX
from chappe.features.reports.photos import shown_photo
from chappe.features.reports.records import BOX, Report
from chappe.rpc import Call
from chappe.tl import api
from tests.contracts.test_perceptual import scene
from tests.features.test_matching import jpeg, put_up, set_photo
from tests.features.village import Person, Village, village

from .judging import moderators

SQUARE = jpeg(scene(7).resize((480, 480)))
REASON: Any = api.InputReportReasonPornography()


async def photo_of(by: Person, of: Person) -> Any:
    """Return the photo that somebody's profile shows to somebody."""
    full = await by(api.UsersGetFullUser(id=by.user(of)))
    return full.full_user.profile_photo


async def report(by: Person, peer: Any, photo: Any) -> None:
    """Have somebody report a photo."""
    named = api.InputPhoto(
        id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference
    )
    ask = api.AccountReportProfilePhoto(peer=peer, photo_id=named, reason=REASON, message="")
    assert await by(ask)
    await by.village.wait(1)


async def pictures(v: Village) -> list[EvidencePicture]:
    """Return every picture that was copied."""
    return await v.context.look(MODERATION_BOX).scan(EvidencePicture)


async def test_a_reported_profile_photo_opens_though_its_owner_takes_it_away() -> None:
    """It is the picture that was shown; whom it is about is its owner."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await eve(api.PhotosUploadProfilePhoto(file=await put_up(eve, SQUARE)))
        shown = await photo_of(ada, eve)
        await report(ada, ada.peer(eve), shown)
        (kept,) = await pictures(v)
        await eve(
            api.PhotosDeletePhotos(
                id=[api.InputPhoto(id=shown.id, access_hash=shown.access_hash, file_reference=b"")]
            )
        )
        case = await grace.give("case", case=1)
        assert case["subject"] == eve.id
        (message,) = case["evidence"][0]["messages"]
        assert (message["sender"], message["media"]["is_picture"]) == (eve.id, True)
        assert (await grace.give("case-unveil", case=1, evidence=1, place=0))["size"] == len(
            kept.data
        )
        made = await grace.give(
            "case-decide",
            case=1,
            acts="mark-fake",
            ground="INCOMPATIBLE",
            category="SCAMS_AND_FRAUD",
            facts="content-reviewed",
        )
        assert made["state"] == "done"


async def test_nothing_is_copied_that_the_reporter_was_not_shown() -> None:
    """Of a photo hidden from them, of another's, of a number at random: the report has its words alone."""
    async with village(twins=False) as v:
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        for one in (eve, bob):
            await one(api.PhotosUploadProfilePhoto(file=await put_up(one, SQUARE)))
        shown, others = await photo_of(ada, eve), await photo_of(ada, bob)
        await report(ada, ada.peer(eve), others)
        nobody = api.InputPrivacyValueDisallowAll()
        await eve(api.AccountSetPrivacy(key=api.InputPrivacyKeyProfilePhoto(), rules=[nobody]))
        await report(ada, ada.peer(eve), shown)
        shown.id += 1
        await report(ada, ada.peer(eve), shown)
        assert await pictures(v) == []
        filed = await v.context.look(BOX).scan(Report)
        assert len(filed) == 3
        assert [one.messages for one in filed] == [(), (), ()]


async def test_the_photo_of_a_group_is_copied_for_its_members_and_for_nobody_else() -> None:
    """Of a channel without a public name a stranger is shown nothing."""
    async with village(twins=False) as v:
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        news = await eve.supergroup("News", ada)
        place = Owner.channel(bob.channel(news).channel_id)
        await set_photo(eve, news, scene(7).resize((480, 480)))
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(news)))
        await report(ada, ada.peer(news), full.full_chat.chat_photo)
        (kept,) = await pictures(v)
        assert kept.data[:2] == b"\xff\xd8"
        call = Call.by(v.context, bob.id)
        assert await shown_photo(call, place, full.full_chat.chat_photo.id) is None
