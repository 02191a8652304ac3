"""The words of the form on which a case is decided, as people read them. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .acts import OF_ACCOUNTS, OF_CHATS, WORDS
from .vocabulary import KEYWORDS, DecisionFact, DecisionGround, ViolationCategory
from .wording import WORDINGS

_ENGLISH: Final = WORDINGS["en"]
GROUNDS: Final = {
    DecisionGround.ILLEGAL.value: "It is against the law",
    DecisionGround.INCOMPATIBLE.value: "It is against the terms of this server",
}


class DecisionWords(NamedTuple):
    """What may be chosen, and how it is said; by the value that is stored."""

    acts: Mapping[str, str]
    grounds: Mapping[str, str]
    categories: Mapping[str, str]
    keywords: Mapping[str, Mapping[str, str]]  # by what their category is called
    facts: Mapping[str, str]


def decision_words(*, of_account: bool) -> DecisionWords:
    """Return what may be chosen for an account, or for a group or channel."""
    hidden = OF_CHATS if of_account else OF_ACCOUNTS
    return DecisionWords(
        {act.value: said for act, said in WORDS.items() if act not in hidden},
        GROUNDS,
        {one.value: _ENGLISH.say("category", one.value) for one in ViolationCategory},
        {
            _ENGLISH.say("category", category.value): {
                one.value: _ENGLISH.say("keyword", one.value) for one in keywords
            }
            for category, keywords in KEYWORDS.items()
        },
        {one.value: _ENGLISH.say("fact", one.value) for one in DecisionFact},
    )
