"""The rights matrix of people: every method that can name one, by who guesses them and who is shut out.

Who guesses a number learns nothing, not even whether anybody has it. Who is blocked, and told nothing by
the rules of the one they ask about, learns nothing by any road.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from chappe.app.slices import methods
from chappe.features.privacy.views import KEYS
from chappe.tl import api, errors
from chappe.tl.schema import schema

from .blank import blank
from .village import Person, Village, village

WRONG_HASH: Final = 12_345
NOBODY: Final = 999 * 4_096 + 7  # an id nobody has
ABOUT: Final = "what Ada says of herself"
NAMED_MIN: Final = 120  # fields that can name a person, and refuse a wrong one as such
ANSWERED_MIN: Final = 80  # requests about somebody that are answered
ENDS: Final = {"auth.logOut", "account.deleteAccount", "auth.resetAuthorizations"}
REFUSED: Final = {"PEER_ID_INVALID", "USER_ID_INVALID", "PARENT_PEER_INVALID", "CONTACT_ID_INVALID"}
EXACTLY: Final = (api.UserStatusOnline, api.UserStatusOffline)


def person_named(kind: str, user: int, access_hash: int) -> Any:
    """Return how a field of this type names somebody; None if it cannot."""
    peer = api.InputPeerUser(user_id=user, access_hash=access_hash)
    one: Any = {
        "InputUser": api.InputUser(user_id=user, access_hash=access_hash),
        "InputPeer": peer,
        "InputDialogPeer": api.InputDialogPeer(peer=peer),
    }.get(kind.removeprefix("Vector<").removesuffix(">"))
    return [one] if one is not None and kind.startswith("Vector<") else one


def requests(user: int, access_hash: int) -> Iterator[Any]:
    """Return every request that names somebody in one of its fields, and is blank otherwise."""
    for request in sorted(methods(), key=lambda kind: kind.tl_name):
        if schema().at(request.tl_name, schema().newest(request.tl_name).last) is None:
            continue
        for field in schema().newest(request.tl_name).fields:
            named = person_named(field.type, user, access_hash)
            if named is None:
                continue
            asked = blank(request.tl_name)
            setattr(asked, field.name, named)
            if hasattr(asked, "limit"):
                asked.limit = 50
            yield asked


async def outcome(person: Person, asked: Any) -> Any:
    """Return what somebody is answered, or the token of the refusal."""
    if schema().at(asked.tl_name, person.device.layer) is None:
        return None  # only older layers have it
    try:
        return await person(asked)
    except errors.RpcError as error:
        return error.token


async def test_who_guesses_a_person_learns_nothing() -> None:
    """A number somebody has and one nobody has give the same answer, and it holds nothing of anybody."""
    async with village(twins=False) as v:
        ada, mallory = await v.people_named("Victoria", "Mallory")
        await ada(api.AccountUpdateProfile(about=ABOUT))
        refused = 0
        pairs = zip(requests(ada.id, WRONG_HASH), requests(NOBODY, WRONG_HASH), strict=True)
        for real, unreal in pairs:
            told, untold = await outcome(mallory, real), await outcome(mallory, unreal)
            assert repr(told).replace(str(ada.id), str(NOBODY)) == repr(untold), real
            assert ABOUT not in repr(told)
            assert "Victoria" not in repr(told)
            refused += told in REFUSED if isinstance(told, str) else 0
        assert refused > NAMED_MIN


async def shut_out(v: Village, ada: Person, mallory: Person) -> list[Any]:
    """Let Ada, who shares two chats with Mallory, tell nobody anything and block them; return the chats."""
    (bob,) = await v.people_named("Bob")
    chats = [await bob.group("Group", ada, mallory), await bob.supergroup("Super", ada, mallory)]
    for chat in chats:
        await ada.say(chat, "hello all")
    await ada.say(mallory, "hello")
    await mallory.say(ada, "hello yourself")
    await ada(api.AccountUpdateProfile(about=ABOUT))
    await ada(api.AccountUpdateBirthday(birthday=api.Birthday(day=7, month=11)))
    for asked, _, _ in KEYS.values():
        rules = [api.InputPrivacyValueDisallowAll()]
        await ada(api.AccountSetPrivacy(key=asked(), rules=rules))
    await ada(api.ContactsBlock(id=ada.peer(mallory)))
    await ada(api.AccountUpdateStatus(offline=False))
    await v.settle()
    return chats


def shown(answer: Any, user: int) -> Iterator[Any]:
    """Return every form in which somebody is shown in an answer."""
    if isinstance(answer, list | tuple):
        for one in answer:
            yield from shown(one, user)
    elif isinstance(answer, api.User) and answer.id == user:
        yield answer
    elif hasattr(answer, "tl_name"):
        for field in schema().newest(answer.tl_name).fields:
            yield from shown(getattr(answer, field.name, None), user)


@pytest.mark.parametrize("by", ["themselves", "their chats"])
async def test_who_is_shut_out_learns_nothing_by_any_road(by: str) -> None:
    """Neither number nor words, birthday or hour: by naming her, or the chats they share; nor by push."""
    async with village(twins=False) as v:
        ada, mallory = await v.people_named("Ada", "Mallory")
        chats = await shut_out(v, ada, mallory)
        mallory.listener.heard.clear()
        hashed = mallory.peer(ada).access_hash
        asked = list(requests(ada.id, hashed))
        if by == "their chats":
            asked = [
                in_chat(one, ada.id, mallory.peer(chat))
                for chat in chats
                for one in requests(ada.id, hashed)
            ]
            asked += [
                api.ContactsResolvePhone(phone=ada.phone),
                api.ChannelsGetParticipants(
                    channel=mallory.channel(chats[1]),
                    filter=api.ChannelParticipantsRecent(),
                    offset=0,
                    limit=50,
                    hash=0,
                ),
                api.MessagesGetFullChat(chat_id=chats[0].id),
            ]
        answered = 0
        for one in asked:
            if one.tl_name in ENDS:
                continue
            told = await outcome(mallory, one)
            answered += not isinstance(told, str)
            said = repr(told)
            for secret in (ada.phone.lstrip("+"), ABOUT, "month=11"):
                assert secret not in said, one
            for user in shown(told, ada.id):
                assert not isinstance(user.status, EXACTLY), one
        await ada(api.AccountUpdateStatus(offline=True))
        await v.settle()
        assert not any(isinstance(u.status, EXACTLY) for u in mallory.told(api.UpdateUserStatus))
        assert answered > ANSWERED_MIN


def in_chat(asked: Any, user: int, chat: Any) -> Any:
    """Return a request with the chat in place of the person, wherever that is possible."""
    for field in schema().newest(asked.tl_name).fields:
        given = getattr(asked, field.name, None)
        if field.type == "InputPeer" and getattr(given, "user_id", 0) == user:
            setattr(asked, field.name, chat)
    return asked
