"""The roster: accounts made, moved and ended as an organisation's list says, and twice changes nothing."""

import asyncio
import json
from typing import Any

import pytest
from tests.operating import operate

from chappe.core import Kind, Owner
from chappe.features import accounts, joining, reentry, terms
from chappe.features.roster import applying
from chappe.features.terms.rules import read_terms
from chappe.ports import EngineError
from chappe.tl import api, errors

from .mailbox import mailbox
from .test_auth_login import enter, send
from .test_code_delivery import smtp
from .test_joining_places import chats_of, link_to
from .village import Person, Village, village

DAY_S = 86_400
ADA = {"id": "p1", "first_name": "Ada", "last_name": "Byron", "username": "ada_1815"}


async def apply(v: Village, *lines: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    """Apply lines of a roster; return what was done about each."""
    numbered = [{"line": number, **line} for number, line in enumerate(lines, 2)]
    done = await operate(v.server, "roster-apply", lines=json.dumps(numbered), **options)
    await v.settle()
    return list(done)


async def school(v: Village) -> tuple[Person, Any, Any]:
    """Let a teacher make two groups, and the operator name them."""
    marie = await v.person("Marie")
    seventh, choir = await marie.group("Class 7b"), await marie.supergroup("Choir")
    await operate(v.server, "place", place="7b", link=await link_to(marie, seventh))
    await operate(v.server, "place", place="choir", link=await link_to(marie, choir))
    return marie, seventh, choir


async def entered(v: Village, link: str) -> Person:
    """Come into an account by the link that was made for it."""
    token = link.partition("/#reentry=")[2]
    device = await v.stranger()
    answer = await device(
        api.AuthImportWebTokenAuthorization(
            api_id=1, api_hash="x", web_auth_token=f"reentry:{token}"
        )
    )
    return Person(v, answer.user.id, answer.user.phone, device)


async def members_of(who: Person, group: Any) -> set[int]:
    """Return who is in a basic group."""
    full = await who(api.MessagesGetFullChat(chat_id=group.id))
    return {p.user_id for p in full.full_chat.participants.participants}


async def state_of(v: Village, external: str = "p1") -> str:
    """Return what the roster says of somebody."""
    return next(str(e["state"]) for e in await operate(v.server, "roster") if e["id"] == external)


async def test_somebody_is_made_moved_and_renamed() -> None:
    """By a link of theirs they find their name and their groups; moved, others; and nothing is done twice."""
    async with village() as v:
        marie, seventh, _ = await school(v)
        line = {**ADA, "groups": ["7b"]}
        (planned,) = await apply(v, line, dry_run=True)
        assert planned["does"] == "create Ada Byron; username @ada_1815; enter 7b"
        assert (planned["account"], planned["link"]) == (0, "")
        assert await operate(v.server, "roster") == []
        (made,) = await apply(v, line)
        assert (made["does"], made["wrong"]) == (planned["does"], "")
        (again,) = await apply(v, line)
        assert (again["does"], again["link"], again["account"]) == ("", "", made["account"])
        assert await state_of(v) == "expected"
        ada = await entered(v, made["link"])
        assert ada.id == made["account"]
        assert await chats_of(ada) == {"Class 7b": "MessageActionChatJoinedByLink"}
        await ada(api.AccountUpdateStatus(offline=False))
        assert await state_of(v) == "here"
        await ada(api.AccountUpdateProfile(about="I count.", first_name="Adi"))
        moved = {**line, "last_name": "Lovelace", "groups": ["choir"]}
        (done,) = await apply(v, moved)
        assert done["does"] == "rename Ada Lovelace; leave 7b; enter choir"
        assert (await apply(v, moved))[0]["does"] == ""
        assert "Choir" in await chats_of(ada)
        assert await members_of(marie, seventh) == {marie.id}
        (me,) = await ada(api.UsersGetUsers(id=[api.InputUserSelf()]))
        assert (me.first_name, me.last_name, me.username) == ("Ada", "Lovelace", "ada_1815")
        # what the file does not have is left as it is
        assert (await apply(v, {"id": "P1", "first_name": "Ada", "last_name": "Lovelace"}))[0][
            "does"
        ] == ""


async def test_whoever_has_a_number_logs_in_by_it_and_is_asked_for_the_terms() -> None:
    """On a server where nobody signs up; what was not accepted by anybody is not noted."""
    async with village(sign_up="closed") as v:
        v.context.own(terms.TERMS).terms = read_terms("Be kind.")
        (made,) = await apply(v, {**ADA, "phone": "+33 6 00 00 00 09"})
        assert made["link"] == ""
        device = await v.stranger()
        ada = Person(v, made["account"], "33600000009", device)
        ada.device = await ada.log_in()
        update = await ada(api.HelpGetTermsOfServiceUpdate())
        assert isinstance(update, api.HelpTermsOfServiceUpdate)


@pytest.mark.parametrize("phone", ["", "33600000007"])
async def test_whoever_has_an_address_logs_in_by_it(phone: str) -> None:
    """Beside a number or alone; somebody else's address is refused, and nothing is done."""
    async with mailbox() as box, village(sign_up="closed", codes_smtp=smtp(box)) as v:
        line = {**ADA, "email": " Ada@School.example", "phone": phone}
        (made,) = await apply(v, line)
        assert (made["wrong"], made["link"]) == ("", "")
        device, address = await v.stranger(), "ada@school.example"
        sent = await send(device, address)
        await v.settle()
        entered_by_code = await enter(device, sent, box.code(address), address)
        assert entered_by_code.user.id == made["account"]
        assert entered_by_code.user.username == "ada_1815"
        (twin,) = await apply(v, {**line, "id": "p2", "username": "", "phone": ""})
        assert "somebody has that number or address already" in twin["wrong"]
        assert len(await operate(v.server, "roster")) == 1


async def test_who_leaves_passes_on_what_they_own_and_is_erased_in_the_end() -> None:
    """Their sessions end; they read and cannot write; who comes back before is as before."""
    async with village() as v:
        marie, seventh, _ = await school(v)
        (made, other) = await apply(
            v, {**ADA, "groups": ["7b"], "phone": "33600000008"}, {"id": "p2", "first_name": "Emmy"}
        )
        ada = Person(v, made["account"], "33600000008", await v.stranger())
        ada.device = await ada.log_in()
        emmy = await entered(v, other["link"])
        club = await ada.supergroup("Club", marie)
        basic = await ada.group("Friends", marie)
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(club),
                user_id=ada.user(marie),
                admin_rights=api.ChatAdminRights(change_info=True),
                rank="",
            )
        )
        gone = {"id": "p1", "left": True}
        (refused,) = await apply(v, gone)
        assert refused["wrong"] == "nobody takes over what they own: say `--successor`"
        assert await state_of(v) == "here"
        (planned,) = await apply(v, gone, dry_run=True, successor=str(emmy.id))
        assert planned["does"] == (
            "pass on 2 groups and channels; leave 7b; end sessions; suspend and erase after 30 days"
        )
        assert ada.device.client.user == ada.id
        (left,) = await apply(v, gone, successor=str(emmy.id))
        assert left["does"] == planned["does"]
        assert (await apply(v, gone, successor=str(emmy.id)))[0]["does"] == ""
        assert ada.device.client.user != ada.id
        assert await members_of(marie, seventh) == {marie.id}
        assert await members_of(marie, basic) == {marie.id, ada.id, emmy.id}
        (owner,) = [
            p.user_id
            for p in (
                await marie(
                    api.ChannelsGetParticipants(
                        channel=marie.channel(club),
                        filter=api.ChannelParticipantsAdmins(),
                        offset=0,
                        limit=10,
                        hash=0,
                    )
                )
            ).participants
            if isinstance(p, api.ChannelParticipantCreator)
        ]
        assert owner == emmy.id
        ada.device = await ada.log_in()
        with pytest.raises(errors.FrozenMethodInvalid):
            await ada.say(club, "Farewell.")
        (back,) = await apply(v, {**ADA, "groups": ["7b"]})
        assert back["does"] == "return; enter 7b"
        await ada.say(seventh, "I am back.")
        await v.wait(31 * DAY_S)
        assert await state_of(v) == "here"
        await apply(v, gone)
        assert await state_of(v) == "left"
        await v.wait(31 * DAY_S)
        assert await state_of(v) == "gone"
        assert "was until lately" in (await apply(v, ADA))[0]["wrong"]  # the username rests
        (anew,) = await apply(v, {**ADA, "username": ""})
        assert (anew["does"], anew["wrong"]) == ("create Ada Byron", "")
        assert anew["account"] != ada.id


async def test_an_admin_inherits_where_nobody_is_named_and_accounts_go_at_once() -> None:
    """With no days to keep; and who deleted their account themselves has left in the roster's eyes too."""
    async with village() as v:
        (made, other) = await apply(v, ADA, {"id": "p2", "first_name": "Emmy"})
        ada, emmy = await entered(v, made["link"]), await entered(v, other["link"])
        club = await ada.supergroup("Club", emmy)
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(club),
                user_id=ada.user(emmy),
                admin_rights=api.ChatAdminRights(change_info=True),
                rank="",
            )
        )
        (left,) = await apply(v, {"id": "p1", "left": True}, keep_days=0)
        assert left["does"] == "pass on 1 groups and channels; end sessions; erase"
        record = await v.context.look(Owner(Kind.USER, ada.id)).get(accounts.User)
        assert record is not None
        assert record.deleted
        await emmy(api.ChannelsDeleteChannel(channel=emmy.channel(club)))
        await emmy(api.AccountDeleteAccount(reason="x"))
        (gone,) = await apply(v, {"id": "p2", "first_name": "Emilie"})
        assert "the account is gone" in gone["wrong"]
        assert (await apply(v, {"id": "p2", "left": True}))[0]["does"] == ""


WRONG = [
    ({"first_name": " "}, "the first name is missing"),
    ({"username": "x"}, "x is no username"),
    ({"username": "marie_1867"}, "@marie_1867 is somebody's"),
    ({"phone": "12"}, "the phone number is none"),
    ({"phone": "33699999999"}, "somebody has that number"),
    ({"email": "ada"}, "the e-mail address is none"),
    ({"email": "ada@school.example"}, "this server sends no mail"),
    ({"groups": ["8c"]}, "no place is called 8c"),
    ({"groups": ["shut"]}, "nobody comes into shut by its link any more"),
    ({"id": ""}, "the id has 1 to 64 characters"),
]


@pytest.mark.parametrize(("cells", "said"), WRONG)
async def test_a_line_that_is_wrong_does_nothing_and_keeps_no_other_from_being_done(
    cells: dict[str, Any], said: str
) -> None:
    """Each refusal names what is wrong with it."""
    async with village() as v:
        marie = await v.person("Marie", phone="33699999999")
        await marie(api.AccountUpdateUsername(username="marie_1867"))
        shut = await marie.supergroup("Shut")
        link = await link_to(marie, shut)
        await operate(v.server, "place", place="shut", link=link)
        await marie(
            api.MessagesEditExportedChatInvite(peer=marie.peer(shut), link=link, revoked=True)
        )
        wrong, right = await apply(v, {**ADA, **cells}, {"id": "p2", "first_name": "Emmy"})
        assert (said in wrong["wrong"], wrong["does"], wrong["link"]) == (True, "", "")
        assert right["does"] == "create Emmy"
        assert [one["id"] for one in await operate(v.server, "roster")] == ["p2"]


@pytest.mark.parametrize(
    "breaks", ["make_account", "first_way_in", "enter_place", "claim_username"]
)
async def test_what_was_interrupted_is_gone_on_with(breaks: str) -> None:
    """Whatever step the store failed at, applying again makes one account, whole."""
    async with village() as v:
        await school(v)
        line = {**ADA, "groups": ["7b"]}

        async def fails(*_: Any, **__: Any) -> Any:
            raise EngineError("the store is full")

        home = next(
            module for module in (applying, reentry, joining, accounts) if hasattr(module, breaks)
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(home, breaks, fails)
            with pytest.raises(EngineError):
                await apply(v, line)
        (done,) = await apply(v, line)
        assert done["wrong"] == ""
        (shown,) = await operate(v.server, "roster")
        assert (shown["groups"], shown["state"]) == ("7b", "expected")
        people = await operate(v.server, "users")
        assert [p["username"] for p in people if p["first_name"] == "Ada"] == ["ada_1815"]
        assert (await apply(v, line))[0]["does"] == ""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("x", "These are no lines"),
        ('[{"line": 1}]', "These are no lines"),
        ('[{"line": 1, "id": "a", "wage": "1"}]', "These are no lines"),
        ('[{"line": 1, "id": "a"}, {"line": 2, "id": "A"}]', "Two lines have the same id"),
        (json.dumps([{"line": n, "id": str(n)} for n in range(101)]), "Give 100 lines"),
    ],
)
async def test_what_is_no_roster_is_refused(lines: str, said: str) -> None:
    """As a whole, before anything is done."""
    async with village() as v:
        with pytest.raises(ValueError, match=said):
            await operate(v.server, "roster-apply", lines=lines)
        with pytest.raises(ValueError, match="There is no account"):
            await operate(v.server, "roster-apply", lines="[]", successor="@nobody_1")


async def test_two_who_apply_the_same_roster_at_once_make_nobody_twice() -> None:
    """One after the other: the second finds what the first has done."""
    async with village(twins=False) as v:
        lines = [
            {"id": f"p{n}", "first_name": "Ada", "username": f"ada_{1815 + n}"} for n in range(20)
        ]
        done = await asyncio.gather(*(apply(v, *lines) for _ in range(3)))
        assert len(await operate(v.server, "users")) == len(lines)
        assert not [one for part in done for one in part if one["wrong"]]
        assert sum(bool(one["link"]) for part in done for one in part) == len(lines)
