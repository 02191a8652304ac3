"""Polls and quizzes: who may ask, vote, look and close; and that everybody counts the same."""

import asyncio
from typing import Any

import pytest

from chappe import tl
from chappe.tl import api, errors

from .village import Person, village


def words(text: str) -> Any:
    """Return a text without entities."""
    return api.TextWithEntities(text=text, entities=[])


def question(
    *answers: str, correct: list[int] | None = None, solution: str = "", **flags: Any
) -> Any:
    """Return a poll to send; its answers are called by their places."""
    given = [
        api.PollAnswer(text=words(a), option=b"%d" % i)
        for i, a in enumerate(answers or ("yes", "no", "perhaps"))
    ]
    poll = api.Poll(id=0, question=words("Really?"), answers=given, hash=0, **flags)
    return api.InputMediaPoll(
        poll=poll,
        correct_answers=correct,
        solution=solution or None,
        solution_entities=[] if solution else None,
    )


async def ask(person: Person, to: Any, media: Any = None, **more: Any) -> int:
    """Send a poll; return the number of its message."""
    answer = await person(
        api.MessagesSendMedia(
            peer=person.peer(to),
            media=media or question(),
            message="",
            random_id=person.village.number(),
            **more,
        )
    )
    await person.village.settle()
    return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


async def vote(person: Person, to: Any, number: int, *options: int) -> Any:
    """Vote; return the poll's results as the voter is shown them."""
    answer = await person(
        api.MessagesSendVote(
            peer=person.peer(to), msg_id=number, options=[b"%d" % o for o in options]
        )
    )
    await person.village.settle()
    return answer.updates[0].results


async def seen(person: Person, of: Any) -> Any:
    """Return the newest message of a conversation, which has a poll."""
    found = (await person.history(of))[0]
    assert isinstance(found.media, api.MessageMediaPoll)
    return found


async def poll_of(person: Person, of: Any) -> Any:
    """Return the poll in the newest message."""
    return (await seen(person, of)).media


def counts(results: Any) -> list[int]:
    """Return the votes for each answer."""
    return [v.voters for v in results.results]


def own(results: Any) -> list[bytes]:
    """Return what the viewer chose."""
    return [v.option for v in results.results or () if v.chosen]


async def close(person: Person, of: Any, number: int) -> Any:
    """Close a poll by editing it."""
    media = question(closed=True)
    answer = await person(api.MessagesEditMessage(peer=person.peer(of), id=number, media=media))
    await person.village.settle()
    return answer


# -- voting -----------------------------------------------------------------------------------------


async def test_two_people_in_a_private_chat_vote() -> None:
    """Results show to who voted; a vote can be changed and taken back."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ask(ada, claude)
        theirs = await seen(claude, ada)
        assert theirs.media.results.results is None
        assert (await vote(claude, ada, theirs.id, 1)).total_voters == 1
        assert ada.told(api.UpdateMessagePoll)[-1].results.total_voters == 1
        assert ada.told(api.UpdateMessagePoll)[-1].results.results is None  # she has not voted
        results = await vote(ada, claude, number, 0)
        assert (counts(results), own(results)) == ([1, 1, 0], [b"0"])
        results = await vote(claude, ada, theirs.id, 0)
        assert (counts(results), own(results)) == ([2, 0, 0], [b"0"])
        results = await vote(claude, ada, theirs.id)
        assert (results.results, results.total_voters) == (None, 1)
        assert counts((await poll_of(ada, claude)).results) == [1, 0, 0]


async def test_a_group_and_a_supergroup_count_the_same_for_all() -> None:
    """Many at once: no vote is lost, none counts twice."""
    async with village() as v:
        ada, *others = await v.people_named("Ada", "Bob", "Cid", "Dan")
        for chat in (await ada.group("G", *others), await ada.supergroup("S", *others)):
            await ask(ada, chat, question(multiple_choice=True))
            numbers = {p.id: (await seen(p, chat)).id for p in (ada, *others)}
            await asyncio.gather(
                *(vote(p, chat, numbers[p.id], i % 3, 2) for i, p in enumerate((ada, *others))),
                *(vote(p, chat, numbers[p.id], i % 3, 2) for i, p in enumerate((ada, *others))),
            )
            for person in (ada, *others):
                results = (await poll_of(person, chat)).results
                assert (counts(results), results.total_voters) == ([2, 1, 4], 4)


async def test_a_channel_asks_its_readers() -> None:
    """Who is here hears of it, but for who has not voted without counts."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        channel = await ada.supergroup("News", bob, cid, broadcast=True)
        number = await ask(ada, channel)
        await vote(bob, channel, number, 2)
        told = cid.told(api.UpdateMessagePoll)[-1]
        assert (told.results.total_voters, told.results.results) == (1, None)
        assert own(bob.told(api.UpdateMessagePoll)[-1].results) == [b"2"]
        with pytest.raises(errors.ChatAdminRequired):
            await ask(bob, channel)
        with pytest.raises(errors.BroadcastPublicVotersForbidden):
            await ask(ada, channel, question(public_voters=True))
        mine = await ask(ada, ada, question(public_voters=True))
        with pytest.raises(errors.BroadcastPublicVotersForbidden):
            await ada(
                api.MessagesForwardMessages(
                    from_peer=ada.peer(ada),
                    id=[mine],
                    random_id=[v.number()],
                    to_peer=ada.peer(channel),
                )
            )
        assert len(await ada.history(channel)) == 2


async def test_votes_that_follow_each_other_are_told_together() -> None:
    """The first at once, the others with it a moment later; then it is quiet."""
    async with village() as v:
        ada, *voters = await v.people_named("Ada", *(f"Voter {n}" for n in range(12)))
        channel = await ada.supergroup("News", *voters, broadcast=True)
        number = await ask(ada, channel)

        def totals() -> list[int]:
            return [u.results.total_voters for u in ada.told(api.UpdateMessagePoll)]

        for person in voters[:5]:
            await vote(person, channel, number, 0)
        assert totals() == [1]
        await v.wait(1)
        assert totals() == [1]
        await v.wait(1)
        assert totals() == [1, 5]
        reader = voters[-1].told(api.UpdateMessagePoll)[-1].results  # has not voted: sees no counts
        assert (reader.total_voters, reader.results) == (5, None)
        assert own(voters[0].told(api.UpdateMessagePoll)[-1].results) == [b"0"]
        await v.wait(10)
        assert totals() == [1, 5]
        await vote(voters[6], channel, number, 1)
        assert totals() == [1, 5, 6]


async def test_votes_that_cannot_be() -> None:
    """Unknown answers, too many of them, a second try at a quiz, a message without a poll."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ask(ada, claude)
        with pytest.raises(errors.OptionInvalid):
            await vote(ada, claude, number, 7)
        with pytest.raises(errors.OptionsTooMuch):
            await vote(ada, claude, number, 0, 1)
        fixed = await ask(ada, claude, question(revoting_disabled=True))
        await vote(ada, claude, fixed, 0)
        for options in ((1,), ()):
            with pytest.raises(errors.RevoteNotAllowed):
                await vote(ada, claude, fixed, *options)
        text = await ada.say(claude, "no poll")
        for missing in (text, 999):
            with pytest.raises(errors.MessageIdInvalid):
                await vote(ada, claude, missing, 0)


async def test_a_stranger_a_former_member_and_a_banned_one_cannot_vote() -> None:
    """Nor see how it goes on; a device that was there before remembers how it stood."""
    async with village(twins=False) as v:
        ada, bob, cid, eve = await v.people_named("Ada", "Bob", "Cid", "Eve")
        group = await ada.group("G", bob, cid)
        await ask(ada, group)
        number = (await seen(bob, group)).id
        await vote(bob, group, number, 1)
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(bob)))
        await v.settle()
        with pytest.raises(errors.MessageIdInvalid):
            await vote(bob, group, number, 0)
        kept = next(m for m in await bob.history(group) if m.id == number)
        assert kept.media.results.results is None
        private = await ada.supergroup("S", cid)
        there = await ask(ada, private)
        with pytest.raises(errors.ChannelPrivate):
            await vote(eve, private, there, 0)
        await vote(cid, private, there, 0)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(private),
                participant=ada.peer(cid),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        with pytest.raises(errors.ChannelPrivate):
            await vote(cid, private, there, 1)


async def test_a_forwarded_poll_shares_its_votes() -> None:
    """But only who asked can close it, and only where they asked; apps ask how a copy stands."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        number = await ask(ada, bob)
        theirs = (await seen(bob, ada)).id
        for drop in (False, True):
            await bob(
                api.MessagesForwardMessages(
                    from_peer=bob.peer(ada),
                    id=[theirs],
                    random_id=[v.number()],
                    to_peer=bob.peer(cid),
                    drop_author=drop,
                )
            )
        await v.settle()
        copy = (await seen(cid, bob)).id
        await vote(cid, bob, copy, 1)
        results = await vote(ada, bob, number, 1)
        assert counts(results) == [0, 2, 0]
        forwarded = await seen(bob, cid)
        with pytest.raises(errors.MessageAuthorRequired):
            await close(bob, cid, forwarded.id)
        with pytest.raises(errors.MessageAuthorRequired):
            await close(bob, ada, theirs)
        await close(ada, bob, number)
        assert (await poll_of(cid, bob)).poll.closed


async def test_only_members_of_a_day_vote_where_only_members_may() -> None:
    """A day after joining they may vote in the next poll."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        channel = await ada.supergroup("News", bob, broadcast=True)
        await v.wait(2 * 86_400)
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(channel), users=[ada.user(cid)]))
        number = await ask(ada, channel, question(subscribers_only=True))
        assert counts(await vote(bob, channel, number, 0)) == [1, 0, 0]
        with pytest.raises(errors.PollMemberRestricted):
            await vote(cid, channel, number, 0)


# -- quizzes ----------------------------------------------------------------------------------------


async def test_a_quiz_tells_what_was_right_to_who_has_answered() -> None:
    """And to nobody before; it can be answered once."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        quiz = question("3", "4", correct=[1], solution="count your fingers", quiz=True)
        await ask(ada, claude, quiz)
        theirs = await seen(claude, ada)
        assert theirs.media.results.solution is None
        results = await vote(claude, ada, theirs.id, 0)
        assert [r.correct for r in results.results] == [False, True]
        assert results.solution == "count your fingers"
        with pytest.raises(errors.RevoteNotAllowed):
            await vote(claude, ada, theirs.id, 1)
        assert (await poll_of(ada, claude)).results.results is None


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        (question("one"), errors.PollAnswersInvalid),
        (question(*(str(i) for i in range(13))), errors.PollAnswersInvalid),
        (question("a" * 101, "b"), errors.PollAnswerInvalid),
        (question(" ", "b"), errors.PollAnswerInvalid),
        (question("a", "b", quiz=True), errors.QuizCorrectAnswersEmpty),
        (question("a", "b", quiz=True, correct=[2]), errors.QuizCorrectAnswerInvalid),
        (question("a", "b", quiz=True, correct=[0, 1]), errors.QuizCorrectAnswersTooMuch),
        (question("a", "b", close_period=4), errors.PollAnswersInvalid),
        (question("a", "b", close_date=12), errors.PollAnswersInvalid),
        (question("a", "b", countries_iso2=["FR"]), errors.MediaInvalid),
    ],
)
async def test_a_poll_that_cannot_be_asked(media: Any, refusal: type[Exception]) -> None:
    """Nothing is sent of it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        with pytest.raises(refusal):
            await ask(ada, claude, media)
        assert await ada.history(claude) == []


async def test_the_same_answer_twice_and_an_empty_question_are_refused() -> None:
    """By the names answers are given, and by the text."""
    async with village() as v:
        ada = await v.person("Ada")
        double = question("a", "b")
        double.poll.answers[1].option = b"0"
        with pytest.raises(errors.PollOptionDuplicate):
            await ask(ada, ada, double)
        blank = question("a", "b")
        blank.poll.question = words("  ")
        with pytest.raises(errors.PollQuestionInvalid):
            await ask(ada, ada, blank)


async def test_a_right_to_ask_can_be_taken() -> None:
    """From everybody in a group, or from one."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await ada.supergroup("S", bob)
        await ask(bob, chat)
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(chat),
                banned_rights=api.ChatBannedRights(send_polls=True, until_date=0),
            )
        )
        with pytest.raises(errors.ChatSendPollForbidden):
            await ask(bob, chat)
        await ask(ada, chat)


# -- closing ----------------------------------------------------------------------------------------


async def test_a_closed_poll_shows_its_results_to_all_and_takes_no_votes() -> None:
    """Closed by who asked; nobody else may, and not twice."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        for chat in (await ada.group("G", bob, cid), await ada.supergroup("S", bob, cid)):
            number = await ask(ada, chat)
            theirs = (await seen(bob, chat)).id
            await vote(bob, chat, theirs, 1)
            with pytest.raises(errors.MessageAuthorRequired):
                await close(bob, chat, theirs)
            await close(ada, chat, number)
            media = await poll_of(cid, chat)
            assert (media.poll.closed, counts(media.results)) == (True, [0, 1, 0])
            with pytest.raises(errors.MessagePollClosed):
                await vote(cid, chat, (await seen(cid, chat)).id, 0)
            with pytest.raises(errors.MessageNotModified):
                await close(ada, chat, number)
            with pytest.raises(errors.MediaInvalid):
                await ada(api.MessagesEditMessage(peer=ada.peer(chat), id=number, media=question()))


@pytest.mark.parametrize("given", ["close_period", "close_date"])
async def test_a_poll_closes_by_itself(given: str) -> None:
    """At its time, everywhere; a vote that comes a moment later is refused."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        until = 60 if given == "close_period" else int(v.clock.now()) + 60
        for chat in (claude, await ada.supergroup("S", claude)):
            number = await ask(ada, chat, question(**{given: until}))
            await vote(ada, chat, number, 0)
        await v.wait(59)
        assert not (await poll_of(claude, ada)).poll.closed
        await v.wait(1)
        assert claude.told(api.UpdateEditMessage)[-1].message.media.poll.closed
        assert claude.told(api.UpdateEditChannelMessage)[-1].message.media.poll.closed
        assert counts((await poll_of(claude, ada)).results) == [1, 0, 0]
        with pytest.raises(errors.MessagePollClosed):
            await vote(ada, claude, (await seen(ada, claude)).id, 1)


async def test_results_can_be_hidden_until_the_end() -> None:
    """Even from who voted; they see what they chose."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ask(ada, claude, question(hide_results_until_close=True))
        results = await vote(ada, claude, number, 2)
        assert own(results) == [b"2"]
        assert [one is None for one in counts(results)] == [True] * 3
        await close(ada, claude, number)
        assert counts((await poll_of(claude, ada)).results) == [0, 0, 1]


# -- who voted --------------------------------------------------------------------------------------


async def voters(
    person: Person, of: Any, number: int, option: bytes | None = None, **more: Any
) -> Any:
    """Ask who voted."""
    return await person(
        api.MessagesGetPollVotes(
            peer=person.peer(of), id=number, option=option, limit=more.pop("limit", 50), **more
        )
    )


async def test_voters_of_a_public_poll_see_each_other() -> None:
    """Page by page, for one answer or all; who has not voted sees nobody."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        chat = await ada.supergroup("S", bob, cid)
        number = await ask(ada, chat, question(public_voters=True))
        await vote(ada, chat, number, 0)
        await vote(bob, chat, number, 1)
        page = await voters(ada, chat, number, limit=1)
        assert (page.count, [x.peer.user_id for x in page.votes]) == (2, [bob.id])
        rest = await voters(ada, chat, number, limit=1, offset=page.next_offset)
        assert ([x.peer.user_id for x in rest.votes], rest.next_offset) == ([ada.id], None)
        one = await voters(ada, chat, number, b"1")
        assert (one.count, [x.peer.user_id for x in one.votes]) == (1, [bob.id])
        with pytest.raises(errors.PollVoteRequired):
            await voters(cid, chat, number)
        with pytest.raises(errors.OptionInvalid):
            await voters(ada, chat, number, b"?")
        assert {p.user_id for p in (await poll_of(cid, chat)).results.recent_voters} == {
            ada.id,
            bob.id,
        }
        await v.wait(2)


async def test_nobody_sees_who_voted_in_an_anonymous_poll() -> None:
    """Not even who made it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ask(ada, claude)
        results = await vote(ada, claude, number, 0)
        assert results.recent_voters is None
        with pytest.raises(errors.BroadcastForbidden):
            await voters(ada, claude, number)
        with pytest.raises(errors.MsgIdInvalid):
            await voters(ada, claude, 999)


async def test_who_asked_finds_the_votes_they_have_not_looked_at() -> None:
    """In a private chat and in a supergroup; anonymous votes raise no curiosity."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for chat in (bob, await ada.supergroup("S", bob)):
            number = await ask(ada, chat, question(public_voters=True))
            mine = ada if chat is bob else chat
            await vote(bob, mine, (await seen(bob, mine)).id, 0)
            assert (await ada.dialog(chat)).unread_poll_votes_count == 1
            assert (await poll_of(ada, chat)).results.has_unread_votes
            ask_unread = api.MessagesGetUnreadPollVotes(
                peer=ada.peer(chat), offset_id=0, add_offset=0, limit=10, max_id=0, min_id=0
            )
            assert [m.id for m in (await ada(ask_unread)).messages] == [number]
            await ada(api.MessagesReadPollVotes(peer=ada.peer(chat)))
            assert (await ada(ask_unread)).messages == []
            assert (await ada.dialog(chat)).unread_poll_votes_count == 0
        await ask(ada, bob)
        await vote(bob, ada, (await seen(bob, ada)).id, 0)
        assert (await ada.dialog(bob)).unread_poll_votes_count == 0


# -- answers added by others ------------------------------------------------------------------------


async def test_others_may_add_answers_to_an_open_poll() -> None:
    """And take them away again, with the votes; nobody may touch the first ones, or another's."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        chat = await ada.supergroup("S", bob, cid)
        number = await ask(ada, chat, question("a", "b", open_answers=True))
        given = {"peer": bob.peer(chat), "msg_id": number}
        added = api.InputPollAnswer(text=words("c"))
        answer = await bob(api.MessagesAddPollAnswer(**given, answer=added))
        new = answer.updates[0].poll.answers[-1]
        assert (new.text.text, new.added_by.user_id) == ("c", bob.id)
        with pytest.raises(errors.PollOptionDuplicate):
            await bob(api.MessagesAddPollAnswer(**given, answer=added))
        options = [new.option]
        await cid(api.MessagesSendVote(peer=cid.peer(chat), msg_id=number, options=options))
        await vote(ada, chat, number, 0)
        theirs = {"peer": cid.peer(chat), "msg_id": number}
        with pytest.raises(errors.MessageAuthorRequired):
            await cid(api.MessagesDeletePollAnswer(**theirs, option=new.option))
        with pytest.raises(errors.OptionInvalid):
            await bob(api.MessagesDeletePollAnswer(**given, option=b"0"))
        await bob(api.MessagesDeletePollAnswer(**given, option=new.option))
        results = (await poll_of(ada, chat)).results
        assert (counts(results), results.total_voters) == ([1, 0], 1)
        closed = await ask(ada, chat)
        with pytest.raises(errors.PollAnswersInvalid):
            await bob(api.MessagesAddPollAnswer(peer=bob.peer(chat), msg_id=closed, answer=added))
        await v.wait(2)


# -- around it --------------------------------------------------------------------------------------


async def test_a_poll_sent_again_is_the_same_poll() -> None:
    """The same random_id makes one message and one poll."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for _ in range(2):
            await ada(
                api.MessagesSendMedia(
                    peer=ada.peer(claude), media=question(), message="", random_id=5
                )
            )
        await v.settle()
        assert len(await claude.history(ada)) == 1
        assert await v.context.look((1, ada.id)).counter("poll") == 1  # type: ignore[arg-type]


async def test_who_knows_the_results_is_told_nothing_new() -> None:
    """By the hash; a vote makes it another."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ask(ada, claude)
        known = (await poll_of(ada, claude)).poll.hash
        asked = api.MessagesGetPollResults(peer=ada.peer(claude), msg_id=number, poll_hash=known)
        assert (await ada(asked)).updates == []
        await vote(claude, ada, (await seen(claude, ada)).id, 0)
        (update,) = (await ada(asked)).updates
        assert (update.results.total_voters, update.poll.hash != known) == (1, True)
        asked.msg_id = 999
        with pytest.raises(errors.MessageIdInvalid):
            await ada(asked)


async def test_a_poll_outlives_the_account_that_asked() -> None:
    """As a closed one without results: those went with the account."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ask(ada, claude)
        theirs = (await seen(claude, ada)).id
        await vote(claude, ada, theirs, 0)
        await ada(api.AccountDeleteAccount(reason=""))
        await v.settle()
        media = await poll_of(claude, ada)
        assert (media.poll.closed, media.results.results) == (True, None)
        with pytest.raises(errors.MessageIdInvalid):
            await vote(claude, ada, theirs, 1)


async def test_an_old_app_reads_and_answers_polls() -> None:
    """On layer 158 counts are plain numbers, and correct answers are named by their options."""
    async with village() as v:
        ada = await v.person("Ada")
        old = await v.person("Old", layer=158)
        await ask(ada, old, question(hide_results_until_close=True, public_voters=True))
        results = await vote(old, ada, (await seen(old, ada)).id, 0)
        assert [r.voters for r in results.results] == [0, 0, 0]
        assert results.recent_voters is None
        assert tl.LAYER > 158
