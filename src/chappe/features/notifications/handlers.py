"""Methods account.*Notify*: notification settings."""

from typing import Any, Final

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.ports import Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

EXCEPTIONS_MAX: Final = 10_000  # dialogs and topics whose loudness one person has set
SOUND_CHARACTERS_MAX: Final = 256  # characters of the name or place of a sound an app carries

WHOLE: dict[str, Any] = {
    "users": api.NotifyUsers,
    "chats": api.NotifyChats,
    "broadcasts": api.NotifyBroadcasts,
}
SOUNDS: Final = (  # the fields of PeerNotifySettings that name a sound
    "ios_sound",
    "android_sound",
    "other_sound",
    "stories_ios_sound",
    "stories_android_sound",
    "stories_other_sound",
)


class NotifySettings(Record, frozen=True):
    """How loud one dialog, or all of a kind, may be."""

    table = "notify"
    key = ("what",)

    what: str  # "users", "chats", "broadcasts", or the dialog's number and perhaps its topic's
    show_previews: bool | None = None
    silent: bool | None = None
    mute_until: int | None = None
    sound: bytes = (
        b""  # a NotificationSound in the newest layer's bytes; none: the app's own choice
    )
    stories_muted: bool | None = None
    stories_hide_sender: bool | None = None
    stories_sound: bytes = b""


class ReactionNotices(Record, frozen=True):
    """Whose reactions make a sound."""

    table = "reaction_notices"
    key = ()

    messages: str = "contacts"  # "contacts", "all" or "" for nobody's
    stories: str = ""
    polls: str = "contacts"
    show_previews: bool = True
    sound: bytes = b""  # as above


def show_settings(settings: NotifySettings | None) -> api.PeerNotifySettings:
    """Return settings as clients read them; a sound is the same whatever the telephone's maker."""
    if settings is None:
        return api.PeerNotifySettings()
    sound = tl.decode(settings.sound) if settings.sound else None
    stories = tl.decode(settings.stories_sound) if settings.stories_sound else None
    return api.PeerNotifySettings(
        show_previews=settings.show_previews,
        silent=settings.silent,
        mute_until=settings.mute_until,
        ios_sound=sound,
        android_sound=sound,
        other_sound=sound,
        stories_muted=settings.stories_muted,
        stories_hide_sender=settings.stories_hide_sender,
        stories_ios_sound=stories,
        stories_android_sound=stories,
        stories_other_sound=stories,
    )


def show_kind(settings: NotifySettings | None) -> Any:
    """Return the settings of a whole kind: every field has a value, since there is nothing to inherit.

    Apps take a kind without `mute_until` for a muted one. `stories_muted` alone stays out where
    nobody chose it: that is how apps know "only of those I see often".
    """
    shown, sound = show_settings(settings), api.NotificationSoundDefault()
    shown.show_previews = shown.show_previews is not False
    shown.silent, shown.mute_until = bool(shown.silent), shown.mute_until or 0
    shown.stories_hide_sender = bool(shown.stories_hide_sender)
    for name in SOUNDS:
        setattr(shown, name, getattr(shown, name) or sound)
    return shown


def _sound(given: Any) -> bytes:
    """Return what is kept of a sound. Of one that was uploaded apps take their own where it is gone."""
    match given:
        case (
            api.NotificationSoundDefault()
            | api.NotificationSoundNone()
            | api.NotificationSoundRingtone()
        ):
            return tl.encode(given, tl.LAYER)
        case api.NotificationSoundLocal():
            title, data = given.title[:SOUND_CHARACTERS_MAX], given.data[:SOUND_CHARACTERS_MAX]
            return tl.encode(api.NotificationSoundLocal(title=title, data=data), tl.LAYER)
    return b""


class NotifyChanged(Event, frozen=True):
    """Notification settings changed, for the other devices."""

    name = "notifications.changed"

    what: str

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNotifySettings:
        """See `Event`."""
        settings = await viewer.look(Owner(Kind.USER, viewer.user)).get(NotifySettings, self.what)
        if self.what in WHOLE:
            return api.UpdateNotifySettings(
                peer=WHOLE[self.what](), notify_settings=show_kind(settings)
            )
        dialog, _, topic = self.what.partition("/")
        shown = accounts.show_peer(viewer, int(dialog))
        peer: api.TypeNotifyPeer = api.NotifyPeer(peer=shown)
        if topic:
            peer = api.NotifyForumTopic(peer=shown, top_msg_id=int(topic))
        return api.UpdateNotifySettings(peer=peer, notify_settings=show_settings(settings))


def name_of(peer: int, topic: int = 0) -> str:
    """Return the name under which the settings of a dialog, or of a topic of it, are kept."""
    return f"{peer}/{topic}" if topic else str(peer)


async def _what(call: Call, peer: Any) -> str:
    match peer:
        case api.InputNotifyUsers():
            return "users"
        case api.InputNotifyChats():
            return "chats"
        case api.InputNotifyBroadcasts():
            return "broadcasts"
        case api.InputNotifyPeer() | api.InputNotifyForumTopic():
            topic = getattr(peer, "top_msg_id", 0)
            return name_of(accounts.peer_id(await accounts.peer_of(call, peer.peer)), topic)
    raise errors.PeerIdInvalid


@method(api.AccountGetNotifySettings, raises=(*accounts.PEER_ERRORS,))
async def get_settings(call: Call, request: api.AccountGetNotifySettings) -> api.PeerNotifySettings:
    """Return how loud something may be; a dialog says only what differs from its kind."""
    what = await _what(call, request.peer)
    settings = await call.look().get(NotifySettings, what)
    return show_kind(settings) if what in WHOLE else show_settings(settings)


@method(
    api.AccountUpdateNotifySettings,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS,),
)
async def update_settings(call: Call, request: api.AccountUpdateNotifySettings) -> bool:
    """Say how loud something may be."""
    what, given = await _what(call, request.peer), request.settings
    async with call.change() as change:
        known = await change.get(NotifySettings, what)
        if known is None and await change.count(NotifySettings) >= EXCEPTIONS_MAX:
            raise errors.PeerIdInvalid
        change.put(
            NotifySettings(
                what=what,
                show_previews=given.show_previews,
                silent=given.silent,
                mute_until=given.mute_until,
                sound=_sound(given.sound),
                stories_muted=given.stories_muted,
                stories_hide_sender=given.stories_hide_sender,
                stories_sound=_sound(given.stories_sound),
            )
        )
        change.announce_without_pts(NotifyChanged(what=what))
    return True


@method(api.AccountResetNotifySettings, rate=Rate.WRITE, home=Home.CALLER)
async def reset_settings(call: Call, request: api.AccountResetNotifySettings) -> bool:
    """Forget all settings of loudness."""
    async with call.change() as change:
        for settings in await change.scan(NotifySettings):
            change.drop(NotifySettings, settings.what)
            change.announce_without_pts(NotifyChanged(what=settings.what))
    return True


@method(api.AccountGetNotifyExceptions)
async def get_exceptions(call: Call, request: api.AccountGetNotifyExceptions) -> api.TypeUpdates:
    """Return the dialogs that are louder or quieter than their kind."""
    viewer = call.viewer()
    updates = [
        await NotifyChanged(what=settings.what).render(viewer, 0)
        for settings in await call.look().scan(NotifySettings)
        if settings.what not in WHOLE
    ]
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats, date=call.now, seq=0)


class SignUpNotice(Record, frozen=True):
    """Whether somebody does not want to hear that a contact joined."""

    table = "signup_notice"
    key = ()

    silent: bool


@method(api.AccountGetContactSignUpNotification)
async def get_sign_up(call: Call, request: api.AccountGetContactSignUpNotification) -> bool:
    """Whether the caller does not want to hear that a contact joined."""
    record = await call.look().get(SignUpNotice)
    return record is not None and record.silent


@method(api.AccountSetContactSignUpNotification, rate=Rate.WRITE, home=Home.CALLER)
async def set_sign_up(call: Call, request: api.AccountSetContactSignUpNotification) -> bool:
    """Say whether one wants to hear that a contact joined."""
    async with call.change() as change:
        change.put(SignUpNotice(silent=request.silent))
    return True


# -- reactions ---------------------------------------------------------------------------------------

FROM: Final[dict[str, Any]] = {
    "contacts": api.ReactionNotificationsFromContacts,
    "all": api.ReactionNotificationsFromAll,
}


def _show_reactions(kept: ReactionNotices) -> api.ReactionsNotifySettings:
    return api.ReactionsNotifySettings(
        messages_notify_from=FROM[kept.messages]() if kept.messages else None,
        stories_notify_from=FROM[kept.stories]() if kept.stories else None,
        poll_votes_notify_from=FROM[kept.polls]() if kept.polls else None,
        sound=tl.decode(kept.sound) if kept.sound else api.NotificationSoundDefault(),
        show_previews=kept.show_previews,
    )


def _from(given: Any) -> str:
    return next((name for name, kind in FROM.items() if isinstance(given, kind)), "")


@method(api.AccountGetReactionsNotifySettings)
async def get_reactions(
    call: Call, request: api.AccountGetReactionsNotifySettings
) -> api.ReactionsNotifySettings:
    """Return whose reactions and votes make a sound."""
    return _show_reactions(await call.look().get(ReactionNotices) or ReactionNotices())


@method(api.AccountSetReactionsNotifySettings, rate=Rate.WRITE, home=Home.CALLER)
async def set_reactions(
    call: Call, request: api.AccountSetReactionsNotifySettings
) -> api.ReactionsNotifySettings:
    """Say whose reactions and votes make a sound, and which."""
    given = request.settings
    kept = ReactionNotices(
        messages=_from(given.messages_notify_from),
        stories=_from(given.stories_notify_from),
        polls=_from(given.poll_votes_notify_from),
        show_previews=given.show_previews,
        sound=_sound(given.sound),
    )
    async with call.change() as change:
        change.put(kept)
    return _show_reactions(kept)
