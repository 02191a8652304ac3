"""People who invite: where the operator lets them, and who comes by their link."""

import msgspec
from tests.operating import operate

from chappe.features.joining.rules import DAY_S, INVITE_DAYS, INVITES_A_WEEK_MAX
from chappe.tl import api, errors

from .test_joining import come, link_of, me, turned_away
from .village import Person, village

TEXT = "Come and talk to me here."


def dialogs_asked() -> api.MessagesGetDialogs:
    """Return what asks for somebody's chats."""
    nothing = api.InputPeerEmpty()
    return api.MessagesGetDialogs(offset_date=0, offset_id=0, offset_peer=nothing, limit=20, hash=0)


async def told(who: Person) -> str:
    """Return the token in what somebody's app sends to whom they invite; nothing if there is none."""
    message = (await who(api.HelpGetInviteText())).message
    assert message.startswith(TEXT)
    link = message.removeprefix(TEXT).strip()
    assert not link or link.startswith("http://localhost:8443/#join=")
    return link.partition("=")[2]


async def test_people_invite_where_the_operator_lets_them() -> None:
    """One link at a time, for one person; the operator sees whose it is, and may withdraw it."""
    async with village(sign_up="open", people_invite=True, twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        v.context.config = msgspec.structs.replace(v.context.config, sign_up="invite")
        token = await told(ada)
        assert token == await told(ada) != await told(bob)
        (listed,) = [i for i in await operate(v.server, "invites") if i["made_by"] == ada.id]
        assert (listed["uses"], listed["opens_by"], listed["phone"]) == (1, "link", "")
        assert listed["expires"] - listed["created"] == INVITE_DAYS * DAY_S
        await come(v, token, "Cid")
        assert await turned_away(v, token) is errors.JoinLinkUsed
        second = await told(ada)
        assert second != token
        (listed,) = [i for i in await operate(v.server, "invites") if i["made_by"] == ada.id]
        await operate(v.server, "revoke", invite=listed["id"])
        assert await turned_away(v, second) is errors.JoinLinkRevoked
        third = await told(ada)
        await v.wait(INVITE_DAYS * DAY_S)
        assert await turned_away(v, third) is errors.JoinLinkExpired
        assert await told(ada) not in (token, second, third)


async def test_who_comes_by_somebodys_invite_finds_them() -> None:
    """Both have a chat that says so; who comes by the operator's link has none."""
    async with village(people_invite=True, twins=False) as v:
        ada = await v.person("Ada")
        bob = await come(v, await told(ada), "Bob")
        await v.settle()
        for device, other in ((bob, ada.id), (ada, (await me(bob)).id)):
            talk = (await device(dialogs_asked())).messages
            (word,) = [one for one in talk if isinstance(one, api.MessageService)]
            assert isinstance(word.action, api.MessageActionContactSignUp)
            assert word.peer_id.user_id == other
        cid = await come(v, await link_of(v), "Cid")
        assert (await cid(dialogs_asked())).messages == []


async def test_by_default_people_invite_where_nobody_comes_from_elsewhere() -> None:
    """Whoever tries the server out on their own machine needs nobody's leave."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        token = await told(ada)
        assert token
        elsewhere = (
            {"host": "0.0.0.0"},
            {"also": ("192.0.2.7:8443",)},
            {"public_url": "https://chat.example.org"},
            {"trusted_proxies": ("127.0.0.1",)},
        )
        alone = v.context.config
        for setting in elsewhere:
            v.context.config = msgspec.structs.replace(alone, **setting)
            assert "#join=" not in (await ada(api.HelpGetInviteText())).message
            assert await turned_away(v, token) is errors.JoinLinkRevoked
        v.context.config = alone
        await come(v, token, "Bob")


async def test_by_default_people_invite_nobody_to_a_server_others_reach() -> None:
    """Nor where nobody may join; what they handed out before the operator said so is void."""
    async with village(host="192.0.2.7", twins=False) as v:
        ada = await v.person("Ada")
        assert await told(ada) == ""
        v.context.config = msgspec.structs.replace(v.context.config, people_invite=True)
        token = await told(ada)
        assert token
        v.context.config = msgspec.structs.replace(v.context.config, people_invite=False)
        assert await turned_away(v, token) is errors.JoinLinkRevoked
        assert await told(ada) == ""
        closed = msgspec.structs.replace(v.context.config, people_invite=True, sign_up="closed")
        v.context.config = closed
        assert await told(ada) == ""
        assert await turned_away(v, token) is errors.SignupClosed


async def test_nobody_invites_without_end() -> None:
    """So many in a week; whoever had that many is told no link until some are older."""
    async with village(people_invite=True, twins=False) as v:
        ada = await v.person("Ada")
        for number in range(INVITES_A_WEEK_MAX):
            await come(v, await told(ada), f"P{number}")
        assert await told(ada) == ""
        await v.wait(7 * DAY_S)
        assert await told(ada)


async def test_whoever_has_left_invites_nobody_any_more() -> None:
    """Their link leads nowhere."""
    async with village(people_invite=True, twins=False) as v:
        ada = await v.person("Ada")
        token = await told(ada)
        await ada(api.AccountDeleteAccount(reason="enough"))
        await v.settle()
        assert await turned_away(v, token) is errors.JoinLinkRevoked


async def test_on_an_open_server_an_app_says_where_it_is() -> None:
    """Whoever comes there signs up by themselves."""
    async with village(public_url="https://chat.example.org", twins=False) as v:
        ada = await v.person("Ada")
        message = (await ada(api.HelpGetInviteText())).message
        assert message == f"{TEXT} https://chat.example.org"
