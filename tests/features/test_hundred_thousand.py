"""A channel of a hundred thousand and a group of ten thousand, by the roads everybody takes.

Everybody who is in came in by the change that lets people in, so that their own box knows of it too. What is
asked for then may read no more of the store than it shows.
"""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.groups.membership import admit
from chappe.tl import api, errors

from .running import promote, restrict
from .test_big_chats import ROWS_MAX, rows_of
from .village import Person, Village, village

pytestmark = pytest.mark.long

CROWDS = [(True, 100_000), (False, 10_000)]
AT_ONCE = 1_000  # people let in by one change
FIRST = 5_000_000
REACHED = 10_000  # members one can page through


async def crowd(v: Village, chat: Any, count: int) -> Owner:
    """Let as many people into a channel or supergroup, none of whom is here."""
    owner = Owner(Kind.CHANNEL, chat.id)
    for start in range(FIRST, FIRST + count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, FIRST + count))
        for number in numbers:
            async with v.context.change(Owner(Kind.USER, number)) as change:
                change.put(accounts.User(id=number, first_name=f"Member {number}", created=1))
        async with v.context.change(owner) as change:
            for number in numbers:
                assert await admit(change, number)
        await v.settle()
    return owner


async def page(who: Person, chat: Any, kind: Any, offset: int = 0, limit: int = 200) -> Any:
    """Return a page of members."""
    return await who(
        api.ChannelsGetParticipants(
            channel=who.channel(chat), filter=kind, offset=offset, limit=limit, hash=0
        )
    )


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize(("broadcast", "count"), CROWDS)
async def test_a_crowd_is_joined_listed_searched_written_to_run_left_and_ended(
    *, broadcast: bool, count: int
) -> None:
    """Ada runs it, Bob reads it, Cid comes and goes; the others are in and away."""
    async with village(twins=False, rate_scale=100_000.0) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        place = await ada.supergroup("Everybody", bob, broadcast=broadcast)
        await crowd(v, place, count)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(place), username="everybody"))

        # who is in
        everybody = count + 2
        full = (await ada(api.ChannelsGetFullChannel(channel=ada.channel(place)))).full_chat
        assert (full.participants_count, full.admins_count) == (everybody, 1)
        seen: list[int] = []
        for offset in (*range(0, 2_000, 200), REACHED - 200):
            found = await page(ada, place, api.ChannelParticipantsRecent(), offset)
            assert (found.count, len(found.participants)) == (everybody, 200)
            seen += [p.user_id for p in found.participants]
        assert len(seen) == len(set(seen))
        beyond = await page(ada, place, api.ChannelParticipantsRecent(), REACHED)
        assert (beyond.count, beyond.participants) == (everybody, [])

        # somebody among them
        last = FIRST + count - 1
        async with v.context.change(Owner(Kind.USER, last)) as change:
            change.put(accounts.User(id=last, first_name="Needle", username="needle", created=1))
        await accounts.claim(v.context, "username", "needle", Owner(Kind.USER, last), None)
        found = await page(ada, place, api.ChannelParticipantsSearch(q="needle"))
        assert [p.user_id for p in found.participants] == [last]

        # coming, reading, writing
        rows, _ = await rows_of(v, cid, api.ChannelsJoinChannel(channel=cid.channel(place)))
        assert rows < ROWS_MAX
        post = await ada.say(place, "to all of you")
        assert [u.message.id for u in bob.told(api.UpdateNewChannelMessage)][-1:] == [post]
        assert "to all of you" in await cid.texts(place)
        state = await cid(api.UpdatesGetState())
        peer, channel = ada.peer(place), ada.channel(place)
        calls: list[Any] = [
            api.MessagesSendMessage(peer=peer, message="again", random_id=v.number()),
            api.ChannelsGetFullChannel(channel=channel),
            api.MessagesGetOnlines(peer=peer),
            api.ChannelsGetParticipants(
                channel=channel, filter=api.ChannelParticipantsAdmins(), offset=0, limit=200, hash=0
            ),
            api.ChannelsGetParticipants(
                channel=channel, filter=api.ChannelParticipantsRecent(), offset=0, limit=200, hash=0
            ),
            api.ChannelsEditTitle(channel=channel, title="Everybody at once"),
            api.MessagesGetDialogs(
                offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=20, hash=0
            ),
            api.UpdatesGetDifference(pts=state.pts, date=state.date, qts=0),
        ]
        for request in calls:
            rows, _ = await rows_of(v, ada, request)
            assert rows < ROWS_MAX, type(request).__name__

        await _run_and_end(v, (ada, bob, cid), place, count)


async def _run_and_end(v: Village, people: tuple[Person, ...], place: Any, count: int) -> None:
    """Promote, restrict, leave, end."""
    ada, bob, cid = people
    owner = Owner(Kind.CHANNEL, place.id)
    secret = (
        api.ChannelParticipantsRecent() if place.broadcast else api.ChannelParticipantsBanned(q="")
    )
    with pytest.raises(errors.ChatAdminRequired):
        await page(cid, place, secret)
    await promote(ada, place, bob, ban_users=True, invite_users=True)
    admins = await page(bob, place, api.ChannelParticipantsAdmins())
    assert {p.user_id for p in admins.participants} == {ada.id, bob.id}
    await restrict(bob, place, cid, view_messages=True)
    kicked = await page(bob, place, api.ChannelParticipantsKicked(q=""))
    assert [p.peer.user_id for p in kicked.participants] == [cid.id]
    with pytest.raises(errors.ChannelPrivate):
        await cid.history(place)

    leave = api.ChannelsLeaveChannel(channel=bob.channel(place))
    rows, _ = await rows_of(v, bob, leave)
    assert rows < ROWS_MAX
    chat = await v.context.look(owner).get(chats.Chat)
    assert chat is not None
    assert chat.members == count + 1
    rows, _ = await rows_of(v, ada, api.ChannelsDeleteChannel(channel=ada.channel(place)))
    assert rows < 3 * ROWS_MAX  # of those who are let go at once
    for _ in range(count // 500 + 3):
        await v.wait(1)
    for number in (FIRST, FIRST + count // 2, FIRST + count - 1):
        assert await v.context.look(Owner(Kind.USER, number)).scan(chats.Joined) == []
    assert await v.context.look(owner).count(chats.Member) == 0
