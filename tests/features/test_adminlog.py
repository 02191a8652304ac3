"""The admin log: what was done and by whom, for two days, for those who run the place and nobody else."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.features.chats.records import LogEntry
from chappe.tl import api, errors

from .running import promote, restrict
from .test_polls import ask
from .village import Person, village

DAY_S = 86_400


async def log(who: Person, chat: Any, q: str = "", **wanted: Any) -> list[Any]:
    """Return what somebody is shown of the log, newest first."""
    filters = {k: v for k, v in wanted.items() if v is True}
    asked = {"max_id": 0, "min_id": 0, "limit": 100}
    asked |= {k: v for k, v in wanted.items() if v is not True}
    found = await who(
        api.ChannelsGetAdminLog(
            channel=who.channel(chat),
            q=q,
            **asked,
            events_filter=api.ChannelAdminLogEventsFilter(**filters) if filters else None,
        )
    )
    return list(found.events)


def kinds(events: list[Any]) -> list[str]:
    """Return what was done, oldest first."""
    prefix = "ChannelAdminLogEventAction"
    return [type(e.action).__name__.removeprefix(prefix) for e in reversed(events)]


async def test_every_act_is_written_down_with_who_did_it() -> None:
    """People, rights, switches, links, titles: one entry each, in order."""
    async with village(twins=False) as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        sup = await ada.supergroup("Town", bob)
        peer, channel = ada.peer(sup), ada.channel(sup)
        await promote(ada, sup, bob, ban_users=True, delete_messages=True)
        heart = [api.ReactionEmoji(emoticon="❤")]
        link = (await ada(api.MessagesExportChatInvite(peer=peer, title="x"))).link
        door = await ada(api.MessagesExportChatInvite(peer=peer, request_needed=True))
        with pytest.raises(errors.InviteRequestSent):
            await dan(api.MessagesImportChatInvite(hash=door.link))
        for request in (
            api.ChannelsInviteToChannel(channel=channel, users=[ada.user(cid)]),
            api.MessagesHideChatJoinRequest(peer=peer, user_id=ada.user(dan), approved=True),
            api.ChannelsEditTitle(channel=channel, title="City"),
            api.MessagesEditChatAbout(peer=peer, about="Large"),
            api.MessagesToggleNoForwards(peer=peer, enabled=True),
            api.MessagesSetChatAvailableReactions(
                peer=peer, available_reactions=api.ChatReactionsSome(reactions=heart)
            ),
            api.MessagesEditChatParticipantRank(peer=peer, participant=ada.peer(bob), rank="mayor"),
            api.ChannelsUpdateUsername(channel=channel, username="thecity"),
            api.ChannelsToggleSlowMode(channel=channel, seconds=10),
            api.MessagesEditExportedChatInvite(peer=peer, link=link, title="y"),
            api.MessagesEditExportedChatInvite(peer=peer, link=link, revoked=True),
            api.MessagesDeleteExportedChatInvite(peer=peer, link=link),
        ):
            await ada(request)
        await restrict(bob, sup, cid, send_media=True)
        await cid(api.ChannelsLeaveChannel(channel=cid.channel(sup)))
        found = await log(bob, sup)
        assert kinds(found) == [
            "ParticipantInvite",
            "ParticipantToggleAdmin",
            "ParticipantInvite",
            "ParticipantJoinByRequest",
            "ChangeTitle",
            "ChangeAbout",
            "ToggleNoForwards",
            "ChangeAvailableReactions",
            "ParticipantEditRank",
            "ChangeUsername",
            "ToggleSlowMode",
            "ExportedInviteEdit",
            "ExportedInviteRevoke",
            "ExportedInviteDelete",
            "ParticipantToggleBan",
            "ParticipantLeave",
        ]
        by = [e.user_id for e in reversed(found)]
        assert by == [ada.id] * 3 + [dan.id] + [ada.id] * 10 + [bob.id, cid.id]
        joined = next(e.action for e in found if e.user_id == dan.id)
        assert (joined.approved_by, joined.invite.title) == (ada.id, None)
        allowed = next(e.action for e in found if "Reactions" in type(e.action).__name__)
        assert isinstance(allowed.prev_value, api.ChatReactionsAll)
        assert allowed.new_value.reactions == heart


async def test_messages_are_shown_as_they_were() -> None:
    """Edited, deleted by an admin, pinned; what people delete of their own is nobody's to read."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        await promote(ada, sup, bob, delete_messages=True, pin_messages=True)
        rude = await cid.say(sup, "a rude word")
        await cid(api.MessagesEditMessage(peer=cid.peer(sup), id=rude, message="a ruder word"))
        own = await cid.say(sup, "a slip of the tongue")
        await cid(api.ChannelsDeleteMessages(channel=cid.channel(sup), id=[own]))
        await bob(api.MessagesUpdatePinnedMessage(peer=bob.peer(sup), id=rude))
        await bob(api.MessagesUnpinAllMessages(peer=bob.peer(sup)))
        await bob(api.ChannelsDeleteMessages(channel=bob.channel(sup), id=[rude]))
        poll = await ask(bob, sup)
        closed = api.InputMediaPoll(
            poll=api.Poll(
                id=0,
                closed=True,
                question=api.TextWithEntities(text="", entities=[]),
                answers=[],
                hash=0,
            )
        )
        await bob(api.MessagesEditMessage(peer=bob.peer(sup), id=poll, media=closed, message=None))
        found = [
            e for e in await log(ada, sup) if hasattr(e.action, "message") or "Edit" in repr(e)
        ]
        assert kinds(found) == [
            "EditMessage",
            "UpdatePinned",
            "UpdatePinned",
            "DeleteMessage",
            "StopPoll",
        ]
        edit, pin, unpin, gone, stopped = [e.action for e in reversed(found)]
        texts = (edit.prev_message.message, edit.new_message.message)
        assert texts == ("a rude word", "a ruder word")
        assert [m.message.pinned for m in (pin, unpin)] == [True, False]
        assert (gone.message.message, gone.message.from_id.user_id) == ("a ruder word", cid.id)
        assert isinstance(stopped.message.media, api.MessageMediaPoll)
        assert "slip of the tongue" not in repr(await log(ada, sup))
        await ada(
            api.ChannelsDeleteParticipantHistory(
                channel=ada.channel(sup), participant=ada.peer(bob)
            )
        )
        assert kinds(await log(ada, sup))[-1] == "DeleteMessage"


async def test_a_discussion_and_a_new_owner_are_in_the_logs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both the channel and its group say that they belong together; who owns it changed hands."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Talk", bob)
        news = await ada.supergroup("News", bob, broadcast=True)
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(news), group=ada.channel(sup))
        )
        for here, there in ((sup, news), (news, sup)):
            (event,) = await log(ada, here, info=True)
            assert (event.action.prev_value, event.action.new_value) == (0, there.id)

        async def proved(*_: Any) -> bool:
            return True

        for name in ("has_password", "require_password"):
            monkeypatch.setattr(auth, name, proved)
        await ada(
            api.MessagesEditChatCreator(
                peer=ada.peer(news), user_id=ada.user(bob), password=api.InputCheckPasswordEmpty()
            )
        )
        await v.settle()
        events = await log(bob, news, promote=True)
        after = [type(e.action.new_participant).__name__ for e in reversed(events)]
        assert after == ["ChannelParticipantCreator", "ChannelParticipantAdmin"]


async def test_a_log_is_narrowed_by_kind_by_word_and_by_page() -> None:
    """A word is sought in what was said, not in how the log calls it."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        for title in ("City", "Village", "Hamlet"):
            await ada(api.ChannelsEditTitle(channel=ada.channel(sup), title=title))
        await ada(api.MessagesEditChatAbout(peer=ada.peer(sup), about="No Village any more"))
        assert kinds(await log(ada, sup, info=True)) == ["ChangeTitle"] * 3 + ["ChangeAbout"]
        assert kinds(await log(ada, sup, invite=True)) == ["ParticipantInvite"]
        assert await log(ada, sup, group_call=True) == []
        assert len(await log(ada, sup, "village")) == 3
        assert await log(ada, sup, "new_value") == []
        first, *_ = every = await log(ada, sup)
        assert await log(ada, sup, max_id=first.id) == every[1:]
        assert await log(ada, sup, min_id=every[-2].id) == every[:-2]
        assert await log(ada, sup, limit=2) == every[:2]


async def test_after_two_days_nobody_finds_it_any_more() -> None:
    """Nor does the store: what was deleted is gone then. Entries that are younger stay."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        owner = Owner(Kind.CHANNEL, sup.id)
        number = await bob.say(sup, "a rude word")
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(sup), id=[number]))
        await v.wait(DAY_S)
        await ada(api.ChannelsEditTitle(channel=ada.channel(sup), title="City"))
        await v.wait(DAY_S - 1)
        assert len(await log(ada, sup)) == 3
        await v.wait(1)
        assert kinds(await log(ada, sup)) == ["ChangeTitle"]
        assert len(await v.context.look(owner).scan(LogEntry)) == 1
        await v.wait(DAY_S)
        assert await log(ada, sup) == []
        assert await v.context.look(owner).scan(LogEntry) == []
        await ada(api.ChannelsEditTitle(channel=ada.channel(sup), title="Town"))
        await v.wait(2 * DAY_S)
        assert await v.context.look(owner).scan(LogEntry) == []


async def test_the_log_is_for_who_runs_the_place() -> None:
    """Members, those who left, the banned and strangers are refused."""
    async with village(twins=False) as v:
        ada, bob, cid, dan, eve = await v.people_named("Ada", "Bob", "Cid", "Dan", "Eve")
        sup = await ada.supergroup("Town", bob, cid, dan)
        await promote(ada, sup, bob, pin_messages=True)
        assert kinds(await log(bob, sup))[-1] == "ParticipantToggleAdmin"
        with pytest.raises(errors.ChatAdminRequired):
            await log(cid, sup)
        await promote(ada, sup, bob)
        with pytest.raises(errors.ChatAdminRequired):
            await log(bob, sup)
        await cid(api.ChannelsLeaveChannel(channel=cid.channel(sup)))
        await restrict(ada, sup, dan, view_messages=True)
        for one in (cid, dan, eve):
            with pytest.raises(errors.ChannelPrivate):
                await log(one, sup)


@pytest.mark.parametrize(
    "words", [["two words"], [""], ["\x07"], ["x" * 17], [str(n) for n in range(101)]]
)
async def test_what_is_no_emoji_is_no_reaction_of_a_chat(words: list[str]) -> None:
    """Nor are too many of them."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        sup = await ada.supergroup("Town")
        some = [api.ReactionEmoji(emoticon=w) for w in words]
        with pytest.raises(errors.ReactionInvalid):
            await ada(
                api.MessagesSetChatAvailableReactions(
                    peer=ada.peer(sup), available_reactions=api.ChatReactionsSome(reactions=some)
                )
            )


async def test_all_somebody_wrote_is_deleted_a_page_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much others wrote in between; what is left is said, and nothing of others goes."""
    monkeypatch.setattr("chappe.features.messages.removing.PAGE_READ", 3)
    monkeypatch.setattr("chappe.features.messages.removing.DELETED_MAX", 4)
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        for number in range(6):
            await cid.say(sup, f"rude {number}")
            await bob.say(sup, f"polite {number}")
        clean = api.ChannelsDeleteParticipantHistory(
            channel=ada.channel(sup), participant=ada.peer(cid)
        )
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.ChannelsDeleteParticipantHistory(
                    channel=bob.channel(sup), participant=bob.peer(cid)
                )
            )
        first = await ada(clean)
        assert (first.pts_count, first.offset) == (4, 1)
        second = await ada(clean)
        assert (second.pts_count, second.offset) == (2, 0)
        assert (await ada(clean)).pts_count == 0
        await v.settle()
        assert await bob.texts(sup) == [f"polite {n}" for n in range(6)]
