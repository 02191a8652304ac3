"""What apps of older layers ask for by names that are gone since."""

from typing import Any

import pytest

from chappe.features import auth
from chappe.tl import api, errors

from .village import village


@pytest.mark.parametrize("layer", [158, 198, 214])
async def test_a_channel_changes_hands_by_its_older_name(
    layer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by the newer one: with one's password, to a member, by its owner only."""
    async with village() as v:
        ada = await v.person("Ada", layer=layer)
        bob, eve = await v.people_named("Bob", "Eve")
        sup = await ada.supergroup("Town", bob)
        password = api.InputCheckPasswordEmpty()

        def hand_over(who: Any, to: Any) -> Any:
            return api.ChannelsEditCreator(
                channel=who.channel(sup), user_id=who.user(to), password=password
            )

        with pytest.raises(errors.PasswordMissing):
            await ada(hand_over(ada, bob))

        async def proved(*_: Any) -> bool:
            return True

        for name in ("has_password", "require_password"):
            monkeypatch.setattr(auth, name, proved)
        old = await bob.log_in(layer)
        with pytest.raises(errors.ChatAdminRequired):
            await old(hand_over(bob, bob))
        with pytest.raises(errors.UserNotParticipant):
            await ada(hand_over(ada, eve))
        await ada(hand_over(ada, bob))
        await v.settle()
        shown = (await bob(api.ChannelsGetChannels(id=[bob.channel(sup)]))).chats[0]
        assert shown.creator
        bob.devices.remove(old)


async def test_desktop_of_before_asks_for_its_chats_its_news_and_its_archive() -> None:
    """It is shown those it is in and did not name; there is no news; the archive is not deleted."""
    async with village() as v:
        ada = await v.person("Ada", layer=152)
        bob = await v.person("Bob")
        group = await bob.group("Duo", ada)
        sup = await bob.supergroup("Town", ada)
        await bob.group("Not hers")
        await v.settle()
        every = await ada(api.MessagesGetAllChats(except_ids=[]))
        assert {c.id for c in every.chats} == {group.id, sup.id}
        others = await ada(api.MessagesGetAllChats(except_ids=[sup.id]))
        assert [c.id for c in others.chats] == [group.id]
        assert (await ada(api.HelpGetAppChangelog(prev_app_version="4.6.4"))).updates == []
        with pytest.raises(errors.FolderIdInvalid):
            await ada(api.FoldersDeleteFolder(folder_id=1))
