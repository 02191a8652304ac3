"""Methods about what this server has not, with the answers programs know for it: gifts, Stars, businesses.

A table, because there is nothing to do. What needs a business connection is refused as on a server where
nobody has connected one, so that programs take the way they have for that.
"""

from typing import Any, Final

from ..caller import Caller
from ..failures import refused
from ..params import Params
from .acting import ACTS, NO_WORDS, Act

_ANSWERED: Final[tuple[tuple[str, Any], ...]] = (
    ("getAvailableGifts", {"gifts": []}),
    ("getChatGifts", {"total_count": 0, "gifts": []}),
    ("getUserGifts", {"total_count": 0, "gifts": []}),
    ("getMyStarBalance", {"amount": 0}),
    ("getStarTransactions", {"transactions": []}),
    ("getUserChatBoosts", {"boosts": []}),
    ("getUserProfileAudios", {"total_count": 0, "audios": []}),
    ("setPassportDataErrors", True),
)
_NO_BUSINESS: Final = "business connection not found"
_NO_EPHEMERAL: Final = "message to edit not found"
_REFUSED: Final[tuple[tuple[str, str], ...]] = (
    (
        "answerPreCheckoutQuery",
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerShippingQuery", "query is too old and response timeout expired or query ID is invalid"),
    ("approveSuggestedPost", "suggested post not found"),
    ("declineSuggestedPost", "suggested post not found"),
    ("createChatSubscriptionInviteLink", "SUBSCRIPTION_EXPORT_MISSING"),
    ("editChatSubscriptionInviteLink", "INVITE_HASH_EXPIRED"),
    ("createInvoiceLink", "PAYMENT_PROVIDER_INVALID"),
    ("sendInvoice", "PAYMENT_PROVIDER_INVALID"),
    ("sendPaidMedia", "PAID_MEDIA_UNSUPPORTED"),
    ("refundStarPayment", "CHARGE_ID_INVALID"),
    ("editUserStarSubscription", "CHARGE_ID_INVALID"),
    ("giftPremiumSubscription", "PREMIUM_GIFT_UNAVAILABLE"),
    ("sendGift", "STARGIFT_INVALID"),
    ("setUserEmojiStatus", "USER_PERMISSION_DENIED"),
    ("verifyChat", "BOT_VERIFIER_FORBIDDEN"),
    ("verifyUser", "BOT_VERIFIER_FORBIDDEN"),
    ("removeChatVerification", "BOT_VERIFIER_FORBIDDEN"),
    ("removeUserVerification", "BOT_VERIFIER_FORBIDDEN"),
    ("getManagedBotAccessSettings", "BOT_INVALID"),
    ("setManagedBotAccessSettings", "BOT_INVALID"),
    ("getManagedBotToken", "BOT_INVALID"),
    ("replaceManagedBotToken", "BOT_INVALID"),
    ("deleteEphemeralMessage", "message to delete not found"),
    ("editEphemeralMessageText", _NO_EPHEMERAL),
    ("editEphemeralMessageCaption", _NO_EPHEMERAL),
    ("editEphemeralMessageMedia", _NO_EPHEMERAL),
    ("editEphemeralMessageReplyMarkup", _NO_EPHEMERAL),
    *(
        (name, _NO_BUSINESS)
        for name in (
            "convertGiftToStars",
            "deleteBusinessMessages",
            "deleteStory",
            "editMessageChecklist",
            "editStory",
            "getBusinessAccountGifts",
            "getBusinessAccountStarBalance",
            "getBusinessConnection",
            "postStory",
            "readBusinessMessage",
            "removeBusinessAccountProfilePhoto",
            "repostStory",
            "sendChecklist",
            "setBusinessAccountBio",
            "setBusinessAccountGiftSettings",
            "setBusinessAccountName",
            "setBusinessAccountProfilePhoto",
            "setBusinessAccountUsername",
            "transferBusinessAccountStars",
            "transferGift",
            "upgradeGift",
        )
    ),
)


def _answering(answer: Any) -> Act:
    async def does(caller: Caller, given: Params) -> Any:
        return answer

    return Act(Params, does, NO_WORDS)


def _refusing(text: str) -> Act:
    async def does(caller: Caller, given: Params) -> Any:
        raise refused(text)

    return Act(Params, does, NO_WORDS)


ACTS.update((name.lower(), _answering(answer)) for name, answer in _ANSWERED)
ACTS.update((name.lower(), _refusing(text)) for name, text in _REFUSED)
