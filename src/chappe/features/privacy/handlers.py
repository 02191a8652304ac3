"""account.*Privacy* and users.getRequirementsToContact."""

from typing import Any, Final

from chappe.features import accounts
from chappe.ports import Record
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .records import PrivacyChanged, Rules
from .views import show, what_of

EXCEPTIONS_MAX: Final = 1_000  # people named in one rule


class Global(Record, frozen=True):
    """Settings about strangers that are not about one thing only."""

    table = "privacy_global"
    key = ()

    archive_strangers: bool = False


@method(api.AccountGetPrivacy, raises=(errors.PrivacyKeyInvalid,))
async def get_privacy(call: Call, request: api.AccountGetPrivacy) -> Any:
    """Return who may see or do one thing."""
    what = what_of(request.key)
    if what is None:
        return api.AccountPrivacyRules(rules=[api.PrivacyValueAllowAll()], chats=[], users=[])
    rules = await call.look().get(Rules, what)
    return await _answer(call, what, rules)


async def _answer(call: Call, what: str, rules: Rules | None) -> Any:
    viewer = call.viewer()
    for user in (*rules.allowed, *rules.refused) if rules else ():
        viewer.mention_user(user)
    users, chats = await accounts.peers(viewer)
    return api.AccountPrivacyRules(rules=show(what, rules), chats=chats, users=users)


@method(
    api.AccountSetPrivacy,
    rate=Rate.WRITE,
    raises=(errors.PrivacyKeyInvalid, errors.PrivacyValueInvalid, errors.UserIdInvalid),
)
async def set_privacy(call: Call, request: api.AccountSetPrivacy) -> Any:
    """Say who may see or do one thing."""
    what = what_of(request.key)
    if what is None:
        raise errors.PrivacyKeyInvalid
    base, allowed, refused = "nobody", [], []
    for rule in request.rules:
        match rule:
            case api.InputPrivacyValueAllowAll():
                base = "all"
            case api.InputPrivacyValueAllowContacts():
                base = "contacts"
            case api.InputPrivacyValueAllowUsers():
                allowed += [await accounts.user_of(call, u) for u in rule.users[:EXCEPTIONS_MAX]]
            case api.InputPrivacyValueDisallowUsers():
                refused += [await accounts.user_of(call, u) for u in rule.users[:EXCEPTIONS_MAX]]
    rules = Rules(what=what, base=base, allowed=tuple(allowed), refused=tuple(refused))
    async with call.change() as change:
        change.put(rules)
        change.notice(PrivacyChanged(what=what))
    return await _answer(call, what, rules)


@method(api.AccountGetGlobalPrivacySettings)
async def get_global(call: Call, request: api.AccountGetGlobalPrivacySettings) -> Any:
    """Return settings about strangers."""
    settings = await call.look().get(Global) or Global()
    return api.GlobalPrivacySettings(
        archive_and_mute_new_noncontact_peers=settings.archive_strangers
    )


@method(api.AccountSetGlobalPrivacySettings, rate=Rate.WRITE)
async def set_global(call: Call, request: api.AccountSetGlobalPrivacySettings) -> Any:
    """Keep settings about strangers."""
    archive = bool(request.settings.archive_and_mute_new_noncontact_peers)
    async with call.change() as change:
        change.put(Global(archive_strangers=archive))
    return api.GlobalPrivacySettings(archive_and_mute_new_noncontact_peers=archive)


@method(api.UsersGetRequirementsToContact, raises=(errors.UserIdInvalid,))
async def get_requirements(call: Call, request: api.UsersGetRequirementsToContact) -> list[Any]:
    """Return that nobody asks for payment to be written to."""
    return [api.RequirementToContactEmpty() for _ in request.id[:100]]
