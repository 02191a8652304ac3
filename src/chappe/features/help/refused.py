"""What this server does not do, in one table: why, and the refusal each method declares.

Clients know every method of the schema and may call any. One that gets a meaning here leaves this table. The
refusals are those Telegram documents for the method; where none fits, that the method is not valid.
"""

from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.rpc import Call, Method, Needs, Rate
from chappe.tl import errors


class Refusal(NamedTuple):
    """Methods that are refused alike."""

    why: str
    error: Any
    methods: str  # names, with spaces between them
    needs: Needs = Needs.USER


REFUSED: Final = (
    Refusal(
        "there are no lists of tasks; a poll with several answers does",
        errors.MessageIdInvalid,
        "messages.appendTodoList messages.toggleTodoCompleted",
    ),
    Refusal("nobody counts votes by the hour", errors.PeerIdInvalid, "stats.getPollStats"),
    Refusal(
        "channels take no direct messages", errors.ParentPeerInvalid, "messages.readSavedHistory"
    ),
    Refusal(
        "files come from this server, not from others on its behalf",
        errors.FileTokenInvalid,
        "upload.getCdnFile upload.getCdnFileHashes",
        Needs.LOGIN,
    ),
    Refusal(
        "files come from this server, not from others on its behalf",
        errors.RequestTokenInvalid,
        "upload.reuploadCdnFile",
        Needs.LOGIN,
    ),
    Refusal(
        "nothing is fetched from the web for an app",
        errors.LocationInvalid,
        "upload.getWebFile",
        Needs.LOGIN,
    ),
    Refusal("no calls are signalled here yet", errors.UserPrivacyRestricted, "phone.requestCall"),
    Refusal(
        "no calls are signalled here yet",
        errors.CallPeerInvalid,
        "phone.acceptCall phone.confirmCall phone.receivedCall phone.discardCall "
        "phone.sendSignalingData",
    ),
    Refusal("no calls are signalled here yet", errors.CreateCallFailed, "phone.createGroupCall"),
    Refusal(
        "no calls are signalled here yet",
        errors.GroupcallInvalid,
        "phone.joinGroupCall phone.leaveGroupCall phone.inviteToGroupCall phone.discardGroupCall "
        "phone.toggleGroupCallSettings phone.getGroupCall phone.getGroupParticipants "
        "phone.checkGroupCall phone.toggleGroupCallRecord phone.editGroupCallParticipant "
        "phone.editGroupCallTitle phone.exportGroupCallInvite "
        "phone.toggleGroupCallStartSubscription phone.startScheduledGroupCall "
        "phone.joinGroupCallPresentation phone.leaveGroupCallPresentation "
        "phone.getGroupCallStreamChannels phone.deleteConferenceCallParticipants "
        "phone.sendConferenceCallBroadcast phone.inviteConferenceCallParticipant "
        "phone.getGroupCallChainBlocks phone.sendGroupCallMessage "
        "phone.sendGroupCallEncryptedMessage phone.deleteGroupCallMessages "
        "phone.deleteGroupCallParticipantMessages phone.getGroupCallStars phone.saveDefaultSendAs",
    ),
    Refusal(
        "no calls are signalled here yet",
        errors.MethodInvalid,
        "phone.saveDefaultGroupCallJoinAs phone.getGroupCallStreamRtmpUrl "
        "phone.createConferenceCall phone.declineConferenceCallInvite",
    ),
    Refusal(
        "no secret chats are relayed here yet",
        errors.MethodInvalid,
        "messages.requestEncryption",
    ),
    Refusal(
        "no secret chats are relayed here yet",
        errors.ChatIdInvalid,
        "messages.acceptEncryption messages.setEncryptedTyping messages.readEncryptedHistory "
        "messages.sendEncrypted messages.sendEncryptedFile messages.sendEncryptedService "
        "messages.uploadEncryptedFile",
    ),
    Refusal(
        "no secret chats are relayed here yet",
        errors.EncryptionIdInvalid,
        "messages.discardEncryption",
    ),
    Refusal(
        "bots do not do that here yet",
        errors.BotInvalid,
        "messages.getAttachMenuBot "
        "messages.toggleBotInAttachMenu messages.requestWebView messages.prolongWebView "
        "messages.requestSimpleWebView messages.sendWebViewData messages.requestMainWebView "
        "bots.reorderUsernames bots.toggleUsername "
        "bots.canSendMessage bots.allowSendMessage bots.invokeWebViewCustomMethod "
        "bots.addPreviewMedia bots.editPreviewMedia bots.deletePreviewMedia "
        "bots.reorderPreviewMedias bots.getPreviewInfo bots.getPreviewMedias "
        "bots.toggleUserEmojiStatusPermission bots.checkDownloadFileParams "
        "bots.updateStarRefProgram bots.setCustomVerification bots.addUsername "
        "bots.removeUsername",
    ),
    Refusal(
        "bots do not do that here yet",
        errors.QueryIdInvalid,
        "messages.sendWebViewResultMessage bots.answerWebhookJSONQuery",
        needs=Needs.BOT,
    ),
    Refusal(
        "bots do not do that here yet",
        errors.MethodInvalid,
        ""
        "messages.requestUrlAuth messages.acceptUrlAuth messages.sendBotRequestedPeer "
        "messages.getEmojiGameInfo messages.declineUrlAuth messages.checkUrlAuthMatchCode "
        "messages.requestChatJoinWebView bots.checkUsername bots.createBot ephemeral.sendMessage "
        "ephemeral.deleteMessage ephemeral.reportMessage ephemeral.getCallbackAnswer "
        "ephemeral.editMessage ephemeral.deleteWelcomeMessage ephemeral.deleteAllWelcomeMessages",
    ),
    Refusal(
        "bots do not do that here yet",
        errors.MethodInvalid,
        "messages.setGameScore messages.setInlineGameScore messages.getGameHighScores "
        "messages.getInlineGameHighScores messages.savePreparedInlineMessage "
        "messages.setBotGuestChatResult help.setBotUpdatesStatus bots.sendCustomRequest "
        "bots.updateUserEmojiStatus bots.requestWebViewButton "
        "bots.setJoinChatResults",
        needs=Needs.BOT,
    ),
    Refusal(
        "bots do not do that here yet",
        errors.BotAppInvalid,
        "messages.getBotApp messages.requestAppWebView",
    ),
    Refusal("bots do not do that here yet", errors.IdInvalid, "messages.getPreparedInlineMessage"),
    Refusal(
        "bots do not do that here yet",
        errors.BotInvalid,
        "bots.exportBotToken bots.getAccessSettings bots.editAccessSettings",
        needs=Needs.BOT,
    ),
    Refusal("bots do not do that here yet", errors.BotIdInvalid, "bots.getRequestedWebViewButton"),
    Refusal("nobody counts which emoji there are", errors.MethodInvalid, "messages.getEmojiURL"),
    Refusal(
        "there are no stories here yet",
        errors.MethodInvalid,
        "stories.canSendStory stories.sendStory stories.editStory stories.deleteStories "
        "stories.togglePinned stories.getStoriesViews stories.exportStoryLink "
        "stories.activateStealthMode stories.createAlbum stories.updateAlbum "
        "stories.reorderAlbums stories.deleteAlbum stories.startLive",
    ),
    Refusal(
        "there are no stories here yet",
        errors.StoryIdInvalid,
        "stories.sendReaction stories.togglePinnedToTop",
    ),
    Refusal(
        "there are no themes and wallpapers here yet",
        errors.WallpaperInvalid,
        "account.getWallPaper account.saveWallPaper account.installWallPaper "
        "messages.setChatWallPaper",
    ),
    Refusal(
        "there are no themes and wallpapers here yet",
        errors.WallpaperFileInvalid,
        "account.uploadWallPaper",
    ),
    Refusal(
        "there are no themes and wallpapers here yet",
        errors.ThemeFileInvalid,
        "account.uploadTheme",
    ),
    Refusal(
        "there are no themes and wallpapers here yet",
        errors.MethodInvalid,
        "account.createTheme account.installTheme messages.setChatTheme messages.setShareTheme",
    ),
    Refusal(
        "there are no themes and wallpapers here yet",
        errors.ThemeInvalid,
        "account.updateTheme account.saveTheme account.getTheme",
    ),
    Refusal(
        "nothing is imported from elsewhere yet",
        errors.MethodInvalid,
        "messages.checkHistoryImportPeer",
    ),
    Refusal(
        "nothing is imported from elsewhere yet",
        errors.ImportFormatUnrecognized,
        "messages.checkHistoryImport messages.initHistoryImport",
    ),
    Refusal(
        "nothing is imported from elsewhere yet",
        errors.ImportIdInvalid,
        "messages.uploadImportedMedia messages.startHistoryImport",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.MethodInvalid,
        "account.toggleSponsoredMessages account.getPaidMessagesRevenue "
        "account.toggleNoPaidMessagesException account.addNoPaidMessagesException "
        "messages.getExtendedMedia messages.togglePaidReactionPrivacy "
        "messages.reportSponsoredMessage channels.reportSponsoredMessage "
        "messages.toggleSuggestedPostApproval payments.getPaymentReceipt "
        "stats.getBroadcastRevenueStats stats.getBroadcastRevenueTransactions "
        "stats.getBroadcastRevenueWithdrawalUrl "
        "payments.validateRequestedInfo payments.getBankCardData "
        "payments.assignAppStoreTransaction payments.assignPlayMarketTransaction "
        "payments.getGiveawayInfo payments.launchPrepaidGiveaway payments.getStarsRevenueStats "
        "payments.getStarsRevenueWithdrawalUrl payments.getStarsRevenueAdsAccountUrl "
        "payments.changeStarsSubscription payments.fulfillStarsSubscription payments.saveStarGift "
        "payments.convertStarGift payments.botCancelStarsSubscription "
        "payments.getConnectedStarRefBot payments.connectStarRefBot "
        "payments.editConnectedStarRefBot payments.upgradeStarGift payments.transferStarGift "
        "payments.getStarGiftWithdrawalUrl payments.toggleChatStarGiftNotifications "
        "payments.toggleStarGiftsPinnedToTop payments.canPurchaseStore "
        "payments.updateStarGiftPrice payments.createStarGiftCollection "
        "payments.updateStarGiftCollection payments.reorderStarGiftCollections "
        "payments.deleteStarGiftCollection payments.resolveStarGiftOffer payments.craftStarGift "
        "payments.deleteStarGift payments.withdrawStarGift contacts.exportNoPaidMessagesToken "
        "contacts.importNoPaidMessagesToken premium.applyBoost stories.applyBoost "
        "stories.canApplyBoost",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.QueryIdInvalid,
        "messages.setBotShippingResults",
        needs=Needs.BOT,
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.MethodInvalid,
        "messages.setBotPrecheckoutResults payments.exportInvoice payments.refundStarsCharge",
        needs=Needs.BOT,
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.BalanceTooLow,
        "messages.sendPaidReaction",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.StargiftInvalid,
        "payments.getPaymentForm payments.getStarGiftUpgradePreview payments.checkCanSendGift "
        "payments.getStarGiftAuctionState payments.getStarGiftAuctionAcquiredGifts "
        "payments.getStarGiftUpgradeAttributes",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.InvoiceInvalid,
        "payments.sendPaymentForm",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.GiftSlugInvalid,
        "payments.checkGiftCode payments.applyGiftCode",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.StargiftSlugInvalid,
        "payments.sendStarsForm payments.getUniqueStarGift payments.getUniqueStarGiftValueInfo "
        "payments.sendStarGiftOffer payments.depositStarGift payments.displayStarGift",
    ),
    Refusal(
        "nobody keeps a wallet here",
        errors.MethodInvalid,
        "wallet.replaceWallet wallet.enableBackup wallet.disableBackup wallet.exportSecretPhrase "
        "wallet.fetchEncryptedSecretPhrasePart wallet.getProofChallenge wallet.getGaslessInfo "
        "wallet.sendTransfer wallet.setCardStickers wallet.tonConnectClaimRequest "
        "wallet.tonConnectCloseSession wallet.tonConnectCreateSession "
        "wallet.tonConnectGetPending wallet.tonConnectNextEventId wallet.tonConnectRegisterKey "
        "wallet.tonConnectSubmitConnectResult wallet.tonConnectSubmitResponse "
        "payments.createOnrampSession payments.getOnrampAvailability payments.getOnrampLimits "
        "payments.getOnrampQuote toncenter.getStreamingUrl toncenter.performApiRequest",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.NotEligible,
        "smsjobs.isEligibleToJoin smsjobs.join",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.NotJoined,
        "smsjobs.leave smsjobs.updateSettings smsjobs.getStatus",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.SmsjobIdInvalid,
        "smsjobs.getSmsJob smsjobs.finishJob",
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.CollectibleNotFound,
        "fragment.getCollectibleInfo",
    ),
    Refusal(
        "there are no business accounts here",
        errors.MethodInvalid,
        "account.updateBusinessWorkHours account.updateBusinessLocation "
        "account.updateBusinessGreetingMessage account.updateBusinessAwayMessage "
        "account.updateConnectedBot account.updateBusinessIntro account.toggleConnectedBotPaused "
        "account.disablePeerConnectedBot account.createBusinessChatLink "
        "account.editBusinessChatLink account.confirmBotConnection messages.reorderQuickReplies "
        "messages.checkQuickReplyShortcut messages.sendQuickReplyMessages",
    ),
    Refusal(
        "there are no business accounts here",
        errors.ConnectionIdInvalid,
        "account.getBotBusinessConnection",
    ),
    Refusal(
        "there are no business accounts here",
        errors.ChatlinkSlugExpired,
        "account.deleteBusinessChatLink account.resolveBusinessChatLink",
    ),
    Refusal(
        "there are no business accounts here",
        errors.ShortcutInvalid,
        "messages.editQuickReplyShortcut messages.deleteQuickReplyShortcut "
        "messages.deleteQuickReplyMessages",
    ),
    Refusal(
        "no text or voice is given to a model here",
        errors.TranslationsDisabled,
        "messages.translateText",
    ),
    Refusal(
        "no text or voice is given to a model here",
        errors.TranscriptionFailed,
        "messages.transcribeAudio",
    ),
    Refusal(
        "no text or voice is given to a model here",
        errors.MethodInvalid,
        "messages.rateTranscribedAudio messages.togglePeerTranslations messages.summarizeText "
        "messages.composeMessageWithAI messages.translateRichMessage "
        "messages.composeRichMessageWithAI aicompose.createTone",
    ),
    Refusal(
        "no text or voice is given to a model here",
        errors.AicomposeToneInvalid,
        "aicompose.updateTone aicompose.saveTone aicompose.deleteTone aicompose.getTone "
        "aicompose.getToneExample",
    ),
    Refusal(
        "no identity documents are kept here",
        errors.MethodInvalid,
        "account.saveSecureValue account.deleteSecureValue",
    ),
    Refusal(
        "no identity documents are kept here",
        errors.BotInvalid,
        "account.getAuthorizationForm account.acceptAuthorization",
    ),
    Refusal(
        "no identity documents are kept here",
        errors.MethodInvalid,
        "users.setSecureValueErrors",
        needs=Needs.BOT,
    ),
    Refusal(
        "no statistics of readers are kept here",
        errors.MethodInvalid,
        "stats.getBroadcastStats stats.loadAsyncGraph stats.getMegagroupStats "
        "stats.getMessagePublicForwards stats.getMessageStats stats.getStoryPublicForwards",
    ),
    Refusal(
        "no statistics of readers are kept here", errors.StoriesNeverCreated, "stats.getStoryStats"
    ),
    Refusal(
        "there are no communities here yet",
        errors.MethodInvalid,
        "communities.create communities.togglePeerLink "
        "communities.toggleCommunityCollapsedInDialogs communities.togglePeerLinkRequestApproval "
        "communities.toggleAllPeerLinkRequestApproval communities.toggleParticipantBanned",
    ),
    Refusal(
        "nobody logs in by a web page or a phone maker here",
        errors.MethodInvalid,
        "auth.initFirebasePnvLogin auth.finishFirebasePnvLogin auth.firebasePnvSignUp",
        needs=Needs.KEY,
    ),
    Refusal(
        "nothing is bought, sold, boosted or advertised here",
        errors.PhoneNumberInvalid,
        "auth.checkPaidAuth",
        needs=Needs.KEY,
    ),
    Refusal(
        "nobody here works for the support of another server",
        errors.UserInvalid,
        "help.getSupportName help.editUserInfo",
    ),
    Refusal(
        "apps keep their own browser settings",
        errors.MethodInvalid,
        "account.updateWebBrowserSettings account.toggleWebBrowserSettingsException "
        "account.deleteWebBrowserSettingsExceptions",
    ),
    Refusal(
        "there are no secret chats and stories here yet",
        errors.ChatIdInvalid,
        "messages.reportEncryptedSpam",
    ),
    Refusal(
        "there are no secret chats and stories here yet", errors.StoryIdInvalid, "stories.report"
    ),
    Refusal(
        "no facts are checked here",
        errors.ChatActionForbidden,
        "messages.editFactCheck messages.deleteFactCheck",
    ),
    Refusal(
        "a supergroup grows without becoming another kind",
        errors.ParticipantsTooFew,
        "channels.convertToGigagroup",
    ),
    Refusal(
        "groups have no sticker sets and places here",
        errors.ParticipantsTooFew,
        "channels.setStickers",
    ),
    Refusal(
        "groups have no sticker sets and places here",
        errors.MegagroupGeoRequired,
        "channels.editLocation",
    ),
    Refusal(
        "a chat has no looks of its own",
        errors.MethodInvalid,
        "channels.setEmojiStickers channels.setMainProfileTab",
    ),
    Refusal(
        "texts are plain, with entities",
        errors.MethodInvalid,
        "messages.getRichMessage",
    ),
    Refusal(
        "no bots look at profiles here yet",
        errors.UserIdInvalid,
        "messages.getPersonalChannelHistory",
        needs=Needs.BOT,
    ),
)


def _serve(name: str, refusal: Refusal) -> Method:
    async def serve(call: Call, request: Any) -> Any:
        raise refusal.error

    request: Any = tl.model_of(name)
    raises = frozenset((refusal.error,))
    return Method(request, serve, refusal.needs, Rate.READ, raises, f"Refuse: {refusal.why}.")


REFUSED_METHODS: Final = tuple(
    _serve(name, refusal) for refusal in REFUSED for name in refusal.methods.split()
)
