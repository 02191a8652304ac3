"""Reports: a menu the server drives, a sealed copy of exactly what was pointed at, and nothing twice."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.features.reports.records import BOX, Report
from chappe.rpc import Rate
from chappe.tl import api, errors

from .village import Person, Village, village


async def kept(v: Village) -> list[Report]:
    """Return the reports that wait."""
    return await v.context.look(BOX).scan(Report)


async def report(
    who: Person, chat: Any, ids: list[int], option: bytes = b"", text: str = ""
) -> Any:
    """Take one step of a report."""
    return await who(api.MessagesReport(peer=who.peer(chat), id=ids, option=option, message=text))


async def test_official_android_begins_without_messages_and_gets_the_menu() -> None:
    """The first page comes whatever is named; each choice leads on until nothing is left to ask."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "buy gold")
        number = (await ada.history(bob))[0].id
        page = await report(ada, bob, [])
        assert isinstance(page, api.ReportResultChooseOption)
        texts = {o.text.lower() for o in page.options}
        for word in ("spam", "violence", "child abuse", "illegal where i live"):
            assert any(word in text for text in texts), word
        open_ = [o.option for o in page.options]
        seen, ends = set(), 0
        while open_:
            option = open_.pop()
            assert option not in seen
            seen.add(option)
            step = await report(ada, bob, [number], option)
            if isinstance(step, api.ReportResultChooseOption):
                open_ += [o.option for o in step.options]
            elif isinstance(step, api.ReportResultAddComment):
                done = await report(ada, bob, [number], step.option, "it is so")
                assert isinstance(done, api.ReportResultReported)
                ends += 1
            else:
                assert isinstance(step, api.ReportResultReported)
                ends += 1
        assert ends > 15
        assert len(await kept(v)) == ends
        with pytest.raises(errors.MessageIdRequired):  # now the app lets messages be chosen
            await report(ada, bob, [], b"dislike")
        with pytest.raises(errors.MessageIdRequired):
            await report(ada, bob, [], b"illegal", "of piracy")
        with pytest.raises(errors.MessageIdInvalid):
            await report(ada, bob, [9999], b"dislike")
        for wrong in (b"nonsense", b"violence/nonsense", b"\xff", b"spam" * 1000):
            with pytest.raises(errors.OptionInvalid):
                await report(ada, bob, [number], wrong)


async def test_a_comment_that_is_optional_may_be_empty_and_one_that_is_not_may_not() -> None:
    """Who writes nothing is not asked again; where words are needed, they are asked for."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "buy gold")
        number = (await ada.history(bob))[0].id
        step = await report(ada, bob, [number], b"terrorism")
        assert isinstance(step, api.ReportResultAddComment)
        assert step.optional
        assert isinstance(await report(ada, bob, [number], step.option), api.ReportResultReported)
        (one,) = await kept(v)
        assert (one.reason, one.comment) == ("terrorism", "")
        step = await report(ada, bob, [number], b"illegal")
        assert isinstance(step, api.ReportResultAddComment)
        assert not step.optional
        again = await report(ada, bob, [number], step.option)
        assert isinstance(again, api.ReportResultAddComment)
        for made_up in (b"illegal/asked", b"asked", b"violence/asked"):
            with pytest.raises(errors.OptionInvalid):
                await report(ada, bob, [number], made_up)


async def test_the_copy_is_what_was_reported_when_it_was_reported() -> None:
    """Bob edits and deletes afterwards: the report says what Ada saw, and nothing beside it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "before")
        bad = await bob.say(ada, "a threat")
        await bob.say(ada, "after")
        number = next(m.id for m in await ada.history(bob) if m.message == "a threat")
        await report(ada, bob, [number, number, 9999], b"violence/insults")
        await bob(api.MessagesEditMessage(peer=bob.peer(ada), id=bad, message="a compliment"))
        await bob(api.MessagesDeleteMessages(id=[bad], revoke=True))
        (one,) = await kept(v)
        assert [(m[0], m[2], m[3]) for m in one.messages] == [(number, bob.id, "a threat")]
        assert (one.reporter, one.peer, one.reason) == (ada.id, bob.id, "violence/insults")


async def test_the_same_is_reported_once_and_another_thing_again() -> None:
    """A second tap makes no second report; another message, reason or kind does."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "one")
        await bob.say(ada, "two")
        two, one = [m.id for m in (await ada.history(bob))[:2]]
        for _ in range(3):
            await report(ada, bob, [one], b"scam/spam")
        assert len(await kept(v)) == 1
        await report(ada, bob, [one, two], b"scam/spam")
        assert [[m[0] for m in r.messages] for r in await kept(v)] == [[one], [two]]
        await report(ada, bob, [one], b"violence/hate")
        await ada(
            api.AccountReportPeer(
                peer=ada.peer(bob), reason=api.InputReportReasonFake(), message="not Bob"
            )
        )
        await ada(
            api.AccountReportPeer(
                peer=ada.peer(bob), reason=api.InputReportReasonFake(), message="still not"
            )
        )
        await ada(
            api.AccountReportProfilePhoto(
                peer=ada.peer(bob),
                photo_id=api.InputPhotoEmpty(),
                message="",
                reason=api.InputReportReasonPornography(),
            )
        )
        assert [r.kind for r in await kept(v)][2:] == ["messages", "peer", "photo"]
        assert (await kept(v))[3].comment == "not Bob"


async def test_what_one_person_has_copied_in_a_day_is_bounded() -> None:
    """Ada reports a hundred messages for one reason after the other until she has to wait; Bob need not."""
    async with village(rate_scale=1.0, twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await bob.supergroup("Club", ada)
        numbers = [await bob.say(sup, f"gold {i}") for i in range(100)]
        reasons = (b"dislike", b"scam/spam", b"scam/fraud", b"violence/hate", b"violence/calls")
        for reason in reasons:
            await report(ada, sup, numbers, reason)
        with pytest.raises(errors.FloodWait) as refusal:
            await report(ada, sup, numbers[:1], b"scam/phishing")
        copied = sum(len(r.messages) for r in await kept(v))
        assert copied == Rate.EVIDENCE.value.size == 500
        await report(bob, sup, numbers[:1], b"scam/phishing")
        v.clock.time += int(refusal.value.number)
        await report(ada, sup, numbers[:1], b"scam/phishing")
        assert sum(len(r.messages) for r in await kept(v)) == copied + 2


async def test_spam_of_a_stranger_is_copied_and_of_oneself_is_not() -> None:
    """The newest ten of theirs, none of one's own; the bar that offered it goes."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for i in range(12):
            await bob.say(ada, f"gold {i}")
        await ada.say(bob, "stop it")
        await ada(api.MessagesReportSpam(peer=ada.peer(bob)))
        (one,) = await kept(v)
        assert sorted(m[3] for m in one.messages) == sorted(f"gold {i}" for i in range(2, 12))
        await ada(api.MessagesHidePeerSettingsBar(peer=ada.peer(bob)))
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.MessagesReportSpam(peer=api.InputPeerUser(user_id=bob.id, access_hash=1)))


async def test_admins_report_what_others_wrote_in_their_group() -> None:
    """Only messages of the one who is named; a member may not, and a reaction is reported by itself."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club", bob, cid)
        bad, mine = await bob.say(sup, "gold"), await ada.say(sup, "no gold")

        async def spam(by: Person, ids: list[int]) -> Any:
            return await by(
                api.ChannelsReportSpam(channel=by.channel(sup), participant=by.peer(bob), id=ids)
            )

        with pytest.raises(errors.ChatAdminRequired):
            await spam(cid, [bad])
        with pytest.raises(errors.MessageIdInvalid):
            await spam(ada, [mine])
        await spam(ada, [bad, mine])
        (one,) = await kept(v)
        assert ([m[3] for m in one.messages], one.about) == (["gold"], bob.id)
        with pytest.raises(errors.MessageIdInvalid):
            await cid(
                api.MessagesReportReaction(peer=cid.peer(sup), id=9999, reaction_peer=cid.peer(bob))
            )
        await cid(
            api.MessagesReportReaction(peer=cid.peer(sup), id=mine, reaction_peer=cid.peer(bob))
        )
        assert (await kept(v))[1].kind == "reaction"


async def test_nobody_reports_what_they_cannot_see() -> None:
    """Hidden and absent messages make no report, and teach nothing."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Club", bob)
        number = await ada.say(sup, "between us")
        await ada.say(bob, "between us two")
        with pytest.raises(errors.ChannelPrivate):
            await report(eve, sup, [number], b"dislike")
        with pytest.raises(errors.MessageIdInvalid):
            await report(eve, bob, [number], b"dislike")
        assert await kept(v) == []


async def test_the_operator_sees_counts_and_ages_only() -> None:
    """Two of one kind, a day old; not a word of what they hold."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for text in ("gold", "silver"):
            await bob.say(ada, text)
            await report(ada, bob, [(await ada.history(bob))[0].id], b"scam/spam")
        v.clock.time += 86_400
        seen = await operate(v.server, "reports")
        assert seen == [{"reason": "messages: scam/spam", "waiting": 2, "oldest_hours": 24}]


async def test_a_screenshot_is_told_and_only_in_private() -> None:
    """Claude is told, in his own numbers; a group, oneself and a missing message are refused."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        group = await ada.group("Duo", claude)
        number = await claude.say(ada, "secret")
        mine = (await ada.history(claude))[0].id

        async def shoot(of: Any, at: int) -> Any:
            answer = api.InputReplyToMessage(reply_to_msg_id=at)
            return await ada(
                api.MessagesSendScreenshotNotification(
                    peer=ada.peer(of), reply_to=answer, random_id=v.number()
                )
            )

        await shoot(claude, mine)
        await v.settle()
        told = (await claude.history(ada))[0]
        assert isinstance(told.action, api.MessageActionScreenshotTaken)
        assert told.reply_to.reply_to_msg_id == number
        for wrong in (group, ada):
            with pytest.raises(errors.PeerIdInvalid):
                await shoot(wrong, mine)
        with pytest.raises(errors.ReplyMessageIdInvalid):
            await shoot(claude, 9999)
        await ada(api.ContactsBlock(id=ada.peer(claude)))
        with pytest.raises(errors.YouBlockedUser):
            await shoot(claude, mine)
        assert await ada(api.MessagesReportMessagesDelivery(peer=ada.peer(claude), id=[mine]))
