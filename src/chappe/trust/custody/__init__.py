"""Custody: a root key in the hands of several people, of whom some together open it and fewer learn nothing.

A secret is split (`shamir`), each share sealed to its custodian (`sealed_shares`), and who they are stands
in a public table (`tables`). A server asks them by a request (`requests`), which their own tool, the package
`chappe_custodian`, checks and answers. Like the public log it imports the standard library and
`cryptography`, and nothing of Chappe.
"""

from .cards import CustodianCard, CustodianSecret, parse_card, secret_of_sheet
from .errors import CustodyError
from .packages import ChosenPart, authority_key, key_hash, open_package, package_header
from .releases import (
    ACCOUNTS_MAX,
    HiddenOpening,
    OrderRecord,
    ReleaseDecision,
    ReleaseDetails,
    check_release,
    parse_decision,
    parse_details,
    parse_order,
    part_name,
)
from .requests import (
    ANSWER_CHARACTERS_MAX,
    NONCE_BYTES,
    ClaimedBuild,
    CustodyAnswer,
    CustodyRequest,
    answer,
    check_answer,
    check_possession,
    parse_answer,
    parse_request,
    prove_share,
    seal_share,
    share_of,
)
from .sealed_shares import (
    Custodian,
    CustodianKey,
    ShareTable,
    deal,
    new_custodian_key,
    open_share,
    restore,
)
from .shamir import SHARES_MAX, Share, join, split
from .tables import (
    CUSTODIANS_MAX,
    ChangeOfCustodians,
    CustodyTable,
    ShareFile,
    change_digest,
    deal_table,
    end_digest,
    parse_share_file,
    parse_table,
)
from .vault import VaultPart

__all__ = [
    "ACCOUNTS_MAX",
    "ANSWER_CHARACTERS_MAX",
    "CUSTODIANS_MAX",
    "NONCE_BYTES",
    "SHARES_MAX",
    "ChangeOfCustodians",
    "ChosenPart",
    "ClaimedBuild",
    "Custodian",
    "CustodianCard",
    "CustodianKey",
    "CustodianSecret",
    "CustodyAnswer",
    "CustodyError",
    "CustodyRequest",
    "CustodyTable",
    "HiddenOpening",
    "OrderRecord",
    "ReleaseDecision",
    "ReleaseDetails",
    "Share",
    "ShareFile",
    "ShareTable",
    "VaultPart",
    "answer",
    "authority_key",
    "change_digest",
    "check_answer",
    "check_possession",
    "check_release",
    "deal",
    "deal_table",
    "end_digest",
    "join",
    "key_hash",
    "new_custodian_key",
    "open_package",
    "open_share",
    "package_header",
    "parse_answer",
    "parse_card",
    "parse_decision",
    "parse_details",
    "parse_order",
    "parse_request",
    "parse_share_file",
    "parse_table",
    "part_name",
    "prove_share",
    "restore",
    "seal_share",
    "secret_of_sheet",
    "share_of",
    "split",
]
