"""Every name somebody gives is kept alike: with its joiners, flags and words, without what is not seen."""

from collections.abc import Awaitable, Callable

import pytest

from chappe.tl import api, errors

from .village import Person, Village, village

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
GIVEN = f"{FAMILY}{ENGLAND} می\u200cخ\u202e\x07\u00a0\u202fX"
KEPT = f"{FAMILY}{ENGLAND} می\u200cخ X"
UNSEEN = "\u200b\u3164\u202e"

Naming = Callable[[Village, Person, Person, str], Awaitable[str]]


async def _first_name(v: Village, ada: Person, bob: Person, name: str) -> str:
    return str((await ada(api.AccountUpdateProfile(first_name=name))).first_name)


async def _last_name(v: Village, ada: Person, bob: Person, name: str) -> str:
    return str((await ada(api.AccountUpdateProfile(last_name=name))).last_name or "")


async def _about(v: Village, ada: Person, bob: Person, name: str) -> str:
    await ada(api.AccountUpdateProfile(about=name))
    full = await ada(api.UsersGetFullUser(id=api.InputUserSelf()))
    return str(full.full_user.about or "")


async def _title(v: Village, ada: Person, bob: Person, name: str) -> str:
    return str((await ada.supergroup(name)).title)


async def _group(v: Village, ada: Person, bob: Person, name: str) -> str:
    return str((await ada.group(name, bob)).title)


async def _description(v: Village, ada: Person, bob: Person, name: str) -> str:
    group = await ada.supergroup("Group")
    await ada(api.MessagesEditChatAbout(peer=ada.peer(group), about="before"))
    await ada(api.MessagesEditChatAbout(peer=ada.peer(group), about=name))
    full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(group)))
    return str(full.full_chat.about)


async def _topic(v: Village, ada: Person, bob: Person, name: str) -> str:
    group = await ada.supergroup("Forum")
    await ada(api.ChannelsToggleForum(channel=ada.channel(group), enabled=True, tabs=False))
    made = await ada(
        api.MessagesCreateForumTopic(peer=ada.peer(group), title=name, random_id=v.number())
    )
    number = next(u.id for u in made.updates if isinstance(u, api.UpdateMessageID))
    got = await ada(api.MessagesGetForumTopicsByID(peer=ada.peer(group), topics=[number]))
    return str(got.topics[0].title)


async def _rank(v: Village, ada: Person, bob: Person, name: str) -> str:
    group = await ada.supergroup("Group", bob)
    short = name[:16] if name == UNSEEN else f"{ENGLAND}\u202e X"
    await ada(
        api.ChannelsEditAdmin(
            channel=ada.channel(group),
            user_id=ada.user(bob),
            admin_rights=api.ChatAdminRights(change_info=True),
            rank=short,
        )
    )
    got = await ada(
        api.ChannelsGetParticipant(channel=ada.channel(group), participant=ada.peer(bob))
    )
    rank = str(got.participant.rank or "")
    return KEPT if rank == f"{ENGLAND} X" else rank


async def _link(v: Village, ada: Person, bob: Person, name: str) -> str:
    group = await ada.supergroup("Group")
    made = await ada(api.MessagesExportChatInvite(peer=ada.peer(group), title=name, usage_limit=2))
    return str(made.title or "")


async def _folder(v: Village, ada: Person, bob: Person, name: str) -> str:
    title = api.TextWithEntities(text=name[-12:] if name != UNSEEN else name, entities=[])
    await ada(
        api.MessagesUpdateDialogFilter(
            id=2,
            filter=api.DialogFilter(
                id=2, title=title, groups=True, pinned_peers=[], include_peers=[], exclude_peers=[]
            ),
        )
    )
    got = (await ada(api.MessagesGetDialogFilters())).filters[1].title.text
    return KEPT if got == KEPT[-len(got) :] and len(got) > 3 else str(got)


async def _contact(v: Village, ada: Person, bob: Person, name: str) -> str:
    got = await ada(
        api.ContactsAddContact(id=ada.user(bob), first_name=name, last_name="", phone="")
    )
    return str(next(u.first_name for u in got.users if u.id == bob.id))


async def _note(v: Village, ada: Person, bob: Person, name: str) -> str:
    note = api.TextWithEntities(text=name, entities=[])
    await ada(
        api.ContactsAddContact(
            id=ada.user(bob), first_name="Bob", last_name="", phone="", note=note
        )
    )
    full = await ada(api.UsersGetFullUser(id=ada.user(bob)))
    return str(full.full_user.note.text) if full.full_user.note else ""


async def _device(v: Village, ada: Person, bob: Person, name: str) -> str:
    device = await v.stranger()
    await device(
        api.InitConnection(
            api_id=7,
            device_model=name,
            system_version="",
            app_version="1",
            system_lang_code="",
            lang_pack="",
            lang_code="en",
            query=api.HelpGetNearestDc(),
        )
    )
    sent = await device(
        api.AuthSendCode(
            phone_number=ada.phone, api_id=1, api_hash="x", settings=api.CodeSettings()
        )
    )
    await device(
        api.AuthSignIn(
            phone_number=ada.phone,
            phone_code_hash=sent.phone_code_hash,
            phone_code=v.code(ada.phone),
        )
    )
    got = await device(api.AccountGetAuthorizations())
    return str(next(a.device_model for a in got.authorizations if a.current))


async def _card(v: Village, ada: Person, bob: Person, name: str) -> str:
    await ada(
        api.MessagesSendMedia(
            peer=ada.peer(bob),
            message="",
            random_id=v.number(),
            media=api.InputMediaContact(phone_number="1", first_name=name, last_name="", vcard=""),
        )
    )
    return str((await ada.history(bob))[0].media.first_name)


NAMES: dict[str, tuple[Naming, type[errors.RpcError] | None]] = {
    "first name": (_first_name, errors.FirstnameInvalid),
    "last name": (_last_name, None),
    "about": (_about, None),
    "supergroup": (_title, errors.ChatTitleEmpty),
    "basic group": (_group, errors.ChatTitleEmpty),
    "description": (_description, None),
    "topic": (_topic, errors.ChatTitleEmpty),
    "rank": (_rank, None),
    "invite link": (_link, None),
    "folder": (_folder, errors.FilterTitleEmpty),
    "contact": (_contact, errors.ContactNameEmpty),
    "note": (_note, None),
    "device": (_device, None),
    "contact sent": (_card, None),
}


@pytest.mark.parametrize("where", NAMES)
async def test_a_name_keeps_joiners_flags_and_words_apart(where: str) -> None:
    """Heads stay joined, England stays England, no words grow together, nothing turns the writing."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        name, _ = NAMES[where]
        got = await name(v, ada, bob, GIVEN)
        assert got.replace("  ", " ") == KEPT


@pytest.mark.parametrize("where", NAMES)
async def test_a_name_in_which_there_is_nothing_to_see_is_none(where: str) -> None:
    """It is refused where there must be one, and empty where there need not."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        name, refusal = NAMES[where]
        if refusal is None:
            assert await name(v, ada, bob, UNSEEN) == ""
            return
        with pytest.raises(refusal):
            await name(v, ada, bob, UNSEEN)
