"""The list of conversations: its pages, pins, archive and marks, one way on every device."""

from typing import Any

import pytest

from chappe.features.dialogs import handlers
from chappe.tl import api, errors

from .village import Person, village


async def page(who: Person, limit: int, **how: Any) -> Any:
    """Return a page of somebody's list."""
    given = {
        "offset_date": 0,
        "offset_id": 0,
        "offset_peer": api.InputPeerEmpty(),
        "hash": 0,
        **how,
    }
    return await who(api.MessagesGetDialogs(limit=limit, **given))


async def walk(who: Person, limit: int, **how: Any) -> list[str]:
    """Return the peers of a whole list, read page by page as apps do."""
    found: list[str] = []
    behind: dict[str, Any] = {}
    while True:
        got = await page(who, limit, **how, **behind)
        found += [repr(d.peer) for d in got.dialogs]
        if isinstance(got, api.MessagesDialogs) or not got.dialogs:
            return found
        last = got.dialogs[-1]
        top = next(m for m in got.messages if (m.peer_id, m.id) == (last.peer, last.top_message))
        behind = {"offset_date": top.date, "offset_id": top.id, "offset_peer": who.peer(last.peer)}


async def test_pages_lose_nothing_though_all_is_of_one_second() -> None:
    """Private chats, groups and channels of the same moment, in pages of every size; pinned ones first."""
    async with village() as v:
        ada, *others = await v.people_named("Ada", *(f"P{i}" for i in range(4)))
        for one in others:
            await ada.say(one, "hi")
        places = [await ada.group("G"), await ada.supergroup("S1"), await ada.supergroup("S2")]
        for place in places:
            await ada.say(place, "hi")
        await ada(
            api.MessagesToggleDialogPin(
                pinned=True, peer=api.InputDialogPeer(peer=ada.peer(others[0]))
            )
        )
        whole = [repr(d.peer) for d in (await page(ada, 100)).dialogs]
        assert len(whole) == len(set(whole)) == 8  # the service chat is one
        assert whole[0] == repr(api.PeerUser(user_id=others[0].id))
        for size in (1, 2, 3, 7):
            assert await walk(ada, size) == whole
        without = await page(ada, 100, exclude_pinned=True)
        assert [repr(d.peer) for d in without.dialogs] == whole[1:]
        await v.settle()


async def test_the_archive_is_a_list_of_its_own() -> None:
    """Archived and brought back; a pin does not move along; folders there are none of are refused."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "hi")

        async def put(folder: int) -> Any:
            moved = api.InputFolderPeer(peer=ada.peer(bob), folder_id=folder)
            return await ada(api.FoldersEditPeerFolders(folder_peers=[moved]))

        await ada(
            api.MessagesToggleDialogPin(pinned=True, peer=api.InputDialogPeer(peer=ada.peer(bob)))
        )
        await put(1)
        archived = await page(ada, 10, folder_id=1)
        assert [(d.peer.user_id, d.pinned) for d in archived.dialogs] == [(bob.id, False)]
        plain = await page(ada, 10, folder_id=0)
        assert bob.id not in {d.peer.user_id for d in plain.dialogs}
        with pytest.raises(errors.FolderIdInvalid):
            await put(2)
        await v.settle()
        await put(0)
        assert (await page(ada, 10, folder_id=1)).dialogs == []
        await put(1)
        await ada(
            api.MessagesToggleDialogPin(pinned=True, peer=api.InputDialogPeer(peer=ada.peer(bob)))
        )
        await v.settle()


async def test_pins_are_ordered_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest pin is on top; an order may leave some where they are, or unpin them."""
    monkeypatch.setattr(handlers, "PINNED_DIALOGS_MAX", 3)
    async with village() as v:
        ada, *others = await v.people_named("Ada", *(f"P{i}" for i in range(4)))
        for one in others:
            await ada.say(one, "hi")

        def named(who: Person) -> Any:
            return api.InputDialogPeer(peer=ada.peer(who))

        async def pinned() -> list[int]:
            got = await ada(api.MessagesGetPinnedDialogs(folder_id=0))
            return [others.index(o) for d in got.dialogs for o in others if o.id == d.peer.user_id]

        for one in others[:3]:
            await ada(api.MessagesToggleDialogPin(pinned=True, peer=named(one)))
        assert await pinned() == [2, 1, 0]
        with pytest.raises(errors.PinnedDialogsTooMuch):
            await ada(api.MessagesToggleDialogPin(pinned=True, peer=named(others[3])))
        await ada(
            api.MessagesReorderPinnedDialogs(
                folder_id=0, order=[named(others[i]) for i in (0, 1, 2)]
            )
        )
        assert await pinned() == [0, 1, 2]
        await ada(
            api.MessagesReorderPinnedDialogs(force=True, folder_id=0, order=[named(others[1])])
        )
        assert await pinned() == [1]
        with pytest.raises(errors.PinnedDialogsTooMuch):
            await ada(
                api.MessagesReorderPinnedDialogs(folder_id=0, order=[named(o) for o in others])
            )
        await ada(api.MessagesToggleDialogPin(peer=named(others[1])))
        assert await pinned() == []
        await v.settle()


async def test_a_mark_by_hand_goes_by_hand_or_by_reading() -> None:
    """On every device; who cannot be named is marked by nobody."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("S", bob)
        await bob.say(ada, "hi")
        await bob.say(sup, "hi")

        async def mark(chat: Any, *, unread: bool) -> None:
            await ada(
                api.MessagesMarkDialogUnread(
                    unread=unread, peer=api.InputDialogPeer(peer=ada.peer(chat))
                )
            )

        async def marked() -> int:
            return len(await ada(api.MessagesGetDialogUnreadMarks()))

        for chat in (bob, sup):
            await mark(chat, unread=True)
        assert await marked() == 2
        await mark(bob, unread=False)
        assert await marked() == 1
        await mark(bob, unread=True)
        await ada(api.MessagesReadHistory(peer=ada.peer(bob), max_id=0))
        await ada(api.ChannelsReadHistory(channel=ada.channel(sup), max_id=0))
        await v.settle()
        assert await marked() == 0
        with pytest.raises(errors.PeerIdInvalid):
            await ada(
                api.MessagesMarkDialogUnread(
                    unread=True,
                    peer=api.InputDialogPeer(peer=api.InputPeerUser(user_id=bob.id, access_hash=5)),
                )
            )


async def test_a_conversation_that_has_not_begun_can_be_asked_for() -> None:
    """And says that there is nothing; the state beside it is that of the same moment."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        asked = api.MessagesGetPeerDialogs(
            peers=[api.InputDialogPeer(peer=ada.peer(bob)), api.InputDialogPeerFolder(folder_id=1)]
        )
        got = await ada(asked)
        assert [(d.top_message, d.unread_count) for d in got.dialogs] == [(0, 0)]
        assert got.state.pts == (await ada(api.UpdatesGetState())).pts
        offered = await ada(api.MessagesGetPeerSettings(peer=ada.peer(bob)))
        assert offered.settings.add_contact
        own = await ada(api.MessagesGetPeerSettings(peer=api.InputPeerSelf()))
        assert not own.settings.add_contact
