"""Down: what features say in the newest layer, as a client of an old layer must hear it."""

from collections.abc import Callable
from typing import Any, Final

from chappe.tl.model import model_of

from . import buttons

# (constructor, field of the old shape) → its value, from the newest object
FIELDS: Final[dict[tuple[str, str], Callable[[Any], Any]]] = {
    ("config", "saved_gifs_limit"): lambda _: 200,
    ("config", "stickers_faved_limit"): lambda _: 5,
    ("config", "pinned_dialogs_count_max"): lambda _: 10,
    ("config", "pinned_infolder_count_max"): lambda _: 100,
    ("draftMessage", "reply_to_msg_id"): lambda o: getattr(o.reply_to, "reply_to_msg_id", None),
    ("messageActionSetChatTheme", "emoticon"): lambda o: getattr(o.theme, "emoticon", ""),
    ("messageActionRequestedPeer", "peer"): lambda o: o.peers[0],
    ("channel", "stories_max_id"): lambda o: getattr(o.stories_max_id, "max_id", None),
    ("user", "stories_max_id"): lambda o: getattr(o.stories_max_id, "max_id", None),
    ("channel", "color"): lambda o: getattr(o.color, "color", None),
    ("user", "color"): lambda o: getattr(o.color, "color", None),
    ("pollResults", "recent_voters"): lambda o: (
        None if o.recent_voters is None else [p.user_id for p in o.recent_voters]
    ),
    ("pollAnswerVoters", "voters"): lambda o: o.voters or 0,
    ("updatePeerBlocked", "blocked"): lambda o: bool(o.blocked),
    ("globalPrivacySettings", "archive_and_mute_new_noncontact_peers"): lambda o: bool(
        o.archive_and_mute_new_noncontact_peers
    ),
    ("documentAttributeVideo", "duration"): lambda o: int(o.duration),
    ("updateMessagePollVote", "user_id"): lambda o: getattr(o.peer, "user_id", 0),
    ("updateMessageExtendedMedia", "extended_media"): lambda o: o.extended_media[0],
}

# (type in the newest layer, type in the old shape) → how a value becomes the other
TYPES: Final[dict[tuple[str, str], Callable[[Any], Any]]] = {
    ("TextWithEntities", "string"): lambda value: value.text,
    ("StarsAmount", "long"): lambda value: value.amount,
    ("Vector<int>", "Vector<bytes>"): lambda value: [bytes([n & 255]) for n in value],
    ("true", "Bool"): bool,
    ("double", "int"): int,
    ("Peer", "long"): lambda value: getattr(value, "user_id", 0),
    ("Vector<KeyboardInlineButtonRow>", "Vector<KeyboardButtonRow>"): lambda value: value,
}

# result type → what an old layer hears instead of a constructor it does not know
REPLACED: Final[dict[str, str]] = {
    "MessageMedia": "messageMediaUnsupported",
    "MessageAction": "messageActionEmpty",
    "UserStatus": "userStatusRecently",
    "ChatPhoto": "chatPhotoEmpty",
    "UserProfilePhoto": "userProfilePhotoEmpty",
}

# constructor → what an older layer that does not know it is told in its place
SAID_AS: Final[dict[str, Callable[[Any], Any]]] = {
    "updatePinnedForumTopic": lambda o: model_of("updateChannelPinnedTopic")(
        pinned=o.pinned, channel_id=getattr(o.peer, "channel_id", 0), topic_id=o.topic_id
    ),
    "updatePinnedForumTopics": lambda o: model_of("updateChannelPinnedTopics")(
        channel_id=getattr(o.peer, "channel_id", 0), order=o.order
    ),
    "keyboardInlineButtonRow": lambda o: model_of("keyboardButtonRow")(buttons=o.buttons),
    "keyboardInlineButton": buttons.down_button,
}

# constructor → before which layer it was told otherwise, and how; as it is where that gives it back
OTHERWISE: Final[dict[str, tuple[int, Callable[[Any], Any]]]] = {
    "keyboardButton": (buttons.SINCE, buttons.down_button),
}

# method → how its result becomes what an old layer expects of it
RESULTS: Final[dict[tuple[str, str], Callable[[Any], Any]]] = {
    ("channels.inviteToChannel", "Updates"): lambda value: value.updates,
    ("channels.joinChannel", "Updates"): lambda value: value.updates,
    ("messages.addChatUser", "Updates"): lambda value: value.updates,
    ("messages.createChat", "Updates"): lambda value: value.updates,
    ("messages.getDialogFilters", "Vector<DialogFilter>"): lambda value: value.filters,
    ("messages.getMessageReadParticipants", "Vector<long>"): lambda value: [
        one.user_id for one in value
    ],
    ("messages.importChatInvite", "Updates"): lambda value: value.updates,
    ("messages.report", "Bool"): lambda value: value.tl_name == "reportResultReported",
    ("stories.getPeerMaxIDs", "Vector<int>"): lambda value: [one.max_id or 0 for one in value],
    ("help.getAppConfig", "JSONValue"): lambda value: value.config,
    ("messages.getWebPagePreview", "MessageMedia"): lambda value: value.media,
    ("messages.getWebPage", "WebPage"): lambda value: value.webpage,
}
