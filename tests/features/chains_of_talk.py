"""What stock apps call to log in, to look at a chat and to send: more of `chains`."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .chains import App, chain
from .test_files_go import picture


@chain("Start", "Telegram Desktop")
async def start(app: App) -> None:
    """Whatever it has none of is answered, too."""
    for name in (
        "help.getConfig",
        "help.getAppConfig",
        "help.getCountriesList",
        "help.getNearestDc",
        "updates.getState",
        "messages.getDialogFilters",
        "messages.getPinnedDialogs",
        "messages.getDialogs",
        "help.getPromoData",
        "help.getTermsOfServiceUpdate",
        "messages.getAllStickers",
        "messages.getRecentStickers",
        "messages.getFavedStickers",
        "messages.getFeaturedStickers",
        "messages.getEmojiStickers",
        "messages.getSavedGifs",
        "messages.getFeaturedEmojiStickers",
        "messages.getAvailableReactions",
        "messages.getTopReactions",
        "messages.getRecentReactions",
        "messages.getAvailableEffects",
        "messages.getAttachMenuBots",
        "messages.getQuickReplies",
        "account.getGlobalPrivacySettings",
        "contacts.getContacts",
        "contacts.getStatuses",
        "contacts.getBirthdays",
        "help.getPremiumPromo",
        "help.getPeerColors",
        "stories.getAllStories",
        "account.getChatThemes",
        "messages.getStickers",
        "account.getSavedMusicIds",
        "payments.getStarsStatus",
        "account.getConnectedBots",
        "account.getBusinessChatLinks",
    ):
        given: dict[str, Any] = {}
        if name == "messages.getDialogs":
            given = {"limit": 20}
        await app(name, **given)
    await app("account.updateStatus", offline=False)


@chain("Log in by a photographed code", "Telegram Desktop, Android")
async def log_in_by_code(app: App) -> None:
    """Shown by one app, photographed by the other, asked for again by the first."""
    fresh = await app.village.stranger()
    shown = await app("auth.exportLoginToken", fresh, api_id=2040)
    await app("auth.acceptLoginToken", token=shown.token)
    await app("auth.exportLoginToken", fresh, api_id=2040)


@chain("Change one's number", "Telegram Desktop, Android")
async def change_number(app: App) -> None:
    """A code comes to the new one."""
    new, settings = "33699999901", api.CodeSettings()
    sent = await app("account.sendChangePhoneCode", phone_number=new, settings=settings)
    code = app.village.code(new)
    await app(
        "account.changePhone",
        phone_number=new,
        phone_code=code,
        phone_code_hash=sent.phone_code_hash,
    )


@chain("Log out", "Telegram Desktop, Android")
async def log_out(app: App) -> None:
    """The place of pushes goes first."""
    await app("account.registerDevice", token_type=2, token="t")
    await app("account.unregisterDevice", token_type=2, token="t")
    await app("auth.logOut")


@chain("Delete one's account", "Telegram Desktop, Android")
async def delete_account(app: App) -> None:
    """Whether there is a password is asked first."""
    await app("account.getPassword")
    await app("account.deleteAccount", reason="")


@chain("Bring one's address book", "Android, TDLib")
async def contacts(app: App) -> None:
    """Numbers of people who are here, and of others."""
    bob = app.others[0]
    await app("contacts.getContacts")
    given = [
        api.InputPhoneContact(client_id=i, phone=phone, first_name="B", last_name="")
        for i, phone in enumerate((bob.phone, "33699999902"))
    ]
    await app("contacts.importContacts", contacts=given)
    await app("contacts.getStatuses")
    await app("contacts.getTopPeers", correspondents=True, limit=30)
    await app("contacts.addContact", id=app.user(app.others[1]), first_name="Eve")
    await app("contacts.deleteContacts", id=[app.user(bob)])


@chain("Open a channel", "Telegram Desktop")
async def open_channel(app: App) -> None:
    """Advertising is asked for by either name; there is none."""
    bob = app.others[0]
    chat = await bob.supergroup("News", app.me, broadcast=True)
    post = await bob.say(chat, "read this")
    at, peer = app.channel(chat), app.peer(chat)
    await app("channels.getFullChannel", channel=at)
    await app("messages.getPeerSettings", peer=peer)
    await app("messages.getHistory", peer=peer, limit=50)
    await app("messages.getSponsoredMessages", peer=peer)
    await app("channels.getSponsoredMessages", channel=at)
    await app("messages.getMessagesViews", peer=peer, id=[post], increment=True)
    await app("messages.getScheduledHistory", peer=peer)
    await app("channels.getSendAs", peer=peer)
    await app("stories.getPeerStories", peer=peer)
    await app("stories.getPinnedStories", peer=peer)
    await app("channels.getChannelRecommendations", channel=at)
    await app("channels.readHistory", channel=at, max_id=post)
    await app("channels.getParticipant", channel=at, participant=api.InputPeerSelf())


@chain("Open a profile", "Telegram Desktop, TDLib")
async def open_profile(app: App) -> None:
    """With all its tabs."""
    bob = app.others[0]
    await bob.say(app.me, "hello")
    peer, user = app.peer(bob), app.user(bob)
    await app("users.getFullUser", id=user)
    await app("messages.getPeerSettings", peer=peer)
    await app("photos.getUserPhotos", user_id=user, limit=80)
    await app("messages.getCommonChats", user_id=user, limit=100)
    filters = [api.InputMessagesFilterPhotos(), api.InputMessagesFilterUrl()]
    await app("messages.getSearchCounters", peer=peer, filters=filters)
    await app("messages.search", peer=peer, filter=filters[0], limit=50)
    await app("stories.getPinnedStories", peer=peer)
    await app("payments.getSavedStarGifts", peer=peer, limit=20)
    await app("users.getSavedMusic", id=user)
    await app("account.getNotifySettings", peer=api.InputNotifyPeer(peer=peer))


@chain("Panels of emoji, stickers and GIFs", "Telegram Desktop, Web K")
async def panels(app: App) -> None:
    """Opened, looked through, searched."""
    for name in (
        "messages.getAllStickers",
        "messages.getEmojiStickers",
        "messages.getMaskStickers",
        "messages.getRecentStickers",
        "messages.getFavedStickers",
        "messages.getFeaturedStickers",
        "messages.getFeaturedEmojiStickers",
        "messages.getArchivedStickers",
        "messages.getSavedGifs",
        "messages.getEmojiGroups",
        "messages.getEmojiStickerGroups",
        "messages.getEmojiStatusGroups",
        "messages.getEmojiKeywordsLanguages",
        "messages.getCustomEmojiDocuments",
        "messages.getOldFeaturedStickers",
    ):
        await app(name)
    await app("messages.getEmojiKeywordsDifference", lang_code="en", from_version=0)
    await app("messages.getStickerSet", stickerset=api.InputStickerSetAnimatedEmoji())
    await app("messages.searchStickerSets", q="cat")
    await app("messages.searchEmojiStickerSets", q="cat")
    await app("messages.searchCustomEmoji", emoticon="🐈")
    await app("messages.getStickers", emoticon="🐈")
    await app("messages.readFeaturedStickers")
    await app("messages.clearRecentStickers")


@chain("Send a photo, an album, a voice message", "Telegram Desktop, Android")
async def send_files(app: App) -> None:
    """Uploaded, shown as being uploaded, sent; an album's parts one by one before."""
    bob = app.others[0]
    peer, action = app.peer(bob), api.SendMessageUploadPhotoAction(progress=50)
    file = await app.file(picture())
    await app("messages.setTyping", peer=peer, action=action)
    await app.send(bob, api.InputMediaUploadedPhoto(file=file))
    album = []
    for _ in range(2):
        media = api.InputMediaUploadedPhoto(file=await app.file(picture()))
        kept = (await app("messages.uploadMedia", peer=peer, media=media)).photo
        given = api.InputMediaPhoto(
            id=api.InputPhoto(
                id=kept.id, access_hash=kept.access_hash, file_reference=kept.file_reference
            )
        )
        number = app.village.number()
        album.append(api.InputSingleMedia(media=given, random_id=number, message=""))
    await app("messages.sendMultiMedia", peer=peer, multi_media=album)
    voice = [api.DocumentAttributeAudio(voice=True, duration=1, waveform=bytes(8))]
    sound = await app.file(b"OggS" + bytes(100))
    await app.send(
        bob, api.InputMediaUploadedDocument(file=sound, mime_type="audio/ogg", attributes=voice)
    )


@chain("Send a poll, a place, a contact; vote", "Telegram Desktop, TDLib")
async def send_others(app: App) -> None:
    """What comes from the menu with the clip."""
    bob = app.others[0]
    await app("messages.getAttachMenuBots")

    def text(words: str) -> Any:
        return api.TextWithEntities(text=words, entities=[])

    answers = [api.PollAnswer(text=text(t), option=t.encode()) for t in ("a", "b")]
    poll = api.Poll(id=0, question=text("Which?"), answers=answers, hash=0)
    sent = await app.send(bob, api.InputMediaPoll(poll=poll))
    number = next(u.id for u in sent.updates if isinstance(u, api.UpdateMessageID))
    peer = app.peer(bob)
    await app("messages.sendVote", peer=peer, msg_id=number, options=[b"a"])
    await app("messages.getPollResults", peer=peer, msg_id=number)
    point = api.InputGeoPoint(lat=48.0, long=2.0)
    await app.send(bob, api.InputMediaGeoPoint(geo_point=point))
    live = await app.send(bob, api.InputMediaGeoLive(geo_point=point, period=900))
    number = next(u.id for u in live.updates if isinstance(u, api.UpdateMessageID))
    moved = api.InputMediaGeoLive(geo_point=api.InputGeoPoint(lat=48.1, long=2.0), period=900)
    await app("messages.editMessage", peer=peer, id=number, media=moved)
    await app("messages.getRecentLocations", peer=peer, limit=100)
    card = api.InputMediaContact(phone_number="1", first_name="C", last_name="", vcard="")
    await app.send(bob, card)


@chain("Forward, pin, edit, react, delete", "Telegram Desktop, TDLib")
async def with_a_message(app: App) -> None:
    """From a message's menu."""
    bob, eve = app.others
    number = await app.me.say(bob, "hello")
    peer = app.peer(bob)
    await app(
        "messages.forwardMessages",
        from_peer=peer,
        to_peer=app.peer(eve),
        id=[number],
        random_id=[app.village.number()],
    )
    await app("messages.updatePinnedMessage", peer=peer, id=number)
    pinned = api.InputMessagesFilterPinned()
    await app("messages.search", peer=peer, filter=pinned, limit=100)
    await app("messages.unpinAllMessages", peer=peer)
    await app("messages.getMessageEditData", peer=peer, id=number)
    await app("messages.editMessage", peer=peer, id=number, message="hello!")
    thumb = [api.ReactionEmoji(emoticon="👍")]
    await app("messages.sendReaction", peer=peer, msg_id=number, reaction=thumb)
    await app("messages.getMessagesReactions", peer=peer, id=[number])
    await app("messages.saveDraft", peer=peer, message="then")
    await app("messages.deleteMessages", id=[number], revoke=True)


@chain("Report, block, and the bar above a stranger's chat", "Telegram Desktop, TDLib")
async def report(app: App) -> None:
    """The menu of reasons is answered before the report is."""
    eve = app.others[1]
    await eve.say(app.me, "buy this")
    peer = app.peer(eve)
    number = (await app.me.history(eve))[0].id
    await app("messages.getPeerSettings", peer=peer)
    asked = await app("messages.report", peer=peer, id=[number])
    option = asked.options[0].option
    while True:
        answer = await app("messages.report", peer=peer, id=[number], option=option, message="x")
        if not isinstance(answer, api.ReportResultChooseOption):
            break
        option = answer.options[0].option
    reason = api.InputReportReasonSpam()
    await app("account.reportPeer", peer=peer, reason=reason, message="")
    await app("messages.reportSpam", peer=peer)
    await app("messages.hidePeerSettingsBar", peer=peer)
    await app("contacts.block", id=peer)
    await app("messages.deleteHistory", peer=peer)
    await app("contacts.unblock", id=peer)


@chain("Search", "Telegram Desktop, TDLib")
async def search(app: App) -> None:
    """From the field above the list."""
    await app.me.say(app.others[0], "where is the tea")
    await app("contacts.getTopPeers", correspondents=True, limit=30)
    await app("messages.searchGlobal", q="tea", limit=20)
    await app("contacts.search", q="tea", limit=50)
    await app("contacts.getSponsoredPeers", q="tea")
    await app.others[0](api.AccountUpdateUsername(username="bob_the_other"))
    await app("contacts.resolveUsername", username="bob_the_other")


@chain("Call somebody", "Telegram Desktop, Android, TDLib")
async def call_somebody(app: App) -> None:
    """Goes on until it is refused by the error that apps have a sentence for."""
    bob = app.others[0]
    await app("users.getFullUser", id=app.user(bob))
    await app("phone.getCallConfig")
    await app("messages.getDhConfig", version=0, random_length=256)
    protocol = api.PhoneCallProtocol(min_layer=65, max_layer=92, library_versions=["2.4.4"])
    with pytest.raises(errors.UserPrivacyRestricted):
        await app(
            "phone.requestCall",
            user_id=app.user(bob),
            random_id=1,
            g_a_hash=bytes(32),
            protocol=protocol,
        )


@chain("Begin a secret chat", "Android, TDLib")
async def secret_chat(app: App) -> None:
    """Refused at the last step, which apps say."""
    await app("messages.getDhConfig", version=0, random_length=256)
    with pytest.raises(errors.MethodInvalid):
        await app("messages.requestEncryption", user_id=app.user(app.others[0]), random_id=1)
