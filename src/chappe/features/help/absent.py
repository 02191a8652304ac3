"""What clients ask for at start and this server has none of: correct empty answers, in one table.

Each line says which value a method returns. Lists are empty, hashes are zero. A method that gains a
real implementation leaves this table.
"""

from collections.abc import Callable
from typing import Any, Final

from chappe.rpc import Call, Method, Needs, Rate
from chappe.tl import api
from chappe.tl.schema import schema

BLANK: Final[dict[str, Any]] = {"int": 0, "long": 0, "string": "", "Bool": False}

Empty = Callable[[], Any]


def _none(kind: Any) -> Empty:
    """Return an answer of this kind in which every list is empty and every number 0."""
    blank: dict[str, Any] = {}
    for field in schema().newest(kind.tl_name).fields:
        if not field.flag and field.type != "#":
            blank[field.name] = BLANK.get(
                field.type, [] if field.type.startswith("Vector<") else None
            )
    if None in blank.values():
        raise TypeError(f"{kind.tl_name} has a field that cannot be empty")
    return lambda: kind(**blank)


ABSENT: Final[dict[Any, Empty]] = {
    api.AccountGetBusinessChatLinks: lambda: api.AccountBusinessChatLinks(
        links=[], chats=[], users=[]
    ),
    api.AccountGetChannelDefaultEmojiStatuses: lambda: _statuses(),
    api.AccountGetChatThemes: lambda: api.AccountThemes(hash=0, themes=[]),
    api.AccountGetCollectibleEmojiStatuses: lambda: _statuses(),
    api.AccountGetConnectedBots: lambda: api.AccountConnectedBots(connected_bots=[], users=[]),
    api.AccountGetDefaultBackgroundEmojis: lambda: _emojis(),
    api.AccountGetDefaultEmojiStatuses: lambda: _statuses(),
    api.AccountGetDefaultGroupPhotoEmojis: lambda: _emojis(),
    api.AccountGetDefaultProfilePhotoEmojis: lambda: _emojis(),
    api.AccountGetRecentEmojiStatuses: lambda: _statuses(),
    api.AccountGetSavedMusicIds: lambda: api.AccountSavedMusicIds(ids=[]),
    api.AccountGetThemes: lambda: api.AccountThemes(hash=0, themes=[]),
    api.AccountGetWallPapers: lambda: api.AccountWallPapers(hash=0, wallpapers=[]),
    api.AccountGetWebAuthorizations: lambda: api.AccountWebAuthorizations(
        authorizations=[], users=[]
    ),
    api.AccountGetWebBrowserSettings: lambda: api.AccountWebBrowserSettings(
        external_exceptions=[], inapp_exceptions=[], hash=0
    ),
    api.AicomposeGetTones: lambda: api.AicomposeTones(hash=0, tones=[], users=[]),
    api.ChannelsGetInactiveChannels: lambda: api.MessagesInactiveChats(
        dates=[], chats=[], users=[]
    ),
    api.ContactsGetSponsoredPeers: lambda: api.ContactsSponsoredPeersEmpty(),
    api.HelpGetPassportConfig: lambda: api.HelpPassportConfig(
        hash=0, countries_langs=api.DataJSON(data="{}")
    ),
    api.HelpGetRecentMeUrls: lambda: api.HelpRecentMeUrls(urls=[], chats=[], users=[]),
    api.HelpGetTimezonesList: lambda: api.HelpTimezonesList(timezones=[], hash=0),
    api.HelpGetDeepLinkInfo: lambda: api.HelpDeepLinkInfoEmpty(),
    api.HelpGetUserInfo: lambda: api.HelpUserInfoEmpty(),
    api.MessagesGetAttachMenuBots: lambda: api.AttachMenuBots(hash=0, bots=[], users=[]),
    api.MessagesGetAvailableEffects: lambda: api.MessagesAvailableEffects(
        hash=0, effects=[], documents=[]
    ),
    api.MessagesGetEmojiGroups: lambda: _groups(),
    api.MessagesGetEmojiProfilePhotoGroups: lambda: _groups(),
    api.MessagesGetEmojiStatusGroups: lambda: _groups(),
    api.MessagesGetEmojiStickerGroups: lambda: _groups(),
    api.MessagesGetOldFeaturedStickers: lambda: _featured(),
    api.HelpGetAppChangelog: lambda: api.Updates(updates=[], users=[], chats=[], date=0, seq=0),
    api.MessagesGetPaidReactionPrivacy: lambda: api.Updates(
        updates=[], users=[], chats=[], date=0, seq=0
    ),
    api.MessagesGetQuickReplies: lambda: api.MessagesQuickReplies(
        quick_replies=[], messages=[], chats=[], users=[]
    ),
    api.MessagesGetSponsoredMessages: lambda: api.MessagesSponsoredMessagesEmpty(),
    api.PaymentsGetStarGifts: lambda: api.PaymentsStarGifts(hash=0, gifts=[], chats=[], users=[]),
    api.PaymentsGetStarsStatus: lambda: _no_stars(),
    api.PaymentsGetStarsGiftOptions: list,
    api.PaymentsGetStarsTopupOptions: list,
    api.PaymentsGetPremiumGiftCodeOptions: list,
    api.PremiumGetMyBoosts: lambda: api.PremiumMyBoosts(my_boosts=[], chats=[], users=[]),
    api.StoriesGetAllReadPeerStories: lambda: api.Updates(
        updates=[], users=[], chats=[], date=0, seq=0
    ),
    api.StoriesGetAllStories: lambda: api.StoriesAllStories(
        count=0,
        state="",
        peer_stories=[],
        chats=[],
        users=[],
        stealth_mode=api.StoriesStealthMode(),
    ),
    api.StoriesGetChatsToSend: lambda: api.MessagesChats(chats=[]),
    api.MessagesGetFactCheck: list,
    api.ChannelsGetChannelRecommendations: _none(api.MessagesChats),
    api.PhoneGetCallConfig: lambda: api.DataJSON(data="{}"),
    api.PaymentsGetStarsTransactions: lambda: _no_stars(),
    api.PaymentsGetStarsTransactionsByID: lambda: _no_stars(),
    api.PaymentsGetStarsSubscriptions: lambda: _no_stars(),
    api.AccountGetUniqueGiftChatThemes: _none(api.AccountChatThemes),
    api.MessagesGetQuickReplyMessages: _none(api.MessagesMessages),
    api.BotsGetPopularAppBots: _none(api.BotsPopularAppBots),
    api.BotsGetBotRecommendations: _none(api.UsersUsers),
    api.PaymentsGetSavedInfo: _none(api.PaymentsSavedInfo),
    api.PaymentsGetConnectedStarRefBots: _none(api.PaymentsConnectedStarRefBots),
    api.PaymentsGetSuggestedStarRefBots: _none(api.PaymentsSuggestedStarRefBots),
    api.PaymentsGetSavedStarGifts: _none(api.PaymentsSavedStarGifts),
    api.PaymentsGetSavedStarGift: _none(api.PaymentsSavedStarGifts),
    api.PaymentsGetResaleStarGifts: _none(api.PaymentsResaleStarGifts),
    api.PaymentsGetStarGiftCollections: _none(api.PaymentsStarGiftCollections),
    api.PaymentsGetStarGiftActiveAuctions: _none(api.PaymentsStarGiftActiveAuctions),
    api.PaymentsGetCraftStarGifts: _none(api.PaymentsSavedStarGifts),
    api.PhoneGetGroupCallJoinAs: _none(api.PhoneJoinAsPeers),
    api.PhoneSetCallRating: _none(api.Updates),
    api.StoriesGetPinnedStories: _none(api.StoriesStories),
    api.StoriesGetStoriesArchive: _none(api.StoriesStories),
    api.StoriesGetStoriesByID: _none(api.StoriesStories),
    api.StoriesGetStoryViewsList: _none(api.StoriesStoryViewsList),
    api.StoriesGetStoryReactionsList: _none(api.StoriesStoryReactionsList),
    api.StoriesSearchPosts: _none(api.StoriesFoundStories),
    api.StoriesGetAlbums: _none(api.StoriesAlbums),
    api.StoriesGetAlbumStories: _none(api.StoriesStories),
    api.PremiumGetBoostsList: _none(api.PremiumBoostsList),
    api.PremiumGetBoostsStatus: _none(api.PremiumBoostsStatus),
    api.PremiumGetUserBoosts: _none(api.PremiumBoostsList),
    api.CommunitiesGetJoinedCommunities: _none(api.MessagesChats),
    api.CommunitiesGetPeerLinkRequests: _none(api.CommunitiesPeerLinkRequests),
    api.CommunitiesGetParticipantJoinedChats: _none(api.CommunitiesParticipantJoinedChats),
    api.EphemeralGetWelcomeMessages: _none(api.EphemeralWelcomeMessages),
    api.AccountGetAllSecureValues: list,
    api.AccountGetSecureValue: list,
    api.AccountGetMultiWallPapers: list,
    api.MessagesGetAttachedStickers: list,
    api.BotsGetAdminedBots: list,
    api.PaymentsGetStarsGiveawayOptions: list,
    api.PaymentsGetCurrencyRates: _none(api.PaymentsCurrencyRates),
    api.PaymentsGetOnrampProviders: list,
    api.PaymentsGetOnrampBaseCurrencies: list,
    api.MessagesGetShareThemeBackdrops: _none(api.ShareThemeBackdrops),
    api.WalletGetState: lambda: api.WalletStateEmpty(),
    api.WalletGetExistingWaltBalance: _none(api.WalletExistingBalance),
    api.WalletGetTransactions: _none(api.WalletTransactions),
    api.WalletGetTransactionsByIDs: _none(api.WalletTransactions),
    api.WalletGetTransactionsByMsgHash: _none(api.WalletTransactions),
    api.WalletGetUserAddresses: _none(api.WalletUserAddresses),
    api.WalletGetNfts: _none(api.WalletNftItems),
    api.WalletGetBackupHolderDcs: list,
    api.WalletTonConnectGetSessions: _none(api.WalletTonConnectSessions),
    api.StoriesReadStories: list,
    api.AccountResetWallPapers: lambda: True,
    api.AccountClearRecentEmojiStatuses: lambda: True,
    api.AccountGetChannelRestrictedStatusEmojis: lambda: _emojis(),
    api.HelpHidePromoData: lambda: True,
    api.ContactsResetSaved: lambda: True,
    api.MessagesReadFeaturedStickers: lambda: True,
    api.MessagesViewSponsoredMessage: lambda: True,
    api.MessagesClickSponsoredMessage: lambda: True,
    api.MessagesReportReadMetrics: lambda: True,
    api.MessagesReportMusicListen: lambda: True,
    api.PaymentsClearSavedInfo: lambda: True,
    api.PhoneSaveCallDebug: lambda: True,
    api.PhoneSaveCallLog: lambda: True,
    api.StoriesToggleAllStoriesHidden: lambda: True,
    api.StoriesIncrementStoryViews: lambda: True,
    api.StoriesTogglePeerStoriesHidden: lambda: True,
    # under names that only older layers have; those whose answer no newer layer has are not served
    api.ChannelsGetSponsoredMessages: lambda: api.MessagesSponsoredMessagesEmpty(),
    api.ChannelsViewSponsoredMessage: lambda: True,
    api.ChannelsClickSponsoredMessage: lambda: True,
    api.ContactsToggleStoriesHidden: lambda: True,
    api.StoriesGetAllReadUserStories: _none(api.Updates),
}


def _no_stars() -> api.PaymentsStarsStatus:
    balance = api.StarsAmount(amount=0, nanos=0)
    return api.PaymentsStarsStatus(balance=balance, chats=[], users=[])


def _statuses() -> api.AccountEmojiStatuses:
    return api.AccountEmojiStatuses(hash=0, statuses=[])


def _emojis() -> api.EmojiList:
    return api.EmojiList(hash=0, document_id=[])


def _groups() -> api.MessagesEmojiGroups:
    return api.MessagesEmojiGroups(hash=0, groups=[])


def _featured() -> api.MessagesFeaturedStickers:
    return api.MessagesFeaturedStickers(hash=0, count=0, sets=[], unread=[])


# those that bots may call as well; of any other they are told that it is none of theirs
FOR_BOTS: Final = frozenset(
    {
        api.MessagesGetCustomEmojiDocuments,
        api.PaymentsGetSavedStarGifts,
        api.PaymentsGetStarGifts,
        api.PaymentsGetStarsTransactions,
        api.PremiumGetUserBoosts,
    }
)


def _serve(request: Any, empty: Empty) -> Method:
    async def serve(call: Call, request: Any) -> Any:
        return empty()

    needs = Needs.LOGIN if request in FOR_BOTS else Needs.USER
    return Method(request, serve, needs, Rate.READ, frozenset(), "Answers empty: there is none.")


EMPTY_METHODS: Final = tuple(_serve(request, empty) for request, empty in ABSENT.items())
