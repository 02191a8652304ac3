"""What stock apps call for one thing that a person does, in their order: read from their sources.

An app stops where a call before the meant one is refused, mostly without a word. So nothing here may be
refused but the last call of a chain that says so. docs/chains.md has the same chains as a table.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import pytest

from chappe import tl
from chappe.crypto import dh, srp
from chappe.tl import api, errors
from chappe.tl.schema import schema

from .blank import blank
from .test_files_go import picture
from .village import Device, Person, Village


class App:
    """An app in somebody's hand, which notes what it calls."""

    def __init__(self, village: Village, me: Person, others: list[Person]) -> None:
        self.village = village
        self.me = me
        self.others = others
        self.called: list[str] = []

    async def __call__(self, name: str, asker: Device | None = None, **given: Any) -> Any:
        """Call a method; what is not given is as empty as it may be."""
        request = blank(name)
        for field, value in given.items():
            assert hasattr(request, field), field
            setattr(request, field, value)
        self.called.append(name)
        device = asker or self.me.device
        newest = schema().at(name, tl.LAYER) is not None
        device.layer = tl.LAYER if newest else schema().newest(name).last
        answer = await device(request)
        device.layer = tl.LAYER
        return answer

    async def file(self, data: bytes) -> Any:
        """Upload a file as apps do; return the InputFile."""
        number = int.from_bytes(os.urandom(7), "big")
        await self("upload.saveFilePart", file_id=number, bytes=data)
        return api.InputFile(id=number, parts=1, name="x", md5_checksum="")

    async def send(self, to: Any, media: Any) -> Any:
        """Send a medium."""
        number = self.village.number()
        return await self(
            "messages.sendMedia", peer=self.me.peer(to), media=media, random_id=number
        )

    def __getattr__(self, name: str) -> Any:
        """Return how the person names others: see `Person`."""
        return getattr(self.me, name)


Story = Callable[[App], Awaitable[None]]


class Chain(NamedTuple):
    """One row of the page."""

    does: str  # what a person does
    app: str
    story: Story


CHAINS: Final[list[Chain]] = []


def chain(does: str, app: str) -> Callable[[Story], Story]:
    """Note a story as what an app calls for something."""

    def note(story: Story) -> Story:
        CHAINS.append(Chain(does, app, story))
        return story

    return note


# -- chats: made, altered, left ----------------------------------------------------------------------


@chain("Edit a channel, Save", "Telegram Desktop")
async def edit_channel(app: App) -> None:
    """Every stage of its Save, the list of usernames first."""
    chat = await app.me.supergroup("News", broadcast=True)
    talk = await app.me.supergroup("Talk")
    at, peer = app.channel(chat), app.peer(chat)
    await app("channels.getFullChannel", channel=at)
    await app("premium.getBoostsStatus", peer=peer)
    await app("channels.checkUsername", channel=at, username="preston")
    await app("channels.getGroupsForDiscussion")
    await app("channels.deactivateAllUsernames", channel=at)
    await app("channels.updateUsername", channel=at, username="the_news")
    await app("channels.setDiscussionGroup", broadcast=at, group=app.channel(talk))
    await app("channels.editTitle", channel=at, title="The news")
    await app("messages.editChatAbout", peer=peer, about="All of them")
    await app("channels.toggleSignatures", channel=at, signatures_enabled=True)
    await app("messages.toggleNoForwards", peer=peer, enabled=True)
    file = await app.file(picture())
    photo = api.InputChatUploadedPhoto(file=file)
    await app("channels.editPhoto", channel=at, photo=photo)
    await app("channels.reorderUsernames", channel=at, order=["the_news"])
    await app("channels.updateUsername", channel=at, username="")


@chain("Edit a supergroup, Save", "Telegram Desktop")
async def edit_supergroup(app: App) -> None:
    """As above, with what only groups have."""
    chat = await app.me.supergroup("Club", *app.others)
    at, peer = app.channel(chat), app.peer(chat)
    await app("channels.getFullChannel", channel=at)
    await app("messages.getExportedChatInvites", peer=peer, admin_id=api.InputUserSelf(), limit=1)
    await app("channels.deactivateAllUsernames", channel=at)
    await app("channels.editTitle", channel=at, title="The club")
    await app("channels.togglePreHistoryHidden", channel=at, enabled=True)
    await app("channels.toggleForum", channel=at, enabled=True)
    await app("channels.toggleJoinToSend", channel=at, enabled=True)
    await app("channels.toggleJoinRequest", channel=at, enabled=True)


@chain("Permissions of a group, Save", "Telegram Desktop")
async def permissions(app: App) -> None:
    """All four at once: three are as they were."""
    chat = await app.me.supergroup("Club", *app.others)
    at, rights = app.channel(chat), api.ChatBannedRights(until_date=0, send_polls=True)
    await app(
        "channels.getParticipants", channel=at, filter=api.ChannelParticipantsKicked(q=""), limit=16
    )
    await app("messages.editChatDefaultBannedRights", peer=app.peer(chat), banned_rights=rights)
    await app("channels.toggleSlowMode", channel=at, seconds=30)
    await app("channels.setBoostsToUnblockRestrictions", channel=at, boosts=0)
    await app("channels.updatePaidMessagesPrice", channel=at, send_paid_messages_stars=0)


@chain("Make a basic group public", "Telegram Desktop, Web K")
async def group_to_public(app: App) -> None:
    """It is migrated first."""
    group = await app.me.group("Club", *app.others)
    await app("channels.checkUsername", channel=api.InputChannelEmpty(), username="preston")
    await app("channels.checkUsername", channel=api.InputChannelEmpty(), username="the_club")
    told = await app("messages.migrateChat", chat_id=group.id)
    at = app.channel(next(c for c in told.chats if isinstance(c, api.Channel)))
    await app("channels.deactivateAllUsernames", channel=at)
    await app("channels.updateUsername", channel=at, username="the_club")


@chain("Attach a basic group to a channel", "Telegram Desktop")
async def attach_basic(app: App) -> None:
    """It is migrated, and attached at once."""
    news = await app.me.supergroup("News", broadcast=True)
    await app.me.group("Club", *app.others)
    offered = await app("channels.getGroupsForDiscussion")
    told = await app("messages.migrateChat", chat_id=offered.chats[0].id)
    big = app.channel(next(c for c in told.chats if isinstance(c, api.Channel)))
    await app("channels.setDiscussionGroup", broadcast=app.channel(news), group=big)


@chain("Colours of a channel", "Telegram Desktop")
async def colours(app: App) -> None:
    """What is to be had, and what no boosts allow; Apply without a change."""
    at = app.channel(await app.me.supergroup("News", broadcast=True))
    peer = api.InputPeerChannel(channel_id=at.channel_id, access_hash=at.access_hash)
    for name in (
        "help.getPeerColors",
        "help.getPeerProfileColors",
        "account.getDefaultBackgroundEmojis",
        "account.getChannelDefaultEmojiStatuses",
    ):
        await app(name)
    await app("premium.getBoostsStatus", peer=peer)
    await app("channels.updateColor", channel=at)
    await app("channels.updateEmojiStatus", channel=at, emoji_status=api.EmojiStatusEmpty())


@chain("Reactions and spam filter of a group", "Telegram Desktop, TDLib")
async def group_reactions(app: App) -> None:
    """The filter is not offered below a number of members."""
    chat = await app.me.supergroup("Club", *app.others)
    await app("messages.getAvailableReactions")
    some = api.ChatReactionsSome(reactions=[api.ReactionEmoji(emoticon="👍")])
    await app("messages.setChatAvailableReactions", peer=app.peer(chat), available_reactions=some)
    await app("help.getAppConfig")


@chain("New channel", "Telegram Desktop, Android")
async def new_channel(app: App) -> None:
    """Its link is asked for, and whether it could be public, before it has a name.

    Android learns the latter by a name that nobody can have, and takes that refusal for a yes.
    """
    with pytest.raises(errors.UsernameInvalid):
        await app("channels.checkUsername", channel=api.InputChannelEmpty(), username="1")
    told = await app("channels.createChannel", broadcast=True, title="News")
    at, peer = app.channel(told.chats[0]), app.peer(told.chats[0])
    photo = api.InputChatUploadedPhoto(file=await app.file(picture()))
    await app("channels.editPhoto", channel=at, photo=photo)
    await app("messages.exportChatInvite", peer=peer, legacy_revoke_permanent=True)
    await app("channels.checkUsername", channel=at, username="preston")
    await app("channels.getAdminedPublicChannels", check_limit=True)
    await app("channels.checkUsername", channel=at, username="the_news")
    await app("channels.updateUsername", channel=at, username="the_news")
    await app("contacts.getContacts")
    await app("channels.inviteToChannel", channel=at, users=[app.user(app.others[0])])


@chain("New group", "Telegram Desktop, Android")
async def new_group(app: App) -> None:
    """A basic one, with a photo and a time for its messages."""
    await app("contacts.getContacts")
    await app("messages.getDefaultHistoryTTL")
    users = [app.user(one) for one in app.others]
    made = await app("messages.createChat", users=users, title="Club", ttl_period=86_400)
    chat = made.updates.chats[0]
    photo = api.InputChatUploadedPhoto(file=await app.file(picture()))
    await app("messages.editChatPhoto", chat_id=chat.id, photo=photo)
    await app("messages.getFullChat", chat_id=chat.id)
    await app("messages.exportChatInvite", peer=app.peer(chat), legacy_revoke_permanent=True)


@chain("Add a member", "Telegram Desktop, TDLib")
async def add_member(app: App) -> None:
    """To a supergroup, and to a basic group."""
    one, two = app.others
    chat, group = await app.me.supergroup("Club"), await app.me.group("Duo", one)
    at = app.channel(chat)
    await app(
        "channels.getParticipants", channel=at, filter=api.ChannelParticipantsRecent(), limit=16
    )
    await app("contacts.search", q="Bob", limit=10)
    await app("channels.inviteToChannel", channel=at, users=[app.user(one)])
    await app("messages.addChatUser", chat_id=group.id, user_id=app.user(two), fwd_limit=100)


@chain("Make an admin", "Telegram Desktop, TDLib")
async def make_admin(app: App) -> None:
    """Who they are is asked first."""
    one = app.others[0]
    at = app.channel(await app.me.supergroup("Club", one))
    admins = api.ChannelParticipantsAdmins()
    await app("channels.getParticipants", channel=at, filter=admins, limit=16)
    await app("channels.getParticipant", channel=at, participant=app.peer(one))
    rights = api.ChatAdminRights(change_info=True, pin_messages=True)
    await app("channels.editAdmin", channel=at, user_id=app.user(one), admin_rights=rights, rank="")
    await app("channels.getAdminLog", channel=at, q="", limit=20)


@chain("Ban a member and delete what they wrote", "Telegram Desktop")
async def ban_member(app: App) -> None:
    """From the message that annoyed somebody."""
    one = app.others[0]
    chat = await app.me.supergroup("Club", one)
    spam, at = await one.say(chat, "buy this"), app.channel(chat)
    await app("channels.getParticipant", channel=at, participant=app.peer(one))
    await app("channels.deleteMessages", channel=at, id=[spam])
    gone = api.ChatBannedRights(until_date=0, view_messages=True)
    await app("channels.editBanned", channel=at, participant=app.peer(one), banned_rights=gone)
    await app("channels.deleteParticipantHistory", channel=at, participant=app.peer(one))


@chain("Leave a group, delete a chat", "Telegram Desktop, TDLib")
async def leave(app: App) -> None:
    """A supergroup, a basic group with its messages, a conversation; and what one owns."""
    bob = app.others[0]
    big, small = await bob.supergroup("Club", app.me), await bob.group("Duo", app.me)
    mine = await app.me.supergroup("Mine")
    await bob.say(app.me, "hello")
    await app("channels.leaveChannel", channel=app.channel(big))
    await app("messages.deleteChatUser", chat_id=small.id, user_id=api.InputUserSelf())
    await app("messages.deleteHistory", peer=app.peer(small))
    await app("messages.deleteHistory", peer=app.peer(bob), revoke=True)
    await app("messages.getFutureChatCreatorAfterLeave", peer=app.peer(mine))
    await app("channels.deleteChannel", channel=app.channel(mine))


@chain("Topics of a forum", "Telegram Desktop, TDLib")
async def topics(app: App) -> None:
    """Turned on, opened, one made and altered."""
    chat = await app.me.supergroup("Club")
    peer = app.peer(chat)
    await app("channels.toggleForum", channel=app.channel(chat), enabled=True)
    await app("messages.getForumTopics", peer=peer, limit=20)
    await app("messages.getStickerSet", stickerset=api.InputStickerSetEmojiDefaultTopicIcons())
    number = app.village.number()
    await app("messages.createForumTopic", peer=peer, title="Tea", random_id=number)
    found = await app("messages.getForumTopics", peer=peer, limit=20)
    topic = next(t.id for t in found.topics if t.title == "Tea")
    await app("messages.editForumTopic", peer=peer, topic_id=topic, title="Green tea")
    await app("messages.updatePinnedForumTopic", peer=peer, topic_id=topic, pinned=True)


# -- oneself -----------------------------------------------------------------------------------------


@chain("Edit one's profile", "Telegram Desktop, TDLib")
async def edit_profile(app: App) -> None:
    """Name, username, birthday, colour, channel, photo."""
    await app("users.getFullUser", id=api.InputUserSelf())
    await app("account.updateProfile", first_name="Ada", last_name="L", about="counts")
    await app("account.checkUsername", username="ada_counts")
    await app("account.updateUsername", username="ada_counts")
    await app("account.updateBirthday", birthday=api.Birthday(day=10, month=12))
    await app("channels.getAdminedPublicChannels", for_personal=True)
    await app("account.updatePersonalChannel", channel=api.InputChannelEmpty())
    await app("help.getPeerColors")
    await app("help.getPeerProfileColors")
    await app("account.updateColor", color=api.PeerColor(color=3))
    await app("account.getDefaultEmojiStatuses")
    await app("account.getRecentEmojiStatuses")
    await app("account.getCollectibleEmojiStatuses")
    await app("account.updateEmojiStatus", emoji_status=api.EmojiStatusEmpty())
    await app("account.getDefaultProfilePhotoEmojis")
    await app("photos.uploadProfilePhoto", file=await app.file(picture()))
    await app("photos.getUserPhotos", user_id=api.InputUserSelf(), limit=80)


@chain("Settings: notifications", "Telegram Desktop, TDLib, Web K")
async def notifications(app: App) -> None:
    """The three kinds and their exceptions, then a change of each sort."""
    kinds = (api.InputNotifyUsers(), api.InputNotifyChats(), api.InputNotifyBroadcasts())
    for kind in kinds:
        await app("account.getNotifySettings", peer=kind)
        await app("account.getNotifyExceptions", peer=kind)
    await app("account.getContactSignUpNotification")
    await app("account.getReactionsNotifySettings")
    await app("account.getSavedRingtones")
    off = api.InputPeerNotifySettings(mute_until=2**31 - 1)
    await app("account.updateNotifySettings", peer=kinds[1], settings=off)
    one = api.InputNotifyPeer(peer=app.peer(app.others[0]))
    await app("account.updateNotifySettings", peer=one, settings=off)
    await app("account.setContactSignUpNotification", silent=True)
    await app("account.resetNotifySettings")


@chain("Settings: privacy", "Telegram Desktop, TDLib")
async def privacy(app: App) -> None:
    """Every key there is, and everything else that the page shows."""
    keys = [c.name for c in schema().combinators() if c.name.startswith("inputPrivacyKey")]
    for key in sorted(set(keys)):
        await app("account.getPrivacy", key=tl.model_of(key)())
    await app("contacts.getBlocked", limit=100)
    await app("contacts.getBlocked", limit=100, my_stories_from=True)
    for name in (
        "account.getPassword",
        "account.getPasskeys",
        "account.getAuthorizations",
        "account.getWebAuthorizations",
        "account.getAccountTTL",
        "messages.getDefaultHistoryTTL",
        "account.getGlobalPrivacySettings",
        "account.getContentSettings",
        "messages.getPaidReactionPrivacy",
    ):
        await app(name)
    await app("contacts.getTopPeers", correspondents=True, limit=30)
    nobody = [api.InputPrivacyValueDisallowAll()]
    await app("account.setPrivacy", key=api.InputPrivacyKeyPhoneNumber(), rules=nobody)
    await app("account.setPrivacy", key=api.InputPrivacyKeyAddedByPhone(), rules=nobody)
    settings = api.GlobalPrivacySettings(hide_read_marks=True)
    await app("account.setGlobalPrivacySettings", settings=settings)
    await app("account.setContentSettings", sensitive_enabled=True)
    await app("account.setAccountTTL", ttl=api.AccountDaysTTL(days=548))
    await app("messages.setDefaultHistoryTTL", period=86_400)
    await app("payments.clearSavedInfo", info=True, credentials=True)
    await app("contacts.toggleTopPeers", enabled=False)


@chain("Settings: devices", "Telegram Desktop, TDLib")
async def devices(app: App) -> None:
    """The list, what one of them may not do, and after how long they end."""
    shown = await app("account.getAuthorizations")
    other = next(s.hash for s in shown.authorizations if not s.current)
    await app("account.getWebAuthorizations")
    await app("account.changeAuthorizationSettings", hash=other, call_requests_disabled=True)
    await app("account.setAuthorizationTTL", authorization_ttl_days=90)
    await app("account.resetAuthorization", hash=other)


@chain("Settings: two-step verification", "Telegram Desktop, TDLib")
async def two_steps(app: App) -> None:
    """Turned on, entered, and turned off."""
    word, salts = b"correct horse", (bytes(8), bytes(16))
    hashed = srp.password_hash(word, *salts)
    algo = api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=salts[0], salt2=salts[1], g=dh.G, p=dh.PRIME.to_bytes(256, "big")
    )

    async def proof() -> Any:
        asked = await app("account.getPassword")
        public, m1 = srp.answer(hashed, asked.srp_B, os.urandom(256), *salts)
        return api.InputCheckPasswordSRP(srp_id=asked.srp_id, A=public, M1=m1)

    await app("account.getPassword")
    new = api.AccountPasswordInputSettings(
        new_algo=algo, new_password_hash=srp.verifier(hashed), hint="it neighs"
    )
    none = api.InputCheckPasswordEmpty()
    await app("account.updatePasswordSettings", password=none, new_settings=new)
    await app("account.getPasswordSettings", password=await proof())
    empty = api.AccountPasswordInputSettings(
        new_algo=api.PasswordKdfAlgoUnknown(), new_password_hash=b"", hint=""
    )
    await app("account.updatePasswordSettings", password=await proof(), new_settings=empty)


@chain("Settings: folders", "Telegram Desktop, TDLib")
async def folders(app: App) -> None:
    """One is made, put in order, shared, and taken away."""
    chat = await app.me.supergroup("Club", *app.others)
    await app("messages.getDialogFilters")
    await app("messages.getSuggestedDialogFilters")
    title = api.TextWithEntities(text="Clubs", entities=[])
    folder = api.DialogFilter(
        id=2, title=title, pinned_peers=[], include_peers=[app.peer(chat)], exclude_peers=[]
    )
    await app("messages.updateDialogFilter", id=2, filter=folder)
    await app("messages.updateDialogFiltersOrder", order=[0, 2])
    await app("messages.toggleDialogFilterTags", enabled=True)
    at = api.InputChatlistDialogFilter(filter_id=2)
    peers = [app.peer(chat)]
    await app("chatlists.exportChatlistInvite", chatlist=at, title="Clubs", peers=peers)
    await app("chatlists.getExportedInvites", chatlist=at)
    await app("messages.updateDialogFilter", id=2)


@chain("Settings: data and storage", "Telegram Desktop, Android")
async def data(app: App) -> None:
    """What is downloaded and saved by itself."""
    await app("account.getAutoDownloadSettings")
    await app("account.getAutoSaveSettings")
    settings = api.AutoSaveSettings(photos=True)
    await app("account.saveAutoSaveSettings", users=True, settings=settings)
    await app("account.getThemes", format="tdesktop")
    await app("account.getWallPapers")
    await app("account.getChatThemes")
