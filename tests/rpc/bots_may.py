"""Which methods Telegram opens to bots beside people, by namespace: whatever else is served is for people.

Methods that are for bots alone declare it (`Needs.BOT`). Topics have their older names beside the newer.
"""

from typing import Final

_BY_NAMESPACE: Final = {
    "account": "getBotBusinessConnection",
    "auth": (
        "bindTempAuthKey dropTempAuthKeys exportAuthorization importAuthorization "
        "importBotAuthorization logOut"
    ),
    "bots": "getBotInfo setBotInfo setCustomVerification",
    "channels": (
        "createForumTopic deleteMessages deleteTopicHistory editAdmin editBanned "
        "editForumTopic editPhoto editTitle getChannels getForumTopicsByID getFullChannel "
        "getMessages getParticipant getParticipants leaveChannel setStickers"
    ),
    "contacts": "resolveUsername",
    "help": "getCdnConfig getConfig",
    "messages": (
        "createForumTopic deleteChatUser deleteMessages deleteParticipantReaction "
        "deleteParticipantReactions deleteTopicHistory editChatAbout "
        "editChatDefaultBannedRights editChatParticipantRank editChatPhoto editChatTitle "
        "editExportedChatInvite editForumTopic editInlineBotMessage editMessage "
        "exportChatInvite forwardMessages getChats getCustomEmojiDocuments "
        "getDocumentByHash getForumTopicsByID getFullChat getMessages getStickerSet "
        "hideChatJoinRequest sendMedia sendMessage sendMultiMedia sendReaction setTyping "
        "toggleSuggestedPostApproval unpinAllMessages updatePinnedMessage uploadMedia"
    ),
    "payments": (
        "getPaymentForm getSavedStarGifts getStarGifts getStarsTransactions "
        "resolveStarGiftOffer sendStarsForm"
    ),
    "photos": "getUserPhotos updateProfilePhoto uploadProfilePhoto",
    "premium": "getUserBoosts",
    "stickers": (
        "addStickerToSet changeSticker changeStickerPosition createStickerSet "
        "deleteStickerSet removeStickerFromSet renameStickerSet replaceSticker "
        "setStickerSetThumb"
    ),
    "stories": "editStory sendStory",
    "updates": "getChannelDifference getDifference getState",
    "upload": (
        "getCdnFileHashes getFile getFileHashes reuploadCdnFile saveBigFilePart saveFilePart"
    ),
    "users": "getFullUser getSavedMusic getUsers",
}

BOTS_MAY: Final = frozenset(
    f"{namespace}.{name}" for namespace, names in _BY_NAMESPACE.items() for name in names.split()
)
