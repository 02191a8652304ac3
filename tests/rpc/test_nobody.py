"""Peers that may be left out, and are named as nobody instead: gotd's queries do so."""

import pytest
from tests.features.village import village

from chappe import tl
from chappe.rpc.nobody import leave_out_nobody
from chappe.tl import api, errors

NOBODY = api.InputPeerEmpty()


def search(peer: api.TypeInputPeer, *, from_id: api.TypeInputPeer | None) -> api.MessagesSearch:
    """Return a search in a conversation for what somebody wrote there."""
    return api.MessagesSearch(
        peer=peer,
        q="morning",
        from_id=from_id,
        filter=api.InputMessagesFilterEmpty(),
        min_date=0,
        max_date=0,
        offset_id=0,
        add_offset=0,
        limit=10,
        max_id=0,
        min_id=0,
        hash=0,
    )


def test_the_call_itself_is_not_changed() -> None:
    """It belongs to whoever made it."""
    given = search(api.InputPeerSelf(), from_id=NOBODY)
    assert leave_out_nobody(given).from_id is None
    assert given.from_id == NOBODY
    named = search(api.InputPeerSelf(), from_id=api.InputPeerSelf())
    assert leave_out_nobody(named) is named


def test_what_is_answered_to_counts_too() -> None:
    """The object that says so holds optional peers of its own."""
    sent = api.MessagesSendMessage(
        peer=api.InputPeerSelf(),
        message="yes",
        random_id=1,
        reply_to=api.InputReplyToMessage(reply_to_msg_id=3, reply_to_peer_id=NOBODY),
        send_as=NOBODY,
    )
    read = leave_out_nobody(sent)
    assert (read.reply_to, read.send_as) == (api.InputReplyToMessage(reply_to_msg_id=3), None)


async def test_nobody_may_be_said_only_where_nobody_need_be() -> None:
    """A search by nobody is one by anybody; a call to nobody is refused."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "good morning")
        found = await ada(search(ada.peer(claude), from_id=NOBODY))
        assert [m.message for m in found.messages] == ["good morning"]
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.MessagesSendMessage(peer=NOBODY, message="who?", random_id=2))


def test_only_what_may_be_left_out_is() -> None:
    """A required peer that is empty stays in the call."""
    given = api.MessagesSendMessage(peer=NOBODY, message="who?", random_id=2)
    assert leave_out_nobody(given) is given
    assert tl.encode(given) == tl.encode(leave_out_nobody(given))
