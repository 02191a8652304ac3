"""Methods account.*Privacy*, and the rules for strangers who write."""

from typing import Any, Final

import msgspec

from chappe.features import accounts, chats
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .events import PrivacyChanged
from .records import Global, Rules
from .views import named_dialogs, show_rules, what_of

EXCEPTIONS_MAX: Final = 1_000  # people and chats named in the rules about one thing
RULES_MAX: Final = 20  # rules about one thing
ASKED_MAX: Final = 100  # people asked about at once


@method(api.AccountGetPrivacy, raises=(errors.PrivacyKeyInvalid,))
async def get_privacy(call: Call, request: api.AccountGetPrivacy) -> api.AccountPrivacyRules:
    """Return who may see or do one thing."""
    what = what_of(request.key)
    if what is None:
        raise errors.PrivacyKeyInvalid
    return await _answer(call, what, await call.look().get(Rules, what))


async def _answer(call: Call, what: str, rules: Rules | None) -> api.AccountPrivacyRules:
    viewer = call.viewer()
    for peer in named_dialogs(rules) if rules else ():
        accounts.show_peer(viewer, peer)
    users, chats = await accounts.peers(viewer)
    return api.AccountPrivacyRules(rules=show_rules(what, rules), chats=chats, users=users)


async def _users(call: Call, given: list[Any]) -> tuple[int, ...]:
    if len(given) > EXCEPTIONS_MAX:
        raise errors.PrivacyTooLong
    return tuple([await accounts.user_of(call, one) for one in given])


async def _chats(call: Call, given: list[int]) -> tuple[int, ...]:
    """Return the dialogs of chats the caller is in."""
    if len(given) > EXCEPTIONS_MAX:
        raise errors.PrivacyTooLong
    peers = [await chats.joined_as(call.context, call.user, one) for one in given]
    if not all(peers):
        raise errors.PrivacyValueInvalid
    return tuple(peers)


async def _rules(call: Call, what: str, given: list[Any]) -> Rules:
    """Return the rules a client lists.

    Raises:
        errors.PrivacyValueInvalid, errors.PrivacyTooLong, errors.UserIdInvalid
    """
    rules = Rules(what=what, base="nobody")
    if not given or len(given) > RULES_MAX:
        raise errors.PrivacyValueInvalid
    for rule in given:
        said: dict[str, Any] = {}
        match rule:
            case api.InputPrivacyValueAllowAll():
                said = {"base": "all"}
            case api.InputPrivacyValueAllowContacts():
                said = {"base": "contacts"}
            case api.InputPrivacyValueAllowUsers():
                said = {"allowed": rules.allowed + await _users(call, rule.users)}
            case api.InputPrivacyValueDisallowUsers():
                said = {"refused": rules.refused + await _users(call, rule.users)}
            case api.InputPrivacyValueAllowChatParticipants():
                said = {"allowed_chats": rules.allowed_chats + await _chats(call, rule.chats)}
            case api.InputPrivacyValueDisallowChatParticipants():
                said = {"refused_chats": rules.refused_chats + await _chats(call, rule.chats)}
            case api.InputPrivacyValueAllowCloseFriends():
                said = {"close_friends": True}
            case api.InputPrivacyValueAllowBots():
                said = {"bots": "allowed"}
            case api.InputPrivacyValueDisallowBots():
                said = {"bots": "refused"}
        rules = msgspec.structs.replace(rules, **said)
    if len(named_dialogs(rules)) > EXCEPTIONS_MAX:
        raise errors.PrivacyTooLong
    return rules


@method(
    api.AccountSetPrivacy,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(
        errors.PrivacyKeyInvalid,
        errors.PrivacyValueInvalid,
        errors.PrivacyTooLong,
        errors.UserIdInvalid,
    ),
)
async def set_privacy(call: Call, request: api.AccountSetPrivacy) -> api.AccountPrivacyRules:
    """Say who may see or do one thing."""
    what = what_of(request.key)
    if what is None:
        raise errors.PrivacyKeyInvalid
    rules = await _rules(call, what, request.rules)
    async with call.change() as change:
        change.put(rules)
        change.announce_without_pts(PrivacyChanged(what=what))
    if what == "status":
        event = accounts.StatusChanged(user=call.user, anew=True)
        await accounts.announce_to_friends(call, event)
    return await _answer(call, what, rules)


def _show_global(settings: Global) -> api.GlobalPrivacySettings:
    return api.GlobalPrivacySettings(
        hide_read_marks=settings.hide_read_dates,
        keep_archived_unmuted=settings.keep_archived_unmuted,
        keep_archived_folders=settings.keep_archived_folders,
    )


@method(api.AccountGetGlobalPrivacySettings)
async def get_global(
    call: Call, request: api.AccountGetGlobalPrivacySettings
) -> api.GlobalPrivacySettings:
    """Return settings that are not about one thing only."""
    return _show_global(await call.look().get(Global) or Global())


@method(
    api.AccountSetGlobalPrivacySettings,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.AutoarchiveNotAvailable, errors.PremiumAccountRequired),
)
async def set_global(
    call: Call, request: api.AccountSetGlobalPrivacySettings
) -> api.GlobalPrivacySettings:
    """Keep settings that are not about one thing only; nobody pays to be heard."""
    given = request.settings
    if given.archive_and_mute_new_noncontact_peers:
        raise errors.AutoarchiveNotAvailable
    if given.new_noncontact_peers_require_premium or given.noncontact_peers_paid_stars:
        raise errors.PremiumAccountRequired
    settings = Global(
        hide_read_dates=given.hide_read_marks,
        keep_archived_unmuted=given.keep_archived_unmuted,
        keep_archived_folders=given.keep_archived_folders,
    )
    async with call.change() as change:
        change.put(settings)
    return _show_global(settings)


@method(api.UsersGetRequirementsToContact, raises=(errors.UserIdInvalid,))
async def get_requirements(
    call: Call, request: api.UsersGetRequirementsToContact
) -> list[api.TypeRequirementToContact]:
    """Return that nobody asks for payment to be written to."""
    asked = [await accounts.user_of(call, one) for one in request.id[:ASKED_MAX]]
    return [api.RequirementToContactEmpty() for _ in asked]


@method(api.UsersGetIsPremiumRequiredToContact, raises=(errors.UserIdInvalid,))
async def get_is_premium_required(
    call: Call, request: api.UsersGetIsPremiumRequiredToContact
) -> list[bool]:
    """Return that nobody asks for a paid account to be written to."""
    asked = [await accounts.user_of(call, one) for one in request.id[:ASKED_MAX]]
    return [False for _ in asked]
