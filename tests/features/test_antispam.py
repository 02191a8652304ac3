"""Anti-spam in one's own group: off until an admin wants it, by rules they can read, and undone by them."""

from typing import Any

import pytest

from chappe.features.antispam.rules import (
    ALIKE_MAX,
    FLOOD_MESSAGES_MAX,
    FLOOD_S,
    NEW_S,
    SpamRule,
    rule_against,
)
from chappe.features.conversations import Message
from chappe.features.help.configuration import APP_SETTINGS
from chappe.tl import api, errors

from .village import Person, Village, village

SERVICE = 777_000
LINK = ("MessageEntityUrl", 0, 12, "")


def said(number: int, date: int = 1_000, text: str = "hi", **more: Any) -> Message:
    """Return a message of one writer."""
    return Message(peer=-1, id=number, date=date, sender=7, out=True, text=text, **more)


async def toggle(who: Person, group: Any, *, enabled: bool = True) -> Any:
    """Have somebody turn anti-spam on or off."""
    told = await who(api.ChannelsToggleAntiSpam(channel=who.channel(group), enabled=enabled))
    await who.village.settle()
    return told


async def log_of(who: Person, group: Any) -> list[Any]:
    """Return the group's admin log, the newest first."""
    page = await who(
        api.ChannelsGetAdminLog(channel=who.channel(group), q="", max_id=0, min_id=0, limit=50)
    )
    return list(page.events)


async def false_positive(who: Person, group: Any, number: int) -> Any:
    """Have somebody say that a message was no spam."""
    done = await who(
        api.ChannelsReportAntiSpamFalsePositive(channel=who.channel(group), msg_id=number)
    )
    await who.village.settle()
    return done


async def guarded(v: Village) -> tuple[Person, Person, Any]:
    """Return an owner, a member who is new, and their group, where anti-spam is on."""
    ada, bob = await v.people_named("Ada", "Bob")
    hall = await ada.supergroup("Hall", bob)
    await toggle(ada, hall)
    return ada, bob, hall


@pytest.mark.parametrize(
    ("message", "member_for_s", "rule"),
    [
        (said(1), 0, None),
        (said(1, entities=(LINK,)), 0, SpamRule.LINK),
        (said(1, entities=(LINK,)), NEW_S, None),
        (said(1, entities=(("MessageEntityBold", 0, 2, ""),)), 0, None),
        (said(1, fwd_date=5), 0, SpamRule.MEDIA),
        (said(1, fwd_date=5), NEW_S, None),
    ],
)
def test_what_new_members_may_not(
    message: Message, member_for_s: int, rule: SpamRule | None
) -> None:
    """Links, and what is forwarded; after a day they may."""
    assert rule_against(message, [message], member_for_s) is rule


def test_nobody_floods_a_group_and_an_album_is_one_message() -> None:
    """Those within the time count, and so does the same text over and over."""
    many = [said(i, text=str(i)) for i in range(1, FLOOD_MESSAGES_MAX + 1)]
    one_more = said(99, text="more")
    assert rule_against(many[-1], many, NEW_S) is None
    assert rule_against(one_more, [*many, one_more], NEW_S) is SpamRule.FLOOD
    late = said(99, date=1_000 + FLOOD_S, text="more")
    assert rule_against(late, [*many, late], NEW_S) is None
    album = [said(i, text="", grouped_id=5) for i in range(1, FLOOD_MESSAGES_MAX + 5)]
    assert rule_against(album[-1], album, NEW_S) is None
    same = [said(i, date=1_000 + 60 * i) for i in range(ALIKE_MAX + 1)]
    assert rule_against(same[-2], same[:-1], NEW_S) is None
    assert rule_against(same[-1], same, NEW_S) is SpamRule.ALIKE


async def test_who_runs_a_group_turns_it_on_and_everybody_else_may_not() -> None:
    """It is off at first; apps find who the remover is, and that every group may have it."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        hall = await ada.supergroup("Hall", bob)
        news = await ada.supergroup("News", broadcast=True)
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(hall)))
        assert full.full_chat.antispam is False
        with pytest.raises(errors.ChatNotModified):
            await toggle(ada, hall, enabled=False)
        with pytest.raises(errors.ChatAdminRequired):
            await toggle(bob, hall)
        with pytest.raises(errors.ChatNotModified):
            await toggle(ada, news)
        with pytest.raises(errors.ChannelPrivate):
            await toggle(eve, hall)
        with pytest.raises(errors.ChannelPrivate):
            await false_positive(eve, hall, 1)
        await toggle(ada, hall)
        full = await bob(api.ChannelsGetFullChannel(channel=bob.channel(hall)))
        assert full.full_chat.antispam is True
        entry = (await log_of(ada, hall))[0].action
        assert entry == api.ChannelAdminLogEventActionToggleAntiSpam(new_value=True)
        assert APP_SETTINGS["telegram_antispam_user_id"] == str(SERVICE)
        assert APP_SETTINGS["telegram_antispam_group_size_min"] == 1.0


async def test_a_new_members_link_goes_and_an_admin_brings_it_back() -> None:
    """It stands in the log as the service's doing; nobody else can say that it was wrong."""
    async with village() as v:
        ada, bob, hall = await guarded(v)
        bad = await bob.say(hall, "buy at https://gold.example")
        fine = await bob.say(hall, "good morning")
        await v.settle()
        assert "good morning" in await ada.texts(hall)
        assert "buy at https://gold.example" not in await ada.texts(hall)
        (entry,) = [e for e in await log_of(ada, hall) if e.user_id == SERVICE]
        assert isinstance(entry.action, api.ChannelAdminLogEventActionDeleteMessage)
        assert entry.action.message.id == bad
        with pytest.raises(errors.ChatAdminRequired):
            await false_positive(bob, hall, bad)
        for wrong in (fine, 999, 0):
            with pytest.raises(errors.MsgIdInvalid):
                await false_positive(ada, hall, wrong)
        assert await false_positive(ada, hall, bad)
        assert "buy at https://gold.example" in await bob.texts(hall)
        with pytest.raises(errors.MsgIdInvalid):
            await false_positive(ada, hall, bad)


async def test_a_link_put_in_later_goes_as_well() -> None:
    """Else one would write it after the first look."""
    async with village() as v:
        ada, bob, hall = await guarded(v)
        number = await bob.say(hall, "good morning")
        await bob(
            api.MessagesEditMessage(peer=bob.peer(hall), id=number, message="https://gold.example")
        )
        await v.settle()
        assert "https://gold.example" not in await ada.texts(hall)


async def test_admins_and_old_members_write_what_they_want() -> None:
    """And so does everybody where it is off."""
    async with village() as v:
        ada, bob, hall = await guarded(v)
        await ada.say(hall, "see https://hall.example")
        await v.wait(NEW_S)
        await bob.say(hall, "see https://bob.example")
        await toggle(ada, hall, enabled=False)
        cleo = await v.person("Cleo")
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(hall), users=[ada.user(cleo)]))
        await v.settle()
        await cleo.say(hall, "see https://cleo.example")
        await v.settle()
        assert {f"see https://{one}.example" for one in ("hall", "bob", "cleo")} <= set(
            await ada.texts(hall)
        )


async def test_of_a_flood_the_rest_goes() -> None:
    """What came before it stays."""
    async with village() as v:
        ada, bob, hall = await guarded(v)
        for number in range(FLOOD_MESSAGES_MAX + 2):
            await bob.say(hall, f"line {number}")
        await v.settle()
        lines = [t for t in await ada.texts(hall) if t.startswith("line")]
        assert len(lines) == FLOOD_MESSAGES_MAX
