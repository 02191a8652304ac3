"""Folders: what they may hold, in which order, and how they are shared with others."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village


def words(text: str) -> Any:
    """Return a text without entities."""
    return api.TextWithEntities(text=text, entities=[])


def folder(number: int = 2, *included: Any, title: str = "Work", **more: Any) -> Any:
    """Return a folder as a client describes it."""
    return api.DialogFilter(
        id=number,
        title=words(title),
        pinned_peers=more.pop("pinned", []),
        include_peers=list(included),
        exclude_peers=more.pop("excluded", []),
        **more,
    )


async def keep(person: Person, given: Any, number: int | None = None) -> bool:
    """Make or alter a folder."""
    number = given.id if number is None else number
    return bool(await person(api.MessagesUpdateDialogFilter(id=number, filter=given)))


async def folders(person: Person) -> dict[int, Any]:
    """Return somebody's folders by their ids, in their order; 0 is the list itself."""
    answer = await person(api.MessagesGetDialogFilters())
    return {getattr(f, "id", 0): f for f in answer.filters}


# -- one's own --------------------------------------------------------------------------------------


async def test_folders_are_made_altered_ordered_and_removed() -> None:
    """On every device; the list of all dialogs has its place among them."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await keep(ada, folder(2, ada.peer(bob)))
        await keep(ada, folder(3, title="Groups", groups=True))
        assert list(await folders(ada)) == [0, 2, 3]
        await keep(ada, folder(3, title="Talk", groups=True, exclude_muted=True))
        assert (await folders(ada))[3].title.text == "Talk"
        await ada(api.MessagesUpdateDialogFiltersOrder(order=[3, 0, 2, 77, 3]))
        assert list(await folders(ada)) == [3, 0, 2]
        await ada(api.MessagesUpdateDialogFilter(id=3))
        assert list(await folders(ada)) == [0, 2]
        assert ada.told(api.UpdateDialogFilter)[-1].filter is None
        assert await ada(api.MessagesGetSuggestedDialogFilters()) == []


async def test_a_folder_that_cannot_be() -> None:
    """No name, nothing in it, too much, a number that means something else."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        stolen = api.InputPeerUser(user_id=bob.id, access_hash=eve.peer(bob).access_hash)
        chat = await eve.supergroup("Private")
        for given, number, refusal in (
            (folder(2, ada.peer(bob), title="  "), 2, errors.FilterTitleEmpty),
            (folder(2), 2, errors.FilterIncludeEmpty),
            (folder(0, ada.peer(bob)), 0, errors.FilterIdInvalid),
            (folder(256, ada.peer(bob)), 256, errors.FilterIdInvalid),
            (folder(3, ada.peer(bob)), 2, errors.FilterIdInvalid),
            (folder(2, stolen), 2, errors.PeerIdInvalid),
            (folder(2, eve.peer(chat)), 2, errors.ChannelInvalid),
            (folder(2, ada.peer(chat)), 2, errors.ChannelPrivate),
        ):
            with pytest.raises(refusal):
                await keep(ada, given, number)
        with pytest.raises(errors.FilterIdInvalid):
            await keep(
                ada,
                api.DialogFilterChatlist(
                    id=2, title=words("x"), pinned_peers=[], include_peers=[ada.peer(bob)]
                ),
            )
        assert list(await folders(ada)) == [0]


async def test_somebody_has_so_many_folders_and_no_more() -> None:
    """Thirty; those there are can still be altered."""
    async with village() as v:
        ada = await v.person("Ada")
        for number in range(2, 32):
            await keep(ada, folder(number, groups=True))
        with pytest.raises(errors.FilterIdInvalid):
            await keep(ada, folder(32, groups=True))
        await keep(ada, folder(31, title="New", groups=True))


async def test_a_folder_outlives_a_chat_that_has_become_private() -> None:
    """It can be altered with the chat in it, but not get it back."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await ada.supergroup("S", bob)
        given = folder(2, bob.peer(chat), groups=True)
        await keep(bob, given)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(chat),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        given.title = words("Other")
        await keep(bob, given)
        await keep(bob, folder(2, groups=True))
        with pytest.raises(errors.ChannelPrivate):
            await keep(bob, given)


async def test_names_of_folders_are_shown_if_wanted() -> None:
    """For nothing, and on every device."""
    async with village() as v:
        ada = await v.person("Ada")
        for enabled in (True, False):
            await ada(api.MessagesToggleDialogFilterTags(enabled=enabled))
            await v.settle()
            answer = await ada(api.MessagesGetDialogFilters())
            assert answer.tags_enabled is enabled
        assert len(ada.told(api.UpdateDialogFilters)) == 2


# -- shared -----------------------------------------------------------------------------------------


def chatlist(number: int = 2) -> Any:
    """Return how a client names a shared folder."""
    return api.InputChatlistDialogFilter(filter_id=number)


async def share(person: Person, *chats: Any, number: int = 2, title: str = "") -> str:
    """Share chats of a folder; return the code of the link."""
    answer = await person(
        api.ChatlistsExportChatlistInvite(
            chatlist=chatlist(number), title=title, peers=[person.peer(c) for c in chats]
        )
    )
    await person.village.settle()
    return str(answer.invite.url.rpartition("/")[2])


async def check(person: Person, slug: str) -> Any:
    """Ask what a link leads to."""
    return await person(api.ChatlistsCheckChatlistInvite(slug=slug))


async def join(person: Person, slug: str, *chats: Any) -> Any:
    """Take a shared folder over, with some of its chats."""
    answer = await person(
        api.ChatlistsJoinChatlistInvite(slug=slug, peers=[person.peer(c) for c in chats])
    )
    await person.village.settle()
    return answer


async def test_a_folder_is_shared_and_taken_over() -> None:
    """A private supergroup, a basic group and a channel, of which two are wanted."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup, group = await ada.supergroup("Super"), await ada.group("Group")
        news = await ada.supergroup("News", broadcast=True)
        await keep(ada, folder(2, *(ada.peer(c) for c in (sup, group, news))))
        slug = await share(ada, sup, group, news, title="for Bob")
        assert (await folders(ada))[2].has_my_invites
        seen = await check(bob, slug)
        assert (seen.title.text, [c.title for c in seen.chats]) == (
            "Work",
            ["Super", "Group", "News"],
        )
        with pytest.raises(errors.ChannelPrivate):
            await bob.history(sup)
        await join(bob, slug, sup, group)
        mine = (await folders(bob))[2]
        assert isinstance(mine, api.DialogFilterChatlist)
        assert (mine.title.text, len(mine.include_peers), mine.has_my_invites) == ("Work", 2, False)
        await ada.say(sup, "welcome")
        assert await bob.texts(sup) == ["welcome"]
        assert [m for m in await bob.history(group) if isinstance(m, api.MessageService)]
        already = await check(bob, slug)
        assert [p.channel_id for p in already.missing_peers] == [news.id]
        assert {getattr(p, "channel_id", 0) for p in already.already_peers} == {sup.id, 0}
        await join(bob, slug, news)
        assert len((await folders(bob))[2].include_peers) == 3
        assert list(await folders(bob)) == [0, 2]


async def test_only_who_may_invite_to_a_chat_can_share_it() -> None:
    """A member cannot, unless it is public; nobody can share what is not in the folder, or people."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        private, public = await ada.supergroup("Private", bob), await ada.supergroup("Public", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(public), username="all_of_us"))
        other = await bob.supergroup("Other")
        await keep(bob, folder(2, bob.peer(private), bob.peer(public)))
        with pytest.raises(errors.ChatAdminRequired):
            await share(bob, private, public)
        with pytest.raises(errors.PeerIdInvalid):
            await share(bob, other)
        with pytest.raises(errors.PeersListEmpty):
            await share(bob)
        with pytest.raises(errors.FilterIdInvalid):
            await share(bob, public, number=3)
        await share(bob, public)
        await keep(bob, folder(3, bob.peer(ada)))
        await keep(bob, folder(4, bob.peer(other), groups=True))
        for number in (3, 4):
            with pytest.raises(errors.FilterNotSupported):
                await share(bob, other, number=number)


async def test_a_shared_folder_holds_nothing_but_its_chats() -> None:
    """No kinds, nobody excluded, no people."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("S")
        await keep(ada, folder(2, ada.peer(sup)))
        await share(ada, sup)
        for given in (
            folder(2, ada.peer(sup), groups=True),
            folder(2, ada.peer(sup), exclude_muted=True),
            folder(2, ada.peer(sup), excluded=[ada.peer(bob)]),
        ):
            with pytest.raises(errors.ChatlistExcludeInvalid):
                await keep(ada, given)
        with pytest.raises(errors.PeerIdInvalid):
            await keep(ada, folder(2, ada.peer(sup), ada.peer(bob)))
        await keep(ada, folder(2, ada.peer(sup), title="Renamed"))
        renamed = (await folders(ada))[2]
        assert (renamed.title.text, renamed.has_my_invites) == ("Renamed", True)


async def test_links_are_listed_altered_and_deleted_by_who_made_them() -> None:
    """A deleted one leads nowhere, as does that of a folder that is gone."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        one, two = await ada.supergroup("One"), await ada.supergroup("Two")
        await keep(ada, folder(2, ada.peer(one), ada.peer(two)))
        slug = await share(ada, one)
        edit = {"chatlist": chatlist(), "slug": slug}
        await ada(api.ChatlistsEditExportedInvite(**edit, title="both", peers=[ada.peer(two)]))
        (link,) = (await ada(api.ChatlistsGetExportedInvites(chatlist=chatlist()))).invites
        assert (link.title, [p.channel_id for p in link.peers]) == ("both", [two.id])
        third = await bob.supergroup("Bob's")
        await keep(bob, folder(2, bob.peer(third)))
        await share(bob, third)
        for call in (
            api.ChatlistsEditExportedInvite(**edit, title="mine"),
            api.ChatlistsDeleteExportedInvite(**edit),
        ):
            with pytest.raises(errors.InviteSlugExpired):
                await bob(call)
        await ada(api.ChatlistsDeleteExportedInvite(**edit))
        again = await share(ada, one)
        await ada(api.MessagesUpdateDialogFilter(id=2))
        for dead, refusal in (
            (slug, errors.InviteSlugExpired),
            (again, errors.InviteSlugExpired),
            ("nothing", errors.InviteSlugExpired),
            ("", errors.InviteSlugEmpty),
        ):
            with pytest.raises(refusal):
                await check(bob, dead)
            with pytest.raises(refusal):
                await join(bob, dead, one)


async def test_a_folder_is_shared_by_so_many_links_and_no_more() -> None:
    """Twenty; and no answer tells of others' folders."""
    async with village() as v:
        ada = await v.person("Ada")
        sup = await ada.supergroup("S")
        await keep(ada, folder(2, ada.peer(sup)))
        assert len({await share(ada, sup) for _ in range(20)}) == 20
        with pytest.raises(errors.InvitesTooMuch):
            await share(ada, sup)
        with pytest.raises(errors.FilterIdInvalid):
            await ada(api.ChatlistsGetExportedInvites(chatlist=chatlist(3)))


async def test_a_link_lets_nobody_in_whom_the_chat_would_not() -> None:
    """Banned there, or the chat's own link was revoked; with nothing left there is no folder."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup, other = await ada.supergroup("S", bob), await ada.supergroup("Other")
        await keep(ada, folder(2, ada.peer(sup), ada.peer(other)))
        slug = await share(ada, sup)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(sup),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        with pytest.raises(errors.FilterIncludeEmpty):
            await join(bob, slug, sup)
        with pytest.raises(errors.FilterIncludeEmpty):
            await join(cid, slug, other)  # not shared by this link
        with pytest.raises(errors.FilterIncludeEmpty):
            await join(cid, slug)
        links = await ada(
            api.MessagesGetExportedChatInvites(
                peer=ada.peer(sup), admin_id=api.InputUserSelf(), limit=10
            )
        )
        for link in links.invites:
            await ada(
                api.MessagesEditExportedChatInvite(peer=ada.peer(sup), link=link.link, revoked=True)
            )
        with pytest.raises(errors.FilterIncludeEmpty):
            await join(cid, slug, sup)
        assert list(await folders(cid)) == list(await folders(bob)) == [0]


async def test_what_is_added_later_is_offered_until_it_is_hidden() -> None:
    """To those who took the folder over; to nobody else."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        one, two, three = [await ada.supergroup(t) for t in ("One", "Two", "Three")]
        await keep(ada, folder(2, *(ada.peer(c) for c in (one, two, three))))
        slug = await share(ada, one)
        await join(bob, slug, one)
        edit = {"chatlist": chatlist(), "slug": slug}
        both = [ada.peer(one), ada.peer(two), ada.peer(three)]
        await ada(api.ChatlistsEditExportedInvite(**edit, peers=both))
        offered = await bob(api.ChatlistsGetChatlistUpdates(chatlist=chatlist()))
        assert [c.title for c in offered.chats] == ["Two", "Three"]
        await bob(api.ChatlistsJoinChatlistUpdates(chatlist=chatlist(), peers=[bob.peer(two)]))
        await v.settle()
        assert len((await folders(bob))[2].include_peers) == 2
        await bob(api.ChatlistsHideChatlistUpdates(chatlist=chatlist()))
        assert (await bob(api.ChatlistsGetChatlistUpdates(chatlist=chatlist()))).missing_peers == []
        with pytest.raises(errors.FilterIncludeEmpty):
            await bob(
                api.ChatlistsJoinChatlistUpdates(chatlist=chatlist(), peers=[bob.peer(three)])
            )
        with pytest.raises(errors.InputChatlistInvalid):
            await ada(api.ChatlistsGetChatlistUpdates(chatlist=chatlist()))
        with pytest.raises(errors.FilterIdInvalid):
            await bob(api.ChatlistsHideChatlistUpdates(chatlist=chatlist(9)))


async def test_a_shared_folder_is_left_with_the_chats_one_came_into_by_it() -> None:
    """Those one was in before are not suggested, and stay."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        old, new, group = (
            await ada.supergroup("Old", bob),
            await ada.supergroup("New"),
            await ada.group("G"),
        )
        await keep(ada, folder(2, *(ada.peer(c) for c in (old, new, group))))
        slug = await share(ada, old, new, group)
        await join(bob, slug, old, new, group)
        suggested = await bob(api.ChatlistsGetLeaveChatlistSuggestions(chatlist=chatlist()))
        assert {getattr(p, "channel_id", 0) or p.chat_id for p in suggested} == {new.id, group.id}
        with pytest.raises(errors.FilterIdInvalid):
            await bob(api.ChatlistsLeaveChatlist(chatlist=chatlist(3), peers=[]))
        await bob(
            api.ChatlistsLeaveChatlist(chatlist=chatlist(), peers=[bob.peer(new), bob.peer(group)])
        )
        await v.settle()
        assert list(await folders(bob)) == [0]
        await bob.say(old, "still here")
        with pytest.raises(errors.ChannelPrivate):
            await bob.say(new, "gone")
