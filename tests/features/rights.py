"""Who may do what in a chat: one row for every method that reads or changes one. Place new methods here."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from chappe.tl import api, errors
from chappe.tl.schema import schema

# who there is: see `Town` in test_rights.py
CREATOR: Final = frozenset({"creator"})
ADMINS: Final = CREATOR | {"admin"}
MEMBERS: Final = ADMINS | {"member"}
SEERS: Final = MEMBERS | {"restricted"}
WERE_IN: Final = SEERS | {"banned", "former"}  # who has copies of a basic group's messages
NOBODY: Final[frozenset[str]] = frozenset()
EVERYBODY: Final = WERE_IN | {"stranger", "guesser"}

GROUP, SUPERGROUP, CHANNEL = "group", "supergroup", "channel"
Who = Mapping[str, frozenset[str]]  # by the kind of chat; a kind that is absent has no such method


def _in(group: Any = None, supergroup: Any = None, channel: Any = None) -> Who:
    if group is not None and "member" in group:
        group |= {"restricted"}  # basic groups know no restrictions of one member
    every = {GROUP: group, SUPERGROUP: supergroup, CHANNEL: channel}
    return {kind: who for kind, who in every.items() if who is not None}


READ: Final = _in(WERE_IN, SEERS, SEERS)
READ_BIG: Final = _in(None, SEERS, SEERS)
TALK: Final = _in(MEMBERS, MEMBERS, ADMINS)
BE_IN: Final = _in(SEERS, SEERS, SEERS)
RUN: Final = _in(ADMINS, ADMINS, ADMINS)
RUN_BIG: Final = _in(None, ADMINS, ADMINS)
ALTER: Final = _in(MEMBERS, MEMBERS, ADMINS)  # as the default rights of groups have it
ALTER_BIG: Final = _in(None, MEMBERS, ADMINS)
OWN: Final = _in(CREATOR, CREATOR, CREATOR)
OWN_BIG: Final = _in(None, CREATOR, CREATOR)
OWN_GROUP: Final = _in(CREATOR)

# what somebody is told who may not
REFUSALS: Final = (
    errors.ChannelInvalid,
    errors.ChannelPrivate,
    errors.ChatIdInvalid,
    errors.PeerIdInvalid,
    errors.ChatAdminRequired,
    errors.ChatWriteForbidden,
    errors.UserBannedInChannel,
    errors.UserNotParticipant,
    errors.MessageAuthorRequired,
    errors.MessageDeleteForbidden,
    errors.RightForbidden,
    errors.ChatForwardsRestricted,
    errors.BroadcastForbidden,
    errors.UserAdminInvalid,
    errors.MsgIdInvalid,
    errors.MessageIdInvalid,
)


class Row(NamedTuple):
    """One method: how it is asked for, and who may."""

    request: type[Any]
    who: Who
    given: Callable[[Any, Any], dict[str, Any]] = lambda _town, _who: {}
    ends: bool = False  # the chat, or somebody's being in it: not tried on who may


EMPTY: Final[dict[str, Any]] = {
    "int": 0,
    "long": 0,
    "string": "",
    "bytes": b"",
    "Bool": True,
    "double": 0.0,
    "ChannelParticipantsFilter": api.ChannelParticipantsRecent(),
    "ChannelMessagesFilter": api.ChannelMessagesFilterEmpty(),
    "MessagesFilter": api.InputMessagesFilterEmpty(),
    "ChatReactions": api.ChatReactionsNone(),
    "EmojiStatus": api.EmojiStatusEmpty(),
    "SendMessageAction": api.SendMessageTypingAction(),
    "ReportReason": api.InputReportReasonSpam(),
    "InputChatPhoto": api.InputChatPhotoEmpty(),
    "InputPhoto": api.InputPhotoEmpty(),
    "InputMedia": api.InputMediaGeoPoint(geo_point=api.InputGeoPoint(lat=1.0, long=2.0)),
    "InputReplyTo": api.InputReplyToMessage(reply_to_msg_id=1),
    "InputCheckPasswordSRP": api.InputCheckPasswordEmpty(),
    "ChatBannedRights": api.ChatBannedRights(send_gifs=True, until_date=0),
    "ChatAdminRights": api.ChatAdminRights(change_info=True),
}
NAMED: Final[dict[str, Any]] = {
    "limit": 10,
    "title": "Mallory's",
    "about": "Mallory was here",
    "message": "Mallory says",
    "q": "secret",
    "pts": 1,
    "username": "mallory_chat",
    "option": b"violence/graphic",
    "max_id": 0,
    "admin_rights": api.ChatAdminRights(change_info=True),
}


def fill(town: Any, who: Any, row: Row) -> Any:
    """Return a request of a row as somebody makes it: the chat, its newest message, its newest member."""
    given: dict[str, Any] = {}
    for field in schema().newest(row.request.tl_name).fields:
        if field.flag or field.type == "#":
            continue
        given[field.name] = _value(town, who, field.name, field.type)
    return row.request(**{**given, **row.given(town, who)})


def _value(town: Any, who: Any, name: str, type_: str) -> Any:
    if name in NAMED:
        return NAMED[name]
    if name == "chat_id":
        return town.chat.id
    if name.startswith("random_id"):
        number = town.village.number()
        return [number] if type_.startswith("Vector") else number
    if name in ("id", "msg_id", "read_max_id") and "int" in type_:
        return [town.post_of(who)] if type_.startswith("Vector") else town.post_of(who)
    match type_:
        case "Vector<InputMessage>":
            return [api.InputMessageID(id=town.post_of(who))]
        case "InputChannel":
            return town.channel(who)
        case "Vector<InputChannel>":
            return [town.channel(who)]
        case "InputPeer":
            other = name in ("participant", "from_id", "reaction_peer")
            return who.peer(town.target) if other else town.peer(who)
        case "InputDialogPeer":
            return api.InputDialogPeer(peer=town.peer(who))
        case "Vector<InputDialogPeer>":
            return [api.InputDialogPeer(peer=town.peer(who))]
        case "InputUser":
            return who.user(town.target)
        case "Vector<InputUser>":
            return [who.user(town.outsider)]
        case _ if type_.startswith("Vector"):
            return []
    return EMPTY[type_]


def _thumb(_town: Any, _who: Any) -> dict[str, Any]:
    return {"reaction": [api.ReactionEmoji(emoticon="👍")]}


def _album(town: Any, _who: Any) -> dict[str, Any]:
    one = api.InputSingleMedia(
        media=EMPTY["InputMedia"], random_id=town.village.number(), message="Mallory says"
    )
    return {"multi_media": [one]}


def _onward(town: Any, who: Any) -> dict[str, Any]:
    return {"from_peer": town.peer(who), "to_peer": api.InputPeerSelf()}


def _link(town: Any, _who: Any) -> dict[str, Any]:
    return {"link": town.link}


def _mine(_town: Any, who: Any) -> dict[str, Any]:
    return {"admin_id": who.user(who)}


def _self(_town: Any, who: Any) -> dict[str, Any]:
    return {"user_id": who.user(who)}


ROWS: Final = (
    # looking
    Row(api.MessagesGetHistory, READ),
    Row(api.MessagesSearch, READ),
    Row(api.MessagesGetRecentLocations, READ),
    Row(
        api.MessagesGetSearchCounters,
        READ,
        lambda _t, _w: {"filters": [api.InputMessagesFilterPinned()]},
    ),
    Row(api.ChannelsGetMessages, READ_BIG),
    Row(api.MessagesGetMessagesViews, READ, lambda _t, _w: {"increment": False}),
    Row(api.MessagesGetUnreadMentions, READ),
    Row(api.MessagesGetUnreadReactions, READ),
    Row(api.MessagesGetMessagesReactions, READ),
    Row(api.MessagesGetMessageReactionsList, _in(WERE_IN, SEERS, NOBODY)),
    Row(api.MessagesGetScheduledHistory, READ),
    Row(api.MessagesGetPeerSettings, READ),
    Row(
        api.MessagesGetPeerDialogs,
        READ,
        lambda t, w: {"peers": [api.InputDialogPeer(peer=t.peer(w))]},
    ),
    Row(api.MessagesGetOnlines, BE_IN),
    Row(api.MessagesGetReplies, _in(None, SEERS, NOBODY)),  # it has no discussion group
    Row(api.MessagesGetDiscussionMessage, _in(None, SEERS, NOBODY)),
    Row(api.ChannelsExportMessageLink, READ_BIG),
    Row(api.ChannelsGetMessageAuthor, RUN_BIG),
    Row(api.ChannelsGetFullChannel, READ_BIG),
    Row(api.ChannelsGetParticipants, _in(None, SEERS, ADMINS)),
    Row(api.ChannelsGetParticipant, _in(None, SEERS, ADMINS)),
    Row(api.ChannelsGetAdminLog, RUN_BIG),
    Row(api.MessagesGetFullChat, _in(WERE_IN)),
    Row(api.UpdatesGetChannelDifference, READ_BIG),
    Row(api.MessagesGetMessageReadParticipants, _in(CREATOR, CREATOR, NOBODY)),
    # one's own marks
    Row(api.MessagesReadHistory, _in(WERE_IN)),
    Row(api.ChannelsReadHistory, READ_BIG),
    Row(api.ChannelsReadMessageContents, READ_BIG),
    Row(api.MessagesReadMentions, READ),
    Row(api.MessagesReadReactions, READ),
    Row(api.MessagesReadDiscussion, _in(None, SEERS, NOBODY)),
    Row(api.MessagesMarkDialogUnread, READ),
    Row(api.MessagesToggleDialogPin, READ),
    Row(api.MessagesReorderPinnedDialogs, READ),
    Row(api.MessagesSaveDraft, READ),
    Row(api.MessagesHidePeerSettingsBar, READ),
    # talking
    Row(api.MessagesSendMessage, TALK),
    Row(api.MessagesSendMedia, TALK),
    Row(api.MessagesSendMultiMedia, TALK, _album),
    Row(api.MessagesSetTyping, TALK),
    Row(api.MessagesSendReaction, _in(SEERS, MEMBERS, SEERS), _thumb),
    Row(api.MessagesForwardMessages, READ, _onward),
    Row(api.MessagesDeleteParticipantReaction, RUN_BIG),
    Row(api.MessagesDeleteParticipantReactions, RUN_BIG),
    Row(
        api.MessagesEditMessage,
        _in(CREATOR, CREATOR, ADMINS),
        lambda t, _w: {"message": f"Mallory {t.village.number()}"},
    ),
    Row(api.MessagesGetMessageEditData, _in(CREATOR, CREATOR, ADMINS)),
    Row(api.ChannelsReportSpam, _in(None, ADMINS, NOBODY), lambda t, _w: {"id": [t.spam]}),
    Row(api.ChannelsDeleteMessages, RUN_BIG),
    Row(api.ChannelsDeleteParticipantHistory, RUN_BIG),
    Row(api.MessagesDeleteHistory, _in(WERE_IN), ends=True),
    Row(api.ChannelsDeleteHistory, RUN_BIG, lambda _t, _w: {"for_everyone": True}, ends=True),
    Row(api.MessagesUpdatePinnedMessage, ALTER),
    Row(api.MessagesUnpinAllMessages, ALTER),
    # reports
    Row(api.MessagesReport, READ),
    Row(api.MessagesReportSpam, READ),
    Row(api.MessagesReportMessagesDelivery, READ),
    Row(
        api.MessagesSendScreenshotNotification,
        _in(NOBODY, NOBODY, NOBODY),
        lambda _t, _w: {"reply_to": api.InputReplyToMessage(reply_to_msg_id=1)},
    ),
    Row(api.MessagesReportReaction, READ),
    Row(api.AccountReportPeer, READ),
    Row(api.AccountReportProfilePhoto, READ),
    # altering
    Row(api.ChannelsEditTitle, ALTER_BIG),
    Row(api.MessagesEditChatTitle, _in(MEMBERS)),
    Row(api.MessagesEditChatAbout, ALTER),
    Row(api.ChannelsEditPhoto, ALTER_BIG),
    Row(api.MessagesEditChatPhoto, _in(MEMBERS)),
    Row(api.MessagesSetChatAvailableReactions, RUN),
    Row(api.MessagesEditChatDefaultBannedRights, _in(ADMINS, ADMINS)),
    Row(api.ChannelsToggleSignatures, _in(None, None, ADMINS)),
    Row(api.ChannelsToggleSlowMode, _in(None, ADMINS), lambda _t, _w: {"seconds": 10}),
    Row(api.ChannelsTogglePreHistoryHidden, _in(None, ADMINS)),
    Row(api.ChannelsToggleJoinToSend, _in(None, ADMINS)),
    Row(api.ChannelsToggleJoinRequest, _in(None, ADMINS)),
    Row(api.ChannelsToggleParticipantsHidden, _in(None, ADMINS)),
    Row(api.ChannelsCheckUsername, READ_BIG),
    Row(api.ChannelsUpdateUsername, OWN_BIG, ends=True),
    Row(api.ChannelsDeactivateAllUsernames, OWN_BIG),
    Row(api.ChannelsReorderUsernames, OWN_BIG),
    Row(api.ChannelsToggleUsername, OWN_BIG),
    Row(api.ChannelsSetBoostsToUnblockRestrictions, RUN_BIG),
    Row(api.ChannelsUpdatePaidMessagesPrice, RUN_BIG),
    Row(api.ChannelsUpdateColor, RUN_BIG),
    Row(api.ChannelsUpdateEmojiStatus, RUN_BIG),
    Row(api.ChannelsToggleAutotranslation, RUN_BIG, lambda _t, _w: {"enabled": False}),
    Row(api.ChannelsRestrictSponsoredMessages, RUN_BIG),
    Row(api.MessagesToggleNoForwards, OWN, ends=True),
    # people
    Row(api.ChannelsInviteToChannel, ALTER_BIG),
    Row(api.MessagesAddChatUser, _in(MEMBERS), lambda t, w: {"user_id": w.user(t.outsider)}),
    Row(api.MessagesDeleteChatUser, _in(ADMINS)),
    Row(api.MessagesEditChatAdmin, OWN_GROUP, lambda _t, _w: {"is_admin": False}),
    Row(api.ChannelsEditAdmin, RUN_BIG),
    Row(api.ChannelsEditBanned, RUN_BIG),
    Row(
        api.MessagesEditChatParticipantRank,
        RUN,
        lambda t, _w: {"rank": f"no. {t.village.number()}"},
    ),
    Row(api.MessagesGetFutureChatCreatorAfterLeave, OWN),
    Row(api.ChannelsToggleAntiSpam, RUN_BIG),
    Row(api.ChannelsReportAntiSpamFalsePositive, _in(None, NOBODY, NOBODY)),
    Row(api.ChannelsJoinChannel, _in(None, SEERS, SEERS)),
    Row(api.ChannelsLeaveChannel, READ_BIG, ends=True),
    # links
    Row(api.MessagesExportChatInvite, RUN),
    Row(api.MessagesGetExportedChatInvites, RUN, _mine),
    Row(api.MessagesGetExportedChatInvite, OWN, _link),
    Row(api.MessagesEditExportedChatInvite, OWN, lambda t, _w: {"link": t.link, "title": "x"}),
    Row(api.MessagesDeleteExportedChatInvite, OWN, _link),
    Row(api.MessagesDeleteRevokedExportedChatInvites, RUN, _mine),
    Row(api.MessagesGetAdminsWithInvites, OWN),
    Row(
        api.MessagesGetChatInviteImporters,
        RUN,
        lambda _t, _w: {"offset_user": api.InputUserEmpty()},
    ),
    Row(api.MessagesHideChatJoinRequest, RUN),
    Row(api.MessagesHideAllChatJoinRequests, RUN),
    # ends
    Row(api.MessagesMigrateChat, OWN_GROUP, ends=True),
    Row(api.MessagesEditChatCreator, OWN, ends=True),
    Row(api.ChannelsDeleteChannel, OWN_BIG, ends=True),
    Row(api.MessagesDeleteChat, OWN_GROUP, ends=True),
)

# methods that name a chat and are held to its gates elsewhere, or touch nothing of it
ELSEWHERE: Final = {
    "channels.getChannels": "says that it is forbidden, and no more",
    "channels.setDiscussionGroup": "two chats at once: test_groups_running.py",
    "channels.toggleForum": "the slice of topics",
    "contacts.block": "people only",
    "contacts.unblock": "people only",
    "contacts.resetTopPeerRating": "nothing is rated",
    "messages.checkChatInvite": "a link is the right: test_groups_links.py",
    "messages.importChatInvite": "a link is the right: test_groups_links.py",
    "messages.getDialogs": "the caller's own list",
    "messages.getDialogUnreadMarks": "the caller's own list",
    "messages.getOutboxReadDate": "private chats only",
    "messages.getSavedDialogs": "the caller's own box",
    "messages.getSavedHistory": "the caller's own box",
    "messages.deleteSavedHistory": "the caller's own box",
    "messages.reorderPinnedSavedDialogs": "the caller's own box",
    "messages.toggleSavedDialogPin": "the caller's own box",
    "messages.searchGlobal": "the caller's own chats: test_search.py",
}
PLACES: Final = (
    "chats",
    "messages",
    "dialogs",
    "reactions",
    "search",
    "reports",
    "sync",
    "folders",
)
