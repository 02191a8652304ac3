"""Forwards of what is partly gone, or not for who forwards it to see."""

from typing import Any

import msgspec
import pytest

from chappe.features import accounts
from chappe.features.conversations import Message
from chappe.tl import api, errors

from .village import Person, Village, village

KINDS = ["private", "group", "supergroup", "channel"]


async def place(v: Village, kind: str, ada: Person, bob: Person) -> Any:
    """Return where Ada writes, by how Bob names it."""
    match kind:
        case "private":
            return bob
        case "group":
            return await ada.group("Group", bob)
    return await ada.supergroup("Club", bob, broadcast=kind == "channel")


async def onward(who: Person, of: Any, ids: list[int], randoms: list[int], **more: Any) -> Any:
    """Forward messages to one's own Saved Messages."""
    answer = await who(
        api.MessagesForwardMessages(
            from_peer=who.peer(of), id=ids, random_id=randoms, to_peer=api.InputPeerSelf(), **more
        )
    )
    await who.village.settle()
    return answer


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_gone_is_left_out_of_a_forward(kind: str) -> None:
    """The others come, each under the random_id that was meant for it; with none left it is refused."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await place(v, kind, ada, bob)
        ids = [await ada.say(chat, f"part {i}") for i in range(3)]
        if kind in ("private", "group"):
            await ada(api.MessagesDeleteMessages(id=[ids[1]]))
        else:
            await ada(api.ChannelsDeleteMessages(channel=ada.channel(chat), id=[ids[1]]))
        answer = await onward(ada, chat, [*ids, 1 << 30], [111, 112, 113, 114])
        numbers = {u.random_id: u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)}
        assert sorted(numbers) == [111, 113]
        texts = {m.id: m.message for m in await ada.history(ada)}
        assert texts == {numbers[111]: "part 0", numbers[113]: "part 2"}
        for gone in ([ids[1]], [1 << 30, 0, -5]):
            with pytest.raises(errors.MessageIdInvalid):
                await onward(ada, chat, gone, list(range(121, 121 + len(gone))))
        assert len(await ada.history(ada)) == 2


async def test_what_one_may_not_see_is_left_out_like_what_is_gone() -> None:
    """Claude came late: what was said before is not his, named beside what is; alone it is refused."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        group = await ada.supergroup("Club")
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(group), enabled=True))
        secret = await ada.say(group, "before")
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(group), users=[ada.user(claude)]))
        await v.settle()
        said = await ada.say(group, "after")
        await onward(claude, group, [secret, said], [101, 102])
        assert [m.message for m in await claude.history(claude)] == ["after"]
        with pytest.raises(errors.MessageIdInvalid):
            await onward(claude, group, [secret], [3])
        with pytest.raises(errors.ChannelPrivate):
            await onward(eve, group, [secret, said], [4, 5])


async def test_what_is_left_of_an_album_stays_one() -> None:
    """Three of an album, one of them deleted: two come, together under a new number."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ids = [await ada.say(bob, f"picture {i}") for i in range(3)]
        async with v.context.change(accounts.owner_of(ada.id)) as change:
            for number in ids:
                kept = await change.get(Message, bob.id, number)
                assert kept is not None
                change.put(msgspec.structs.replace(kept, grouped_id=77))
        await ada(api.MessagesDeleteMessages(id=[ids[0]]))
        await onward(ada, bob, ids, [101, 102, 103])
        album = await ada.history(ada)
        assert [m.message for m in album] == ["picture 2", "picture 1"]
        assert len({m.grouped_id for m in album} - {77, None}) == 1


async def test_a_partly_gone_forward_can_wait() -> None:
    """Only what is there is scheduled."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ids = [await ada.say(bob, f"part {i}") for i in range(2)]
        await ada(api.MessagesDeleteMessages(id=[ids[0]]))
        due = int(v.clock.now()) + 3_600
        answer = await onward(ada, bob, ids, [1, 2], schedule_date=due)
        waiting = [u for u in answer.updates if isinstance(u, api.UpdateNewScheduledMessage)]
        assert [u.message.message for u in waiting] == ["part 1"]
