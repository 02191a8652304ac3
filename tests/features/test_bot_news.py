"""News for bots by qts: who comes and goes, who asks, who stops it; by push, difference and queue alike."""

from typing import Any

import pytest

from chappe.core import Kind
from chappe.features.botqueue import UpdateKind, UpdateQueue, allowed_by
from chappe.tl import api, errors

from .bots_there import BotThere, bot_of
from .test_bots_in_groups import invite, make_groups, promote
from .village import Person, Village, village

NEWS = (
    api.UpdateChannelParticipant,
    api.UpdateChatParticipant,
    api.UpdateBotStopped,
    api.UpdateBotChatInviteRequester,
)


async def news(bot: BotThere) -> list[Any]:
    """Return the news a bot was pushed, which its difference must say alike; both by rising qts."""
    pushed = [u for u in bot.device.heard if isinstance(u, NEWS)]
    missed = await bot(api.UpdatesGetDifference(pts=1, date=1, qts=0))
    others = [u for u in getattr(missed, "other_updates", ()) if isinstance(u, NEWS)]
    for update in (*others, *pushed):
        if getattr(update, "invite", None) is not None:
            update.invite.requested = update.invite.usage = None  # as they stand when it is told
    assert others == pushed
    assert [u.qts for u in pushed] == list(range(2, len(pushed) + 2))
    return pushed


async def queued(v: Village, bot: BotThere, *kinds: UpdateKind) -> list[Any]:
    """Return what waits of some kinds for the bot's program."""
    page = await UpdateQueue(v.context).take(bot.id, 0, 100)
    return [one.update for one in page.updates if one.kind in kinds]


async def wants_all(v: Village, bot: BotThere) -> None:
    """Have a bot's program want every kind of update."""
    await UpdateQueue(v.context).note_use(bot.id, allowed_by([k.word for k in UpdateKind]))


def standing(participant: Any) -> str:
    """Return what somebody is, shortly."""
    if participant is None:
        return "-"
    return str(type(participant).__name__).removeprefix("Channel").removeprefix("ChatP").lower()


async def test_a_bot_hears_of_itself_everywhere() -> None:
    """That it came, was made an admin, no longer, and was thrown out: by whom, what it was and is."""
    async with village() as v:
        ada, _, bot, group, club = await make_groups(v)
        await wants_all(v, bot)
        await promote(ada, club, bot)
        await promote(ada, club, bot, api.ChatAdminRights())
        banned = api.ChatBannedRights(until_date=0, view_messages=True)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(club),
                participant=api.InputPeerUser(
                    user_id=bot.id, access_hash=bot.named_by(ada).access_hash
                ),
                banned_rights=banned,
            )
        )
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=bot.named_by(ada)))
        await v.settle()
        heard = await news(bot)
        assert {(u.user_id, u.actor_id) for u in heard} == {(bot.id, ada.id)}
        in_club = [u for u in heard if isinstance(u, api.UpdateChannelParticipant)]
        assert [(standing(u.prev_participant), standing(u.new_participant)) for u in in_club] == [
            ("-", "participantself"),
            ("participantself", "participantadmin"),
            ("participantadmin", "participantself"),
            ("participantself", "participantbanned"),
        ]
        in_group = [u for u in heard if isinstance(u, api.UpdateChatParticipant)]
        assert [(u.prev_participant is None, u.new_participant is None) for u in in_group] == [
            (True, False),
            (False, True),
        ]
        mine = await queued(v, bot, UpdateKind.MY_CHAT_MEMBER)
        assert [type(u) for u in mine] == [type(u) for u in heard]


async def test_an_admin_hears_of_others() -> None:
    """Who comes and goes, and who is made what; a bot that is none hears of nobody else."""
    async with village() as v:
        ada, eve, bot, _, club = await make_groups(v)
        mary = await v.person("Mary")
        plain = await bot_of(v, ada, "plain_bot", hears_all=True)
        await invite(ada, club, plain)
        await promote(ada, club, bot)
        for one in (bot, plain):
            await wants_all(v, one)
        before = len(await news(bot)), len(await news(plain))
        named = [ada.user(mary)]
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(club), users=named))
        await eve(api.ChannelsLeaveChannel(channel=eve.channel(club)))
        await v.settle()
        heard = (await news(bot))[before[0] :]
        assert [(u.user_id, u.actor_id, standing(u.new_participant)) for u in heard] == [
            (mary.id, ada.id, "participant"),
            (eve.id, eve.id, "-"),
        ]
        assert len(await news(plain)) == before[1]
        assert [u.user_id for u in await queued(v, bot, UpdateKind.CHAT_MEMBER)] == [
            mary.id,
            eve.id,
        ]
        assert await queued(v, plain, UpdateKind.CHAT_MEMBER) == []


async def asks(person: Person, code: str) -> None:
    """Ask to be let in by a link."""
    with pytest.raises(errors.InviteRequestSent):
        await person(api.MessagesImportChatInvite(hash=code))
    await person.village.settle()


async def test_a_bot_lets_people_in() -> None:
    """It hears who asks, may write to them for five minutes, and decides; one without the right does not."""
    async with village() as v:
        ada, _, bot, _, club = await make_groups(v)
        mary, nell = await v.people_named("Mary", "Nell")
        link = await ada(api.MessagesExportChatInvite(peer=ada.peer(club), request_needed=True))
        code = link.link.rsplit("+", 1)[-1]
        with pytest.raises(errors.PeerIdInvalid):
            await bot.say(mary, "Who are you?")
        with pytest.raises(errors.ChatAdminRequired):
            await bot(
                api.MessagesHideChatJoinRequest(
                    peer=bot.peer(club), user_id=bot.user(mary), approved=True
                )
            )
        await promote(ada, club, bot)
        await asks(mary, code)
        asked = (await news(bot))[-1]
        assert isinstance(asked, api.UpdateBotChatInviteRequester)
        assert (asked.user_id, asked.invite.link) == (mary.id, link.link)
        assert len(await queued(v, bot, UpdateKind.CHAT_JOIN_REQUEST)) == 1
        await bot.say(mary, "Who are you?")
        assert "Who are you?" in str(mary.listener.heard)
        await bot(
            api.MessagesHideChatJoinRequest(
                peer=bot.peer(club), user_id=bot.user(mary), approved=True
            )
        )
        await v.settle()
        came = (await news(bot))[-1]
        assert (came.user_id, came.actor_id, came.invite.link) == (mary.id, bot.id, link.link)
        await asks(nell, code)
        await v.wait(301)
        for late in (mary, nell):
            with pytest.raises(errors.PeerIdInvalid):
                await bot.say(late, "Still there?")
        here = api.InputPeerUser(user_id=bot.id, access_hash=bot.named_by(mary).access_hash)
        await mary(api.MessagesSendMessage(peer=here, message="Yes", random_id=7))
        await v.settle()
        await bot.say(mary, "Good")


async def test_who_stops_a_bot_is_left_alone() -> None:
    """A block tells the bot, which may write no more; once it is lifted, it may."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "news_bot")
        here = api.InputPeerUser(user_id=bot.id, access_hash=bot.named_by(eve).access_hash)
        await eve(api.MessagesSendMessage(peer=here, message="/start", random_id=7))
        await v.settle()
        await bot.say(eve, "one")
        await eve(api.ContactsBlock(id=here))
        await eve(api.ContactsBlock(id=here))
        await eve(api.ContactsBlock(id=eve.peer(ada)))
        await v.settle()
        with pytest.raises(errors.UserIsBlocked):
            await bot.say(eve, "two")
        await eve(api.ContactsUnblock(id=here))
        await v.settle()
        await bot.say(eve, "three")
        assert [(u.user_id, u.stopped) for u in await news(bot)] == [
            (eve.id, True),
            (eve.id, False),
        ]
        assert len(await queued(v, bot, UpdateKind.MY_CHAT_MEMBER)) == 2
        assert not [u for u in ada.listener.heard if isinstance(u, NEWS)]


async def test_a_bot_begins_with_nobody() -> None:
    """Whom it met in a group and who never wrote to it hears nothing, and no bot hears another."""
    async with village() as v:
        ada, eve, bot, _, club = await make_groups(v)
        await promote(ada, club, bot)
        await eve.say(club, "hello")
        with pytest.raises(errors.PeerIdInvalid):
            await bot.say(eve, "buy!")
        other = await bot_of(v, ada, "other_bot")
        to = api.InputPeerUser(user_id=other.id, access_hash=bot.hashed(Kind.USER, other.id))
        with pytest.raises(errors.UserIsBot):
            await bot(api.MessagesSendMessage(peer=to, message="hello", random_id=3))


async def react(person: Person, chat: Any, number: int, *words: str) -> None:
    """React to a message, or take it back."""
    given = [api.ReactionEmoji(emoticon=word) for word in words]
    await person(api.MessagesSendReaction(peer=person.peer(chat), msg_id=number, reaction=given))
    await person.village.settle()


async def test_an_admin_is_told_of_reactions() -> None:
    """Who reacts how to what it heard; nothing of what it did not hear, nor while it is no admin."""
    async with village() as v:
        ada, eve, bot, _, club = await make_groups(v)
        await wants_all(v, bot)
        unheard = await eve.say(club, "among us")
        heard = await eve.say(club, "/start")
        await react(ada, club, heard, "👍")
        await promote(ada, club, bot)
        await react(ada, club, unheard, "👍")
        await react(ada, club, heard, "❤")
        await react(ada, club, heard)
        told = bot.device.told(api.UpdateBotMessageReaction)
        shown = [
            (
                u.msg_id,
                u.actor.user_id,
                [r.emoticon for r in u.old_reactions],
                [r.emoticon for r in u.new_reactions],
            )
            for u in told
        ]
        assert shown == [(heard, ada.id, ["👍"], ["❤"]), (heard, ada.id, ["❤"], [])]
        assert len(await queued(v, bot, UpdateKind.MESSAGE_REACTION)) == 2


async def test_a_bot_is_told_of_reactions_in_private() -> None:
    """To what it wrote, once for each change."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "news_bot")
        here = api.InputPeerUser(user_id=bot.id, access_hash=bot.named_by(eve).access_hash)
        await eve(api.MessagesSendMessage(peer=here, message="/start", random_id=7))
        await v.settle()
        await bot.say(eve, "one")
        number = next(
            m.id
            for m in await eve.history(api.PeerUser(user_id=bot.id))
            if getattr(m, "message", "") == "one"
        )
        await react(eve, api.PeerUser(user_id=bot.id), number, "👍")
        told = bot.device.told(api.UpdateBotMessageReaction)
        assert [(u.actor.user_id, len(u.new_reactions)) for u in told] == [(eve.id, 1)]
