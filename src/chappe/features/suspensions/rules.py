"""What a suspended account may still call, and for what reasons one is suspended. Pure functions.

The protocol calls such an account frozen (core.telegram.org/api/auth, "Frozen accounts"): it reads, and what
it may not is refused with 420 FROZEN_METHOD_INVALID. Whatever changes anything is refused unless it is
named here: a method that is new is refused.
"""

from enum import Enum
from typing import Any, Final

from chappe import tl
from chappe.features import accounts
from chappe.rpc import Frozen, Home, Method
from chappe.tl import api

NOTE_CHARACTERS_MAX: Final = 1_000  # characters of what the operator writes to the person
DAYS_MAX: Final = 3_650  # days one suspension may last: what is for ever is an erasure


class Ground(Enum):
    """Why an account is suspended; the values are stored, and are all that the ledger says of it."""

    SPAM = "spam"
    FRAUD = "fraud"
    HARASSMENT = "harassment"
    ILLEGAL_CONTENT = "illegal-content"
    IMPERSONATION = "impersonation"
    TERMS = "terms"  # of this server
    TAKEN_OVER = "taken-over"  # somebody else acts with it
    ORDER = "order"  # of a court or an authority
    LEFT = "left"  # the organisation whose server it is


WORDS: Final = {
    Ground.SPAM: "unwanted messages to many people",
    Ground.FRAUD: "fraud",
    Ground.HARASSMENT: "harassment of others",
    Ground.ILLEGAL_CONTENT: "content that is against the law",
    Ground.IMPERSONATION: "pretending to be somebody else",
    Ground.TERMS: "use against the terms of this server",
    Ground.TAKEN_OVER: "somebody else seems to act with this account",
    Ground.ORDER: "the order of a court or an authority",
    Ground.LEFT: "its person has left the organisation",
}

# what changes something that nobody else sees: what was read, how one's own apps look, one's own safety
_OWN: Final[frozenset[type[tl.TlRequest]]] = frozenset(
    (
        api.AccountCancelPasswordEmail,
        api.AccountChangeAuthorizationSettings,
        api.AccountConfirmPasswordEmail,
        api.AccountConfirmPhone,
        api.AccountDeclinePasswordReset,
        api.AccountDeleteAccount,
        api.AccountDeleteAutoSaveExceptions,
        api.AccountDeletePasskey,
        api.AccountFinishTakeoutSession,
        api.AccountGetPassword,
        api.AccountGetPasswordSettings,
        api.AccountGetTmpPassword,
        api.AccountInitTakeoutSession,
        api.AccountInvalidateSignInCodes,
        api.AccountRegisterDevice,
        api.AccountRegisterPasskey,
        api.AccountResetAuthorization,
        api.AccountResetNotifySettings,
        api.AccountResetPassword,
        api.AccountSaveAutoDownloadSettings,
        api.AccountSaveAutoSaveSettings,
        api.AccountSendConfirmPhoneCode,
        api.AccountSendVerifyEmailCode,
        api.AccountSetAccountTTL,
        api.AccountSetAuthorizationTTL,
        api.AccountSetContactSignUpNotification,
        api.AccountSetContentSettings,
        api.AccountSetGlobalPrivacySettings,
        api.AccountSetPrivacy,
        api.AccountSetReactionsNotifySettings,
        api.AccountUnregisterDevice,
        api.AccountUpdateNotifySettings,
        api.AccountUpdatePasswordSettings,
        api.HelpAcceptTermsOfService,
        api.AccountUpdateStatus,
        api.AccountVerifyEmail,
        api.AuthAcceptLoginToken,
        api.AuthCancelCode,
        api.AuthCheckRecoveryPassword,
        api.AuthExportAuthorization,
        api.AuthExportLoginToken,
        api.AuthRequestPasswordRecovery,
        api.AuthResendCode,
        api.AuthResetAuthorizations,
        api.AuthResetLoginEmail,
        api.AuthSendCode,
        api.ChannelsLeaveChannel,
        api.ChannelsReadHistory,
        api.ChannelsReadMessageContents,
        api.ChannelsToggleViewForumAsMessages,
        api.ChatlistsHideChatlistUpdates,
        api.ChatlistsLeaveChatlist,
        api.ContactsBlock,
        api.ContactsSetBlocked,
        api.ContactsUnblock,
        api.FoldersEditPeerFolders,
        api.MessagesClearAllDrafts,
        api.MessagesClearRecentReactions,
        api.MessagesDeleteScheduledMessages,
        api.MessagesGetMessagesViews,
        api.MessagesHidePeerSettingsBar,
        api.MessagesMarkDialogUnread,
        api.MessagesReadDiscussion,
        api.MessagesReadHistory,
        api.MessagesReadMentions,
        api.MessagesReadMessageContents,
        api.MessagesReadPollVotes,
        api.MessagesReadReactions,
        api.MessagesReceivedQueue,
        api.MessagesReorderPinnedDialogs,
        api.MessagesReorderPinnedSavedDialogs,
        api.MessagesSaveDraft,
        api.MessagesToggleDialogFilterTags,
        api.MessagesToggleDialogPin,
        api.MessagesToggleSavedDialogPin,
        api.MessagesUpdateDialogFilter,
        api.MessagesUpdateDialogFiltersOrder,
        api.UpdatesGetDifference,
    )
)
# reports stay open: whoever is suspended may still need help against others
_REPORTS: Final[frozenset[type[tl.TlRequest]]] = frozenset(
    (
        api.AccountReportPeer,
        api.AccountReportProfilePhoto,
        api.ChannelsReportSpam,
        api.MessagesReport,
        api.MessagesReportReaction,
        api.MessagesReportSpam,
    )
)
OPEN: Final = _OWN | _REPORTS
# what changes nothing, and is seen by others all the same
SHOWN: Final[frozenset[type[tl.TlRequest]]] = frozenset((api.MessagesSetTyping,))
# by which the account answers whoever runs the server
TO_CONTACT: Final[frozenset[type[tl.TlRequest]]] = frozenset(
    (api.MessagesSendMessage, api.MessagesSendMedia, api.MessagesSetTyping)
)
FILES: Final[frozenset[type[tl.TlRequest]]] = frozenset(
    (api.UploadSaveBigFilePart, api.UploadSaveFilePart, api.MessagesUploadMedia)
)


def may_while_frozen(method: Method, request: Any, frozen: Frozen) -> bool:
    """Whether a suspended account may make this call."""
    kind = method.request
    if method.home in (Home.NONE, Home.KEY):
        if kind not in SHOWN:
            return True
    elif kind in OPEN:
        return True
    if kind is api.MessagesSendMessage and _is_to(
        getattr(request, "peer", None), accounts.SERVICE_USER
    ):
        return True  # an appeal; of anything else nobody waits for, it is refused there
    if not frozen.contact:
        return False
    return kind in FILES or (kind in TO_CONTACT and _is_to(request.peer, frozen.contact))


def _is_to(peer: Any, contact: int) -> bool:
    return isinstance(peer, api.InputPeerUser) and peer.user_id == contact
