"""Every link the server makes begins with its own address, has a page there, and is taken back."""

from typing import Any

import pytest

from chappe.core import web_links
from chappe.core.configuration import Configuration
from chappe.gateways.web.links import is_link_path
from chappe.tl import api, errors

from .test_folders_shared import chatlist, folder, keep
from .village import Person, village

HERE = "https://chat.example.org"


async def invite(who: Person, chat: Any) -> str:
    """Make an invite link to a chat of one's own."""
    return str((await who(api.MessagesExportChatInvite(peer=who.peer(chat), title="door"))).link)


async def shared(who: Person, chat: Any) -> str:
    """Make a folder of a chat, and a link by which it is shared."""
    await keep(who, folder(2, who.peer(chat)))
    request = api.ChatlistsExportChatlistInvite(
        chatlist=chatlist(), title="", peers=[who.peer(chat)]
    )
    return str((await who(request)).invite.url)


async def posted(who: Person, chat: Any) -> str:
    """Write into a channel, and return the link to what was written."""
    number = await who.say(chat, "words")
    request = api.ChannelsExportMessageLink(channel=who.channel(chat), id=number)
    return str((await who(request)).link)


async def test_every_link_begins_with_the_servers_address() -> None:
    """Invites, folders, messages of private and public channels, people, and those that apps make."""
    async with village(public_url=HERE) as v:
        ada = await v.person("Ada")
        club = await ada.supergroup("Club")
        links = [await invite(ada, club), await shared(ada, club), await posted(ada, club)]
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(club), username="the_club"))
        links.append(await posted(ada, club))
        links.append((await ada(api.ContactsExportContactToken())).url)
        prefix = (await ada(api.HelpGetConfig())).me_url_prefix
        links.append(f"{prefix}the_club")
        assert [link for link in links if not link.startswith(f"{HERE}/")] == []
        assert [link for link in links if not is_link_path(link.removeprefix(HERE))] == []


def test_without_a_setting_links_lead_to_this_machine() -> None:
    """By its name: browsers make no passkeys at an address in digits."""
    assert Configuration(port=9001).web_address == "http://localhost:9001"
    assert Configuration(port=9001, public_url=HERE).web_address == HERE


FORMS = (
    "{}",
    "+{}",
    "https://t.me/+{}",
    "https://t.me/joinchat/{}",
    HERE + "/+{}",
    "tg://join?invite={}",
)


@pytest.mark.parametrize("form", FORMS)
async def test_a_link_to_a_chat_is_taken_in_every_form(form: str) -> None:
    """To come in by, and to be looked up and revoked by; one code further nobody comes in."""
    async with village(public_url=HERE) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        club = await ada.supergroup("Club")
        code = web_links.code_in_link(await invite(ada, club))
        with pytest.raises(errors.InviteHashInvalid):
            await eve(api.MessagesImportChatInvite(hash=form.format(code[::-1])))
        assert (await bob(api.MessagesCheckChatInvite(hash=form.format(code)))).title == "Club"
        await bob(api.MessagesImportChatInvite(hash=form.format(code)))
        named = {"peer": ada.peer(club), "link": form.format(code)}
        assert (await ada(api.MessagesGetExportedChatInvite(**named))).invite.usage == 1
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.MessagesEditExportedChatInvite(
                    peer=bob.peer(club), link=form.format(code), revoked=True
                )
            )
        await ada(api.MessagesEditExportedChatInvite(**named, revoked=True))
        with pytest.raises(errors.InviteHashExpired):
            await eve(api.MessagesImportChatInvite(hash=form.format(code)))


@pytest.mark.parametrize(
    "form", ["{}", "https://t.me/addlist/{}", HERE + "/addlist/{}", "tg://addlist?slug={}"]
)
async def test_a_link_to_a_folder_is_taken_in_every_form(form: str) -> None:
    """As apps send it, or as it was copied."""
    async with village(public_url=HERE) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        club = await ada.supergroup("Club")
        code = web_links.code_in_link(await shared(ada, club))
        with pytest.raises(errors.InviteSlugExpired):
            await bob(api.ChatlistsCheckChatlistInvite(slug=form.format(code[::-1])))
        found = await bob(api.ChatlistsCheckChatlistInvite(slug=form.format(code)))
        assert [chat.title for chat in found.chats] == ["Club"]


@pytest.mark.parametrize(
    "form", ["{}", "https://t.me/contact/{}", HERE + "/contact/{}", "tg://contact?token={}"]
)
async def test_a_link_to_oneself_is_taken_in_every_form(form: str) -> None:
    """One letter further it leads to nobody."""
    async with village(public_url=HERE) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        token = web_links.code_in_link((await ada(api.ContactsExportContactToken())).url)
        follow = api.ContactsImportContactToken
        with pytest.raises(errors.ImportTokenInvalid):
            await bob(follow(token=form.format(token[::-1])))
        assert (await bob(follow(token=form.format(token)))).id == ada.id


@pytest.mark.parametrize("name", sorted(web_links.SITE_PATHS))
async def test_nobody_takes_the_name_of_a_page(name: str) -> None:
    """Neither a person nor a channel: the link with it would lead elsewhere. Beside it, one that is free."""
    async with village() as v:
        ada = await v.person("Ada")
        club = await ada.supergroup("Club")
        for taken in (name, name.upper()):
            for request in (
                api.AccountCheckUsername(username=taken),
                api.AccountUpdateUsername(username=taken),
                api.ChannelsCheckUsername(channel=ada.channel(club), username=taken),
                api.ChannelsUpdateUsername(channel=ada.channel(club), username=taken),
            ):
                with pytest.raises(errors.UsernameInvalid):
                    await ada(request)
        await ada(api.AccountUpdateUsername(username=name + "x"))
