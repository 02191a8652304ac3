"""Chappe's kinds of entries: of each, its fields and what each field may hold.

One line a kind: `field:type`, with `?` behind a field that may be absent. A type is a name of `canonical.py`
(day, week, hash, key, subject, number, country, version, signature, approval), words of which one is meant
(`a|b`), or several of a type or of words, in order and none twice (`[a|b]`). There is no type for text that
somebody wrote. Whoever adds a kind never changes one that was used: entries cannot be changed.
"""

from collections.abc import Mapping
from typing import Final

_ROLES: Final = (
    "administrator|auditor|child-safety|flagger-liaison|helpdesk|moderator|order-clerk|reviewer"
    "|staff-admin|trusted-flagger"
)
_COMMANDS: Final = (
    "codes|end|erase|grant|reentry|reentry-cancel|reentry-lost|roster-apply|sign-in-unlink"
    "|staff-account|staff-add|staff-enrol|staff-key|staff-key-remove|staff-link|staff-remove|staff-role|suspend|suspend-end"
)
_CASES: Final = "fraud|harassment|illegal-content|impersonation|left|order|spam|taken-over|terms"
_CLASSES: Final = (
    "content|identification|subscriber|traffic"  # of data, as in Regulation (EU) 2023/1543
)
_CHANNELS: Final = "DSA10|DSA9|EPOC|EPOC-PR|MLAT|TCO|informal|internal|other"
_BASES: Final = "administrative-order|court-order|none|prosecutor-order|statute|warrant"
_MANY: Final = "1|2-10|11-100|101-1000|1001+"
# of the DSA Transparency Database, version 2
_CATEGORIES: Final = (
    "ANIMAL_WELFARE|CONSUMER_INFORMATION|CYBER_VIOLENCE|CYBER_VIOLENCE_AGAINST_WOMEN"
    "|DATA_PROTECTION_AND_PRIVACY_VIOLATIONS|ILLEGAL_OR_HARMFUL_SPEECH|INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    "|NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS|NOT_SPECIFIED_NOTICE|OTHER_VIOLATION_TC"
    "|PROTECTION_OF_MINORS|RISK_FOR_PUBLIC_SECURITY|SCAMS_AND_FRAUD|SELF_HARM"
    "|UNSAFE_AND_PROHIBITED_PRODUCTS|VIOLENCE"
)
_ACTS: Final = "ban|bank-hash|close|erase|freeze|mark-fake|mark-scam|remove|restrict"
_KEYWORDS: Final = (
    "ADULT_SEXUAL_MATERIAL|AGE_SPECIFIC_RESTRICTIONS|AGE_SPECIFIC_RESTRICTIONS_MINORS|ANIMAL_HARM"
    "|BIOMETRIC_DATA_BREACH|BULLYING_AGAINST_GIRLS|CHILD_SEXUAL_ABUSE_MATERIAL"
    "|CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE|CONTENT_PROMOTING_EATING_DISORDERS|COORDINATED_HARM"
    "|COPYRIGHT_INFRINGEMENT|CYBER_BULLYING_INTIMIDATION|CYBER_HARASSMENT"
    "|CYBER_HARASSMENT_AGAINST_WOMEN|CYBER_INCITEMENT|CYBER_STALKING|CYBER_STALKING_AGAINST_WOMEN"
    "|DATA_FALSIFICATION|DEFAMATION|DESIGN_INFRINGEMENT|DISCRIMINATION|FEMALE_GENDERED_DISINFORMATION"
    "|GEOGRAPHICAL_REQUIREMENTS|GEOGRAPHIC_INDICATIONS_INFRINGEMENT|GOODS_SERVICES_NOT_PERMITTED"
    "|GROOMING_SEXUAL_ENTICEMENT_MINORS|HATE_SPEECH|HIDDEN_ADVERTISEMENT|HUMAN_EXPLOITATION"
    "|HUMAN_TRAFFICKING|ILLEGAL_ORGANIZATIONS|IMPERSONATION_ACCOUNT_HIJACKING|INAUTHENTIC_ACCOUNTS"
    "|INAUTHENTIC_LISTINGS|INAUTHENTIC_USER_REVIEWS|INCITEMENT_AGAINST_WOMEN"
    "|INCITEMENT_VIOLENCE_HATRED|INSUFFICIENT_INFORMATION_ON_TRADERS|LANGUAGE_REQUIREMENTS"
    "|MISINFORMATION_DISINFORMATION|MISLEADING_INFO_CONSUMER_RIGHTS|MISLEADING_INFO_GOODS_SERVICES"
    "|MISSING_PROCESSING_GROUND|NONCOMPLIANCE_PRICING|NON_CONSENSUAL_IMAGE_SHARING"
    "|NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN|NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    "|NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN|NUDITY|OTHER|PATENT_INFRINGEMENT|PHISHING"
    "|PROHIBITED_PRODUCTS|PYRAMID_SCHEMES|RIGHT_TO_BE_FORGOTTEN|RISK_ENVIRONMENTAL_DAMAGE"
    "|RISK_PUBLIC_HEALTH|SELF_MUTILATION|STALKING|SUICIDE|TERRORIST_CONTENT|TRADEMARK_INFRINGEMENT"
    "|TRADE_SECRET_INFRINGEMENT|TRAFFICKING_WOMEN_GIRLS|UNLAWFUL_SALE_ANIMALS|UNSAFE_CHALLENGES"
    "|UNSAFE_PRODUCTS|VIOLATION_EU_LAW|VIOLATION_NATIONAL_LAW"
)
_FACTS: Final = (
    "account-reviewed|content-reviewed|deleted-by-sender|done-together|known-file|law-named"
    "|leads-elsewhere|person-in-danger|pretends|private-place|public-place|same-before|sent-to-many"
    "|several-reports|warned-before"
)
_CONTENT: Final = "APP|AUDIO|IMAGE|OTHER|PRODUCT|SYNTHETIC_MEDIA|TEXT|VIDEO"
_SOURCES: Final = "ARTICLE_16|OTHER|TRUSTED_FLAGGER|VOLUNTARY"
_LANES: Final = "appeal|child-safety|emergency|flagger|ordinary|terrorism"

KINDS: Final[Mapping[str, str]] = {
    # --- who may act for the operator; `staff` and `key` are hashes of random numbers and of public keys
    "staff.enrolled": f"day:day key:hash roles:[{_ROLES}] staff:hash",
    "staff.key": "act:added|removed day:day key:hash staff:hash",
    "staff.roles": f"day:day roles:[{_ROLES}] staff:hash",
    "staff.removed": "day:day staff:hash",
    "staff.added": f"day:day roles:[{_ROLES}] staff:hash",  # and has no key yet
    "staff.link": "day:day staff:hash",  # by which they make one
    # --- what the operator is about to do to an account or to somebody of the staff, before it is done
    "operator.act": (
        f"act:{_COMMANDS} case:hash day:day ends?:day giver:machine|staff ground?:{_CASES} staff?:hash"
        " subject?:subject"
    ),
    "operator.act-ended": "case:hash day:day outcome:failed|interrupted|refused|unwitnessed",
    # --- what is done to an account
    "account.suspension": (
        f"act:begun|changed|expired|lifted case:hash day:day ends?:day ground?:{_CASES} subject?:subject"
    ),
    "account.erased": "by:inactivity|operator|order|owner day:day subject:subject",
    "account.sessions-ended": "by:operator|order day:day sessions:number subject:subject",
    "account.reentry": (
        "act:cancelled|confirmed|expired|made|opened|refused|used case:hash day:day subject?:subject"
    ),
    # --- what the server is
    "server.code-delivery": "day:day ways:[console|device|file|link|mail|webhook]",
    "server.restored": "day:day",  # an older state of its store was put back
    # how often that was said of its store, and a hash of what is in it, under a secret
    "store.stated": "day:day number:number state:hash",
    "server.level": "day:day from:L0|L1|L2 to:L0|L1|L2",
    # `custodians` are public keys of Ed25519, `table` the hash of the table of them (`trust/custody`)
    "server.custodians": (
        "act:activated|ended|proposed approvals?:[approval] custodians:[key] day:day delay_days:number"
        " needed:number previous?:hash table:hash"
    ),
    "server.key-passed": "day:day from:hash to:hash",  # manifests of the old and of the new build
    "build.manifest": "day:day manifest:hash version:version web:hash wheel?:hash",
    "build.started": "day:day manifest:hash",
    # --- the moderation desk; `case` is the same in all entries of one
    "moderation.received": f"case:hash day:day due:day lane:{_LANES} source:{_SOURCES}",
    "moderation.late": f"case:hash day:day lane:{_LANES}",  # its clock ran out, and it waits
    "moderation.closed": "case:hash day:day outcome:already-judged|decided|no-violation",
    "moderation.decision": (
        f"acts:[{_ACTS}] automated_decision:FULLY|NOT|PARTIALLY automated_detection:no|yes case:hash"
        f" category:{_CATEGORIES} content:[{_CONTENT}] content_day?:day day:day ends?:day facts:[{_FACTS}]"
        f" ground:ILLEGAL|INCOMPATIBLE keywords?:[{_KEYWORDS}] source:{_SOURCES} staff?:[hash]"
        " subject?:subject territory?:[country]"
    ),
    "moderation.appealed": "case:hash day:day due:day subject?:subject way:app|link",
    "moderation.appeal": "case:hash day:day outcome:changed|reversed|upheld staff?:[hash]",
    "moderation.reversal": f"acts:[{_ACTS}] case:hash day:day staff?:[hash] subject?:subject",
    # --- orders of authorities, from the day they come in; `case` is the same in all entries of one
    "authority.received": (
        f"accounts:{_MANY} asked:[{_CLASSES}] basis:{_BASES} case:hash channel:{_CHANNELS} country:country"
        " record:hash week:week"
    ),
    "authority.decided": (
        "approvals:[approval] case:hash outcome:approved|no-data|objected|refused record:hash week:week"
    ),
    "authority.released": f"bytes:number case:hash export:hash given:[{_CLASSES}] week:week",
    "authority.told": "case:hash week:week",
    "authority.late": "case:hash week:week",  # its clock ran out, and it waits
    "authority.acted": f"acts:[{_ACTS}] case:hash week:week",  # what it prompted the operator to do
    "authority.closed": "case:hash ended:agreed|executed|lapsed|objection-upheld|withdrawn week:week",
    # "I approved nothing outside entries up to this one"
    "custodian.statement": "custodian:hash entries:number signature:signature week:week",
    # --- what is kept for an authority until a week, and nobody reads
    "authority.preserved": "case:hash until:week week:week",
    "custodian.weekly": "act:begun|ended week:week",  # each states something each week, from the next on
    # --- entries that are not shown yet: so many commitments each week, from the next on, real or not;
    #     behind an opening follow the entries that were hidden, or none: then it hid nothing
    "sealed.weekly": "commitments:number week:week",
    "sealed.commit": "commit:hash reveal_by:week week:week",
    "sealed.extend": "commit:hash reveal_by:week week:week",
    "sealed.reveal": "commit:hash entries:number nonce:hash week:week",
}
