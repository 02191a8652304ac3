"""Words of the DSA Transparency Database, and what each act of this desk is in them. Pure.

Source: the database's own programme, github.com/digital-services-act/transparency-database, commit 69e80a0b
(`app/Models/Statement.php`, `app/Http/Requests/StatementStoreRequest.php`, and the page "Additional
explanation for statement attributes" for which keyword belongs to which category), which follows
Commission Implementing Regulation (EU) 2024/2835. Each is kept without the prefix that all of its
list have, as the public log has it.

What is not here, since this server has nothing of the kind: monetary restrictions, trade products (EAN-13),
business accounts. What cannot be had as a list: the paragraph of a national law. A statement names the act of
the Union that a category falls under, or the law of the countries in its territorial scope.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple, Protocol

KEYWORDS_MAX: Final = 8  # keywords of one decision
FACTS_MAX: Final = 8  # facts of one decision


class DecisionGround(Enum):
    """On what a decision stands (Article 17(3)(d) and (e))."""

    ILLEGAL = "ILLEGAL"  # against the law
    INCOMPATIBLE = "INCOMPATIBLE"  # against the terms of this server


class DecisionSource(Enum):
    """What led to a decision (Article 17(3)(b))."""

    ARTICLE_16 = "ARTICLE_16"  # a notice, by the form or in the app, that says why it is illegal
    OTHER = "OTHER"  # a report of another kind
    TRUSTED_FLAGGER = "TRUSTED_FLAGGER"
    VOLUNTARY = "VOLUNTARY"  # the server's own initiative


class AutomatedDecision(Enum):
    """How much of a decision was made by a machine."""

    NOT = "NOT"
    PARTIALLY = "PARTIALLY"
    FULLY = "FULLY"


class ContentKind(Enum):
    """What was decided about."""

    APP = "APP"
    AUDIO = "AUDIO"
    IMAGE = "IMAGE"
    OTHER = "OTHER"  # an account, group or channel as such
    PRODUCT = "PRODUCT"
    SYNTHETIC_MEDIA = "SYNTHETIC_MEDIA"
    TEXT = "TEXT"
    VIDEO = "VIDEO"


class ViolationCategory(Enum):
    """What kind of wrong it is."""

    ANIMAL_WELFARE = "ANIMAL_WELFARE"
    CONSUMER_INFORMATION = "CONSUMER_INFORMATION"
    CYBER_VIOLENCE = "CYBER_VIOLENCE"
    CYBER_VIOLENCE_AGAINST_WOMEN = "CYBER_VIOLENCE_AGAINST_WOMEN"
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
    ILLEGAL_OR_HARMFUL_SPEECH = "ILLEGAL_OR_HARMFUL_SPEECH"
    INTELLECTUAL_PROPERTY_INFRINGEMENTS = "INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS = (
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
    )
    OTHER_VIOLATION_TC = "OTHER_VIOLATION_TC"
    PROTECTION_OF_MINORS = "PROTECTION_OF_MINORS"
    RISK_FOR_PUBLIC_SECURITY = "RISK_FOR_PUBLIC_SECURITY"
    SCAMS_AND_FRAUD = "SCAMS_AND_FRAUD"
    SELF_HARM = "SELF_HARM"
    NOT_SPECIFIED_NOTICE = "NOT_SPECIFIED_NOTICE"
    UNSAFE_AND_PROHIBITED_PRODUCTS = "UNSAFE_AND_PROHIBITED_PRODUCTS"
    VIOLENCE = "VIOLENCE"


class ViolationKeyword(Enum):
    """What kind of wrong, more closely."""

    ADULT_SEXUAL_MATERIAL = "ADULT_SEXUAL_MATERIAL"
    AGE_SPECIFIC_RESTRICTIONS = "AGE_SPECIFIC_RESTRICTIONS"
    AGE_SPECIFIC_RESTRICTIONS_MINORS = "AGE_SPECIFIC_RESTRICTIONS_MINORS"
    ANIMAL_HARM = "ANIMAL_HARM"
    BIOMETRIC_DATA_BREACH = "BIOMETRIC_DATA_BREACH"
    BULLYING_AGAINST_GIRLS = "BULLYING_AGAINST_GIRLS"
    CHILD_SEXUAL_ABUSE_MATERIAL = "CHILD_SEXUAL_ABUSE_MATERIAL"
    CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE = "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE"
    CONTENT_PROMOTING_EATING_DISORDERS = "CONTENT_PROMOTING_EATING_DISORDERS"
    COORDINATED_HARM = "COORDINATED_HARM"
    COPYRIGHT_INFRINGEMENT = "COPYRIGHT_INFRINGEMENT"
    CYBER_BULLYING_INTIMIDATION = "CYBER_BULLYING_INTIMIDATION"
    CYBER_HARASSMENT = "CYBER_HARASSMENT"
    CYBER_HARASSMENT_AGAINST_WOMEN = "CYBER_HARASSMENT_AGAINST_WOMEN"
    CYBER_INCITEMENT = "CYBER_INCITEMENT"
    CYBER_STALKING = "CYBER_STALKING"
    CYBER_STALKING_AGAINST_WOMEN = "CYBER_STALKING_AGAINST_WOMEN"
    DATA_FALSIFICATION = "DATA_FALSIFICATION"
    DEFAMATION = "DEFAMATION"
    DESIGN_INFRINGEMENT = "DESIGN_INFRINGEMENT"
    DISCRIMINATION = "DISCRIMINATION"
    FEMALE_GENDERED_DISINFORMATION = "FEMALE_GENDERED_DISINFORMATION"
    GEOGRAPHIC_INDICATIONS_INFRINGEMENT = "GEOGRAPHIC_INDICATIONS_INFRINGEMENT"
    GEOGRAPHICAL_REQUIREMENTS = "GEOGRAPHICAL_REQUIREMENTS"
    GOODS_SERVICES_NOT_PERMITTED = "GOODS_SERVICES_NOT_PERMITTED"
    GROOMING_SEXUAL_ENTICEMENT_MINORS = "GROOMING_SEXUAL_ENTICEMENT_MINORS"
    HATE_SPEECH = "HATE_SPEECH"
    HIDDEN_ADVERTISEMENT = "HIDDEN_ADVERTISEMENT"
    HUMAN_EXPLOITATION = "HUMAN_EXPLOITATION"
    HUMAN_TRAFFICKING = "HUMAN_TRAFFICKING"
    ILLEGAL_ORGANIZATIONS = "ILLEGAL_ORGANIZATIONS"
    IMPERSONATION_ACCOUNT_HIJACKING = "IMPERSONATION_ACCOUNT_HIJACKING"
    INAUTHENTIC_ACCOUNTS = "INAUTHENTIC_ACCOUNTS"
    INAUTHENTIC_LISTINGS = "INAUTHENTIC_LISTINGS"
    INAUTHENTIC_USER_REVIEWS = "INAUTHENTIC_USER_REVIEWS"
    INCITEMENT_AGAINST_WOMEN = "INCITEMENT_AGAINST_WOMEN"
    INCITEMENT_VIOLENCE_HATRED = "INCITEMENT_VIOLENCE_HATRED"
    INSUFFICIENT_INFORMATION_ON_TRADERS = "INSUFFICIENT_INFORMATION_ON_TRADERS"
    LANGUAGE_REQUIREMENTS = "LANGUAGE_REQUIREMENTS"
    MISINFORMATION_DISINFORMATION = "MISINFORMATION_DISINFORMATION"
    MISLEADING_INFO_CONSUMER_RIGHTS = "MISLEADING_INFO_CONSUMER_RIGHTS"
    MISLEADING_INFO_GOODS_SERVICES = "MISLEADING_INFO_GOODS_SERVICES"
    MISSING_PROCESSING_GROUND = "MISSING_PROCESSING_GROUND"
    NON_CONSENSUAL_IMAGE_SHARING = "NON_CONSENSUAL_IMAGE_SHARING"
    NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN = "NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN"
    NON_CONSENSUAL_MATERIAL_DEEPFAKE = "NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN = (
        "NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN"
    )
    NONCOMPLIANCE_PRICING = "NONCOMPLIANCE_PRICING"
    NUDITY = "NUDITY"
    PATENT_INFRINGEMENT = "PATENT_INFRINGEMENT"
    PHISHING = "PHISHING"
    PROHIBITED_PRODUCTS = "PROHIBITED_PRODUCTS"
    PYRAMID_SCHEMES = "PYRAMID_SCHEMES"
    RIGHT_TO_BE_FORGOTTEN = "RIGHT_TO_BE_FORGOTTEN"
    RISK_ENVIRONMENTAL_DAMAGE = "RISK_ENVIRONMENTAL_DAMAGE"
    RISK_PUBLIC_HEALTH = "RISK_PUBLIC_HEALTH"
    SELF_MUTILATION = "SELF_MUTILATION"
    STALKING = "STALKING"
    SUICIDE = "SUICIDE"
    TERRORIST_CONTENT = "TERRORIST_CONTENT"
    TRADE_SECRET_INFRINGEMENT = "TRADE_SECRET_INFRINGEMENT"  # noqa: S105  a word of the list, no secret
    TRADEMARK_INFRINGEMENT = "TRADEMARK_INFRINGEMENT"
    TRAFFICKING_WOMEN_GIRLS = "TRAFFICKING_WOMEN_GIRLS"
    UNLAWFUL_SALE_ANIMALS = "UNLAWFUL_SALE_ANIMALS"
    UNSAFE_CHALLENGES = "UNSAFE_CHALLENGES"
    UNSAFE_PRODUCTS = "UNSAFE_PRODUCTS"
    VIOLATION_EU_LAW = "VIOLATION_EU_LAW"
    VIOLATION_NATIONAL_LAW = "VIOLATION_NATIONAL_LAW"
    OTHER = "OTHER"


_BY_CATEGORY: Final[Mapping[str, str]] = {
    "ANIMAL_WELFARE": "ANIMAL_HARM UNLAWFUL_SALE_ANIMALS",
    "CONSUMER_INFORMATION": (
        "HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS "
        "MISLEADING_INFO_GOODS_SERVICES MISLEADING_INFO_CONSUMER_RIGHTS "
        "NONCOMPLIANCE_PRICING"
    ),
    "CYBER_VIOLENCE": (
        "CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING "
        "NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    ),
    "CYBER_VIOLENCE_AGAINST_WOMEN": (
        "BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN "
        "CYBER_STALKING_AGAINST_WOMEN FEMALE_GENDERED_DISINFORMATION "
        "INCITEMENT_AGAINST_WOMEN NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN "
        "NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN"
    ),
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": (
        "BIOMETRIC_DATA_BREACH DATA_FALSIFICATION MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN"
    ),
    "ILLEGAL_OR_HARMFUL_SPEECH": "DEFAMATION DISCRIMINATION HATE_SPEECH",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS": (
        "COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT GEOGRAPHIC_INDICATIONS_INFRINGEMENT "
        "PATENT_INFRINGEMENT TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT"
    ),
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": (
        "MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW VIOLATION_NATIONAL_LAW"
    ),
    "OTHER_VIOLATION_TC": (
        "ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS GEOGRAPHICAL_REQUIREMENTS "
        "GOODS_SERVICES_NOT_PERMITTED LANGUAGE_REQUIREMENTS NUDITY"
    ),
    "PROTECTION_OF_MINORS": (
        "AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL "
        "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE GROOMING_SEXUAL_ENTICEMENT_MINORS "
        "UNSAFE_CHALLENGES"
    ),
    "RISK_FOR_PUBLIC_SECURITY": (
        "ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH TERRORIST_CONTENT"
    ),
    "SCAMS_AND_FRAUD": (
        "IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS "
        "INAUTHENTIC_USER_REVIEWS PHISHING PYRAMID_SCHEMES"
    ),
    "SELF_HARM": "CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE",
    "NOT_SPECIFIED_NOTICE": "",
    "UNSAFE_AND_PROHIBITED_PRODUCTS": "PROHIBITED_PRODUCTS UNSAFE_PRODUCTS",
    "VIOLENCE": (
        "COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION "
        "HUMAN_TRAFFICKING TRAFFICKING_WOMEN_GIRLS"
    ),
}
# the keywords that belong to no category, and so to each
_ANYWHERE: Final = (ViolationKeyword.STALKING, ViolationKeyword.OTHER)
KEYWORDS: Final[Mapping[ViolationCategory, tuple[ViolationKeyword, ...]]] = {
    ViolationCategory(category): (*map(ViolationKeyword, words.split()), *_ANYWHERE)
    for category, words in _BY_CATEGORY.items()
}


class DecisionFact(Enum):
    """What a decision relies on; it cannot be said otherwise: nothing that anybody wrote is in the log."""

    CONTENT_REVIEWED = "content-reviewed"  # a person looked at what was reported
    ACCOUNT_REVIEWED = "account-reviewed"  # and at what everybody sees of the account
    SEVERAL_REPORTS = "several-reports"
    LAW_NAMED = "law-named"  # whoever reported it said which law it is against
    PUBLIC_PLACE = "public-place"  # everybody could see it
    PRIVATE_PLACE = "private-place"  # whoever reported it could, and few others
    SENT_TO_MANY = "sent-to-many"
    LEADS_ELSEWHERE = "leads-elsewhere"  # to a site or file outside
    PRETENDS = "pretends"  # to be somebody else
    SAME_BEFORE = "same-before"  # the same was decided about this account before
    WARNED_BEFORE = "warned-before"
    DONE_TOGETHER = "done-together"  # by many accounts, at one time and alike
    KNOWN_FILE = "known-file"  # its hash is on a list the operator keeps
    PERSON_IN_DANGER = "person-in-danger"
    DELETED_BY_SENDER = "deleted-by-sender"  # after it was reported


# EEA countries, as the database takes them for the territorial scope
_EEA: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
TERRITORIES: Final = tuple(_EEA.split())


class ActInWords(NamedTuple):
    """What an act of the desk is in the words of the database; empty: it is nothing of that list."""

    visibility: str = ""  # without DECISION_VISIBILITY_
    provision: str = ""  # without DECISION_PROVISION_
    account: str = ""  # without DECISION_ACCOUNT_
    other: str = ""  # what is said where the visibility is OTHER


# by the words of `ActKind`
ACTS: Final[Mapping[str, ActInWords]] = {
    "remove": ActInWords(visibility="CONTENT_REMOVED"),
    "restrict": ActInWords(visibility="CONTENT_DISABLED"),
    "mark-scam": ActInWords(visibility="CONTENT_LABELLED"),
    "mark-fake": ActInWords(visibility="CONTENT_LABELLED"),
    "freeze": ActInWords(provision="PARTIAL_SUSPENSION", account="SUSPENDED"),
    "close": ActInWords(visibility="CONTENT_DISABLED"),
    "ban": ActInWords(provision="TOTAL_SUSPENSION", account="SUSPENDED"),
    "erase": ActInWords(provision="TOTAL_TERMINATION", account="TERMINATED"),
    "bank-hash": ActInWords(visibility="OTHER", other="the file cannot be published again"),
}

# the act of the Union that what is illegal in a category falls under; else the law of the countries named
_NATIONAL_LAW: Final = "national law of the countries in the territorial scope"
_LAWS_BY_KEYWORD: Final[Mapping[str, str]] = {
    "TERRORIST_CONTENT": "Regulation (EU) 2021/784",
    "CHILD_SEXUAL_ABUSE_MATERIAL": "Directive 2011/93/EU",
    "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE": "Directive 2011/93/EU",
    "GROOMING_SEXUAL_ENTICEMENT_MINORS": "Directive 2011/93/EU",
    "HUMAN_TRAFFICKING": "Directive 2011/36/EU",
    "TRAFFICKING_WOMEN_GIRLS": "Directive 2011/36/EU",
    "HATE_SPEECH": "Council Framework Decision 2008/913/JHA",
    "COPYRIGHT_INFRINGEMENT": "Directive 2001/29/EC",
    "TRADEMARK_INFRINGEMENT": "Regulation (EU) 2017/1001",
    "DESIGN_INFRINGEMENT": "Regulation (EC) No 6/2002",
    "TRADE_SECRET_INFRINGEMENT": "Directive (EU) 2016/943",
}
_LAWS_BY_CATEGORY: Final[Mapping[str, str]] = {
    "CONSUMER_INFORMATION": "Directive 2005/29/EC",
    "CYBER_VIOLENCE_AGAINST_WOMEN": "Directive (EU) 2024/1385",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "Regulation (EU) 2016/679",
    "UNSAFE_AND_PROHIBITED_PRODUCTS": "Regulation (EU) 2023/988",
}


def law_of(category: str, keywords: tuple[str, ...]) -> str:
    """Return which law a decision about illegal content stands on, as closely as its fields say it."""
    for keyword in keywords:
        if keyword in _LAWS_BY_KEYWORD:
            return _LAWS_BY_KEYWORD[keyword]
    return _LAWS_BY_CATEGORY.get(category, _NATIONAL_LAW)


class WordedDecision(Protocol):
    """What a statement of reasons is composed of: the fields of a decision, all of them from lists."""

    @property
    def acts(self) -> tuple[str, ...]:
        """Words of `ActKind`."""
        ...

    @property
    def ground(self) -> str:
        """Of `DecisionGround`."""
        ...

    @property
    def category(self) -> str:
        """Of `ViolationCategory`."""
        ...

    @property
    def keywords(self) -> tuple[str, ...]:
        """Of `ViolationKeyword`."""
        ...

    @property
    def territory(self) -> tuple[str, ...]:
        """Of `TERRITORIES`; empty: everywhere."""
        ...

    @property
    def until(self) -> int:
        """When it ends, in seconds since 1970; 0: it does not."""
        ...

    @property
    def facts(self) -> tuple[str, ...]:
        """Of `DecisionFact`."""
        ...

    @property
    def source(self) -> str:
        """Of `DecisionSource`."""
        ...

    @property
    def is_detected(self) -> bool:
        """Whether a rule found it, and nobody reported it."""
        ...

    @property
    def raid(self) -> int:
        """The raid it is part of; 0: it was decided by itself."""
        ...

    @property
    def content_types(self) -> tuple[str, ...]:
        """Of `ContentKind`."""
        ...

    @property
    def content_at(self) -> int:
        """When it was posted, or the account made: seconds since 1970; 0: that is not known."""
        ...

    @property
    def proposer_hash(self) -> str:
        """Who decided: what stands for them in the log; empty: the machine's owner."""
        ...

    @property
    def second_hash(self) -> str:
        """Likewise, who signed second; empty: nobody needed to."""
        ...


def require_words(decision: WordedDecision) -> None:
    """Check that every field of a decision is of its list.

    Raises:
        ValueError: one is not; the text is a sentence for whoever decides.
    """
    lists: tuple[tuple[str, type[Enum], tuple[str, ...]], ...] = (
        ("ground", DecisionGround, (decision.ground,)),
        ("category", ViolationCategory, (decision.category,)),
        ("fact", DecisionFact, decision.facts),
        ("kind of content", ContentKind, decision.content_types),
        ("source", DecisionSource, (decision.source,)),
    )
    for named, kind, said in lists:
        known = {one.value for one in kind}
        for word in said:
            if word not in known:
                raise ValueError(f"`{word[:64]}` is no {named} of the list.")
    ground, category = DecisionGround(decision.ground), ViolationCategory(decision.category)
    if not decision.acts or any(act not in ACTS for act in decision.acts):
        raise ValueError("Say what is to be done: choose one act at least.")
    if not decision.facts or len(decision.facts) > FACTS_MAX:
        raise ValueError(f"Say what it relies on: one fact at least, and {FACTS_MAX} at most.")
    if len(decision.keywords) > KEYWORDS_MAX:
        raise ValueError(f"{KEYWORDS_MAX} keywords are enough.")
    known_here = {keyword.value for keyword in KEYWORDS[category]}
    for word in decision.keywords:
        if word not in known_here:
            raise ValueError(f"The keyword {word[:64]} does not belong to that category.")
    for country in decision.territory:
        if country not in TERRITORIES:
            raise ValueError(f"{country[:8]} is no country of the European Economic Area.")
    if ground is DecisionGround.ILLEGAL and category is ViolationCategory.OTHER_VIOLATION_TC:
        raise ValueError("A violation of the terms alone is not illegal: choose another category.")


def automation_of(decision: WordedDecision) -> AutomatedDecision:
    """Return how much of a decision a machine made: of a raid it made the list, and a person decided."""
    return AutomatedDecision.PARTIALLY if decision.raid else AutomatedDecision.NOT


def said_of(decision: WordedDecision) -> dict[str, str | int]:
    """Return what the log says of a decision, but whom it is about: facts of its step in the ledger."""
    said: dict[str, str | int] = {
        "acts": listed(decision.acts),
        "automated_decision": automation_of(decision).value,
        "automated_detection": "yes" if decision.is_detected else "no",
        "category": decision.category,
        "content": listed(decision.content_types or (ContentKind.OTHER.value,)),
        "facts": listed(decision.facts),
        "ground": decision.ground,
        "source": decision.source,
    }
    staff = tuple(one for one in (decision.proposer_hash, decision.second_hash) if one)
    for name, words in (
        ("keywords", decision.keywords),
        ("territory", decision.territory),
        ("staff", staff),
    ):
        if words:
            said[name] = listed(words)
    moments = {"until": decision.until, "content_at": decision.content_at}
    return said | {name: moment for name, moment in moments.items() if moment}


def listed(words: tuple[str, ...]) -> str:
    """Return words as a step of the ledger has several: in order, with commas."""
    return ",".join(sorted(set(words)))
