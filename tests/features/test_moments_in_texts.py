"""A moment in a text, which each app shows in its reader's words: kept as given, unknown to older layers."""

from chappe.tl import api

from .village import village


async def test_a_moment_comes_as_it_was_given_and_not_to_older_layers() -> None:
    """Date and form are kept, a moment before 1970 is left out, and who does not know it reads the text."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        old = await v.person("Old", layer=222)
        moment = api.MessageEntityFormattedDate(
            offset=3, length=5, date=1_800_000_000, short_time=True, day_of_week=True
        )
        bold = api.MessageEntityBold(offset=0, length=8)
        gone = api.MessageEntityFormattedDate(offset=0, length=2, date=0, relative=True)
        cut = api.MessageEntityBold(offset=0, length=3)  # nothing is drawn within a moment
        for friend, shown in ((bob, [cut, moment]), (old, [cut])):
            await ada.say(friend, "At eight", entities=[bold, moment, gone])
            (told,) = await friend.history(ada)
            assert told.entities == shown
            assert told.message == "At eight"
