"""Moderators in tests: enrolled three days ago, with people whose messages are reported."""

from typing import Any

from chappe.desks import staff
from chappe.desks.moderation.records import MODERATION_BOX, RuleUsed
from chappe.tl import api
from tests.features.post import picture
from tests.features.village import Person, Village

from .people import Colleague, colleague

USED = "INCOMPATIBLE SCAMS_AND_FRAUD"
SPAM, CHILD, TERROR = b"scam/spam", b"child abuse/asked", b"terrorism/asked"


async def moderators(v: Village, *names: str, role: str = "moderator") -> list[Colleague]:
    """Return moderators who were enrolled so long ago that they sign, and are logged in.

    By one rule somebody was decided against before, so that one person may.
    """
    found = [await colleague(v, name, role) for name in names]
    v.clock.time += staff.KEY_RESTS_S
    for one in found:
        await one.log_in()
    async with v.context.change(MODERATION_BOX) as change:
        if await change.get(RuleUsed, USED) is None:
            change.put(RuleUsed(rule=USED, first=change.now))
    return found


async def reported(
    by: Person, of: Person, text: str = "buy gold", option: bytes = SPAM, comment: str = ""
) -> int:
    """Have somebody write, and somebody report it; return the message's number for who reported."""
    await of.say(by, text)
    number = (await by.history(of))[0].id
    ask = api.MessagesReport(peer=by.peer(of), id=[number], option=option, message=comment)
    assert isinstance(await by(ask), api.ReportResultReported)
    await by.village.settle()
    return int(number)


async def queue(who: Colleague) -> list[Any]:
    """Return the queue as somebody sees it."""
    return list(await who.give("cases"))


async def send_picture(by: Person, to: Person) -> None:
    """Have somebody send a picture."""
    data = picture(64, 48)
    assert await by(api.UploadSaveFilePart(file_id=7, file_part=0, bytes=data))
    file = api.InputFile(id=7, parts=1, name="a.jpg", md5_checksum="")
    media = api.InputMediaUploadedPhoto(file=file)
    await by(api.MessagesSendMedia(peer=by.peer(to), media=media, message="", random_id=7))
