"""Check a public log, or a receipt of one: one file, Python 3.11 or newer, nothing else to install.

    python3 verify.py log https://chappe.example/log --policy policy.txt --remember ~/.chappe-log
    python3 verify.py receipt suspension.tlog-proof --policy policy.txt
    python3 verify.py web https://chappe.example --policy policy.txt
    python3 verify.py report https://chappe.example/log --policy policy.txt > report.csv

The policy says whose signatures you believe (https://c2sp.org/tlog-policy). Get it from somebody other than
the server. The folder of `--remember` holds the hash of every entry you saw: bring it again, and nothing
that was there can be changed unseen.

Exit code 0: everything that was checked holds. 1: something is wrong, and each line says which entry or
file. 2: it could not be checked: nobody answers, or the policy or a file of yours cannot be read.

Signatures by ML-DSA-44 are not checked, since Python has none: each is listed as not checked and counts for
nothing. This file is written apart from the log's own code and shares none with it, so that a mistake in
one does not hide in both.
"""

import argparse
import base64
import contextlib
import datetime as dt
import gzip
import hashlib
import hmac
import http.client
import io
import json
import re
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

HELD, WRONG, NOT_CHECKED = 0, 1, 2  # exit codes
FINDINGS_MAX: Final = 20  # wrong things that are listed before it stops
ANSWER_S_MAX: Final = 30  # seconds a server may take for a file
FILE_BYTES_MAX: Final = 1 << 25  # bytes of a file of a log: a bundle has half of it at most
WIDTH: Final = 256  # hashes of a full tile
SIGNATURES_MAX: Final = 64  # signatures of a note
LISTED_MAX: Final = 64  # members of a list in an entry


class WrongError(Exception):
    """What was checked does not hold."""


class NotCheckedError(Exception):
    """Nothing can be said."""


# --- Ed25519 (RFC 8032), to check signatures only: nothing here is secret, so it may take any time


_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _point(encoded: bytes) -> Point:
    y = int.from_bytes(encoded, "little") & (1 << 255) - 1
    odd = encoded[31] >> 7
    if y >= _P:
        raise WrongError("not a point")
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if x * x % _P != square or (x == 0 and odd):
        raise WrongError("not a point")
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _sum(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        number >>= 1
    return found


_BASE: Final = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a key signed a message."""
    number = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or number >= _ORDER:
        return False
    try:
        key = _point(public)
        commitment = _point(signature[:32])
    except WrongError:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(hashed, "little") % _ORDER
    left, right = _times(number, _BASE), _sum(commitment, _times(challenge, key))
    return (
        (left[0] * right[2] - right[0] * left[2]) % _P
        == 0
        == (left[1] * right[2] - right[1] * left[2]) % _P
    )


# --- notes, keys, heads, policies (https://c2sp.org: signed-note, tlog-cosignature, -checkpoint, -policy)


ED25519, ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE = 1, 4, 6
_KEY_BYTES: Final = {ED25519: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1312}


class PublicKey(NamedTuple):
    """A key one believes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The bytes by which signatures name it."""
        named = (
            self.name.encode("utf-8", "surrogateescape") + b"\n" + bytes([self.kind]) + self.public
        )
        return hashlib.sha256(named).digest()[:4]


class Head(NamedTuple):
    """A signed head, as it was served."""

    note: bytes
    text: bytes
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes, bytes], ...]  # name, id of the key, signature


class Policy(NamedTuple):
    """Whom one believes."""

    logs: tuple[PublicKey, ...]
    witnesses: dict[str, PublicKey]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def enough(self, seen: set[str], name: str | None = None) -> bool:
        """Return whether these witnesses are enough."""
        name = self.quorum if name is None else name
        if name == "none":
            return True
        if name not in self.groups:
            return name in seen
        least, members = self.groups[name]
        return sum(self.enough(seen, member) for member in members) >= least


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64 in its one form."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise WrongError("not base64") from None
    if base64.b64encode(found).decode() != text:
        raise WrongError("not base64 in its one form")
    return found


def number_of(text: str) -> int:
    """Return a size or an index."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text, re.ASCII):
        raise WrongError("not a number")
    return int(text)


def read_key(text: str) -> PublicKey:
    """Return the key of a vkey."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise WrongError("not a public key")
    material = bytes_of(parts[2])
    key = PublicKey(parts[0], material[0] if material else 0, material[1:])
    if len(key.public) != _KEY_BYTES.get(key.kind) or key.id.hex() != parts[1] or not key.name:
        raise WrongError(f"the key of {parts[0]} is not what it says, or of an unknown kind")
    return key


def read_head(note: bytes) -> Head:
    """Return a head; nothing is said of its signatures yet."""
    try:
        text, blank, signed = note.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise WrongError("the head is not UTF-8") from None
    if not blank or not signed.endswith("\n") or re.search(r"[\0-\x09\x0b-\x1f]", note.decode()):
        raise WrongError("the head is no signed note")
    lines = []
    for line in signed[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        content = bytes_of(encoded)
        if dash != "—" or not name or "+" in name or len(content) < 5:
            raise WrongError("the head has a line that is no signature")
        lines.append((name, content[:4], content[4:]))
    said = text.split("\n")
    if len(said) < 3 or not all(said) or len(lines) > SIGNATURES_MAX:
        raise WrongError("the head has not three lines, or too many signatures")
    root = bytes_of(said[2])
    if len(root) != 32:
        raise WrongError("the head's root is no hash")
    return Head(note, f"{text}\n".encode(), said[0], number_of(said[1]), root, tuple(lines))


def read_policy(content: bytes) -> Policy:
    """Return a policy."""
    logs: list[PublicKey] = []
    policy = Policy((), {}, {}, "")
    quorum = ""
    inside: set[str] = set()
    for line in content.decode("utf-8", "surrogateescape").split("\n"):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        match words:
            case []:
                continue
            case [comment, *_] if comment.startswith("#"):
                continue
            case ["log", key, *url] if len(url) < 2:
                logs.append(read_key(key))
                continue
            case ["witness", name, key, *url] if len(url) < 2:
                policy.witnesses[name] = read_key(key)
            case ["group", name, least, *members] if members:
                count = {"any": 1, "all": len(members)}.get(least) or number_of(least)
                if (
                    not 0 < count <= len(members)
                    or inside & {*members}
                    or len({*members}) < len(members)
                ):
                    raise WrongError(f"the group {name} is no group")
                inside |= {*members}
                policy.groups[name] = (count, tuple(members))
            case ["quorum", name] if not quorum:
                members, quorum = [name], name
            case _:
                raise WrongError(f"the policy has a line that says nothing: {words[0]!r}")
        known = {*policy.witnesses, *policy.groups}
        wanted = words[3:] if words[0] == "group" else words[1:2]
        if words[0] != "witness" and not {*wanted} <= known | (
            {"none"} if words[0] == "quorum" else set()
        ):
            raise WrongError("the policy names somebody before it says who that is")
    every = [*logs, *policy.witnesses.values()]
    if not quorum or len({key.public for key in every}) < len(every):
        raise WrongError("the policy has no quorum, or a key twice")
    return policy._replace(logs=tuple(logs), quorum=quorum)


def signed_at(key: PublicKey, head: Head, signature: bytes) -> int | None:
    """Return when a key signed a head (0: it does not say), or None if the signature is wrong."""
    if key.kind == ED25519:
        return 0 if ed25519_signed(key.public, head.text, signature) else None
    when = int.from_bytes(signature[:8], "big")
    message = b"cosignature/v1\ntime %d\n" % when + head.text
    return when if ed25519_signed(key.public, message, signature[8:]) and when < 1 << 63 else None


def check_head(head: Head, policy: Policy, say: Callable[[str], None]) -> None:
    """Check the signatures of a head by a policy."""
    logs = [key for key in policy.logs if key.name == head.origin]
    if not logs:
        raise WrongError(f"no log of the policy is called {head.origin}")
    by_log, seen, unread = False, set[str](), set[str]()
    named = [("", key) for key in logs] + [*policy.witnesses.items()]
    for name, key in named:
        for of, key_id, signature in head.lines:
            if (of, key_id) != (key.name, key.id):
                continue
            if key.kind == ML_DSA_44_COSIGNATURE:
                say(f"not checked: the ML-DSA-44 signature of {key.name}")
                unread.add(name)
                continue
            when = signed_at(key, head, signature)
            if when is None:
                who = f"witness {name} ({key.name})" if name else f"log {key.name}"
                raise WrongError(
                    f"the signature of the {who} on the head over {head.size} entries is forged"
                )
            by_log = by_log or not name
            if name:
                seen.add(name)
                say(f"witness {name} saw this head at {_moment(when)}")
    if not by_log:
        if "" in unread:
            raise NotCheckedError("the log signed by ML-DSA-44 only: use another tool")
        raise WrongError(f"the head over {head.size} entries is not signed by the log")
    if not policy.enough(seen):
        names = ", ".join(sorted(seen)) or "no witness"
        if policy.enough(seen | unread):
            raise NotCheckedError(f"without ML-DSA-44 too few witnesses are left: {names}")
        raise WrongError(
            f"the head over {head.size} entries was seen by {names}: the policy asks for more"
        )


def _moment(seconds: int) -> str:
    try:
        return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s since 1970"


# --- entries: the kinds, as Chappe publishes them, and their one form


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


KINDS: Final[dict[str, str]] = {
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
    "store.stated": "day:day number:number state:hash",
    "server.level": "day:day from:L0|L1|L2 to:L0|L1|L2",
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

_DAY: Final = (
    r"20\d\d-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))"
)
_HEX: Final = "[0-9a-f]"
_VALUES: Final = {
    "day": _DAY,
    "week": r"20\d\d-W(?:0[1-9]|[1-4]\d|5[0-3])",
    "hash": _HEX + "{64}",
    "key": _HEX + "{64}",
    "subject": _HEX + "{64}",
    "country": "[A-Z]{2}",
    "version": r"\d{1,4}\.\d{1,4}(?:\.\d{1,6})?",
    "signature": _HEX + "{128}",
    "approval": _HEX + "{64}:" + _HEX + "{128}",
}


def _value(kind: str) -> str:
    if kind == "number":
        return r"(?:0|[1-9]\d{0,14})"
    if kind.startswith("["):
        one = _value(kind[1:-1])
        return rf"\[(?:{one}(?:,{one}){{0,{LISTED_MAX - 1}}})?\]"
    return '"(?:' + _VALUES.get(kind, kind).replace("+", r"\+") + ')"'


def patterns(kinds: dict[str, str]) -> dict[bytes, re.Pattern[bytes]]:
    """Return, by kind, the pattern that its entries match: the form of JSON, the fields, their values."""
    found = {}
    for kind, said in kinds.items():
        fields = {"kind": f'"{re.escape(kind)}"', "v": "1"}
        absent = set()
        for word in said.split():
            name, _, type_ = word.partition(":")
            if name.endswith("?"):
                absent.add(name.rstrip("?"))
            fields[name.rstrip("?")] = _value(type_)
        # the first field is never absent: no kind begins with one that may be
        parts = [
            f'(?:,"{name}":{fields[name]})?' if name in absent else f',"{name}":{fields[name]}'
            for name in sorted(fields)
        ]
        found[kind.encode()] = re.compile(rf"\{{{''.join(parts)[1:]}\}}".encode(), re.ASCII)
    return found


_PATTERNS: Final = patterns(KINDS)
_PROMISING: Final = {  # patterns of entries that promise something, or keep a promise
    id(pattern)
    for kind, pattern in _PATTERNS.items()
    if kind.startswith(
        (b"authority.", b"custodian.", b"moderation.", b"sealed.", b"server.custodians")
    )
}
_named: Final = re.compile(rb'"kind":"([a-z.-]{1,64})"')


def check_entry(entry: bytes) -> re.Pattern[bytes]:
    """Check that an entry is in its form; return the pattern of its kind."""
    named = _named.search(entry)
    pattern = _PATTERNS.get(named[1]) if named else None
    if pattern is None:
        raise WrongError("is of no kind that is known here (is there a newer verify.py?)")
    if not pattern.fullmatch(entry):
        raise WrongError("is not in the one form of its kind")
    if b"[" in entry:
        for value in json.loads(entry).values():
            if isinstance(value, list) and value != sorted({*value}):
                raise WrongError("has a list that is not in order")
    return pattern


# --- where a log is read


class LogFolder:
    """A log in a folder."""

    def __init__(self, place: str) -> None:
        self._root = Path(place)
        if not self._root.is_dir():
            raise NotCheckedError(f"{place} is no folder and no address")

    def read(self, path: str) -> bytes | None:
        """Return a file, or None."""
        try:
            return (self._root / path).read_bytes()
        except FileNotFoundError:
            return None


class LogSite:
    """A log that a web server serves, over one connection."""

    def __init__(self, address: str) -> None:
        parts = urllib.parse.urlsplit(address)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._path = parts.path.rstrip("/")
        try:
            self._line = kind(parts.netloc, timeout=ANSWER_S_MAX)
        except http.client.HTTPException:
            raise NotCheckedError(f"{address} is no address") from None

    def close(self) -> None:
        """End the connection."""
        self._line.close()

    def read(self, path: str, packing: str = "gzip") -> bytes | None:
        """Return a file, or None if the server says that there is none; as sent to who takes a packing."""
        for last in (False, True):
            try:
                self._line.request(
                    "GET", f"{self._path}/{path}", headers={"Accept-Encoding": packing}
                )
                answer = self._line.getresponse()
                content = answer.read(FILE_BYTES_MAX)
                break
            except (OSError, http.client.HTTPException) as error:
                self._line.close()  # a server may end a connection that rested
                if last:
                    raise NotCheckedError(f"{path}: {type(error).__name__} {error}") from None
        if answer.status in {404, 410}:
            return None
        if answer.status != 200 or not answer.isclosed():
            self._line.close()
            raise NotCheckedError(f"{path}: the server answered {answer.status}, or too much")
        if answer.headers.get("Content-Encoding") == "gzip":
            content = _unzipped(path, content)
        return content


def _unzipped(path: str, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            return file.read(FILE_BYTES_MAX)
    except (OSError, EOFError):
        raise NotCheckedError(f"{path}: not what gzip makes") from None


def place_of(where: str, opened: contextlib.ExitStack) -> LogFolder | LogSite:
    """Return where a log is read; a connection ends with `opened`."""
    if not re.match(r"https?://", where):
        return LogFolder(where)
    return opened.enter_context(contextlib.closing(LogSite(where)))


# --- the log (https://c2sp.org/tlog-tiles)


class Findings:
    """What was found to be wrong."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, what: str) -> None:
        """Say that something is wrong."""
        self.count += 1
        print(f"WRONG: {what}")
        if self.count >= FINDINGS_MAX:
            raise WrongError("that is enough: there may be more")


# --- what entries promise: hidden ones are opened in time, custodians speak each week, orders go their way


_COMMIT: Final = (
    b"chappe/commit/v1\n"  # before the nonce and the hidden entries, each with its newline
)
_CHANGE: Final = b"chappe/change/v1\n"
_END: Final = b"chappe/end-custody/v1\n"
_NOBODY: Final = LISTED_MAX + 1  # custodians that are needed where there are none: never so many
_APPROVE: Final = b"chappe/approve/v1\n"  # before the hash that custodians approve
_STATE: Final = "chappe/statement/v1\n{}\n{}\n{}\n"  # the log's name, the week, entries
HIDDEN_WEEKS_MAX: Final = (
    52  # weeks until a hidden entry is opened, or publicly extended by as many
)
STATED_WITHIN_WEEKS: Final = 1  # weeks behind its week in which a statement is in time


def week_of(day: dt.date) -> str:
    """Return the week of a day (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_from(week: str, count: int) -> str:
    """Return the week so many behind another."""
    try:
        monday = dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
        return week_of(monday + dt.timedelta(weeks=count))
    except (ValueError, OverflowError):
        raise WrongError(f"is of a week that there is not: {week}") from None


class Commitment:
    """A hidden entry: which entry of the log it is, until when it is opened, and whether it was."""

    def __init__(self, at: int, until: str) -> None:
        self.at, self.until, self.opened = at, until, False


class LoggedOrder:
    """What the log says of one order of an authority."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.asked, self.approved, self.closed = {*said["asked"]}, False, False
        self.late = (
            -1
        )  # the entry that says its clock ran out; -1: it did not, or is answered since


class ModerationClocks:
    """What the log says of cases of moderation: until when each is to be decided, and by whom it was."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._waiting: dict[tuple[str, str], tuple[int, str]] = {}  # by case; entry and day
        self._received: set[str] = set()
        self._deciders: dict[str, set[str]] = {}

    def add(self, at: int, said: dict[str, Any]) -> None:
        """Take an entry.

        Raises:
            WrongError: it cannot follow what the log said before.
        """
        case, kind = said.get("case", ""), said["kind"].removeprefix("moderation.")
        if kind == "received":
            if case in self._received:
                raise WrongError("is of a case that was received before")
            self._received.add(case)
            self._waiting["case", case] = at, said["due"]
        elif kind == "closed":
            self._waiting.pop(("case", case), None)
        elif kind == "decision":
            self._deciders.setdefault(case, set()).update(said.get("staff", ()))
            self._waiting.pop(("case", case), None)
        elif kind == "appealed":
            self._waiting["appeal", case] = at, said["due"]
        elif kind == "appeal":
            if self._waiting.pop(("appeal", case), None) is None:
                raise WrongError("decides an appeal that nobody made")
            if self._deciders.get(case, set()) & {*said.get("staff", ())}:
                raise WrongError("decides an appeal by somebody who made the decision itself")

    def finish(self, today: str) -> None:
        """Say whose clock has run out."""
        for (what, _), (at, due) in sorted(self._waiting.items(), key=lambda one: one[1]):
            if due < today:
                self._findings.add(f"entry {at}: this {what} was due on {due}, and is not decided")


class Promises:
    """Every promise of a log, as its entries are read in order."""

    def __init__(self, origin: str, on: dt.date, findings: Findings) -> None:
        self._origin, self._this_week, self._findings = origin, week_of(on), findings
        self._today, self._moderation = on.isoformat(), ModerationClocks(findings)
        self._commitments: dict[str, Commitment] = {}
        self._weekly: list[tuple[str, int]] = []
        self._in_week: dict[str, int] = {}
        self._orders: dict[str, LoggedOrder] = {}
        self._tables: list[tuple[str, int, dict[str, bytes]]] = []  # from which week, needed, keys
        self._proposed: dict[str, Any] = {}  # tables of custodians, by their hash
        self._in_force = ""  # the hash of the table
        self._duties: list[tuple[str, bool]] = []
        self._stated: set[tuple[str, str]] = set()
        self._opening: Any = None  # the hash of what is being opened
        self._opened = (0, "")  # the entry that opens it, and the commitment
        self._shown_late = -1  # the last entry that was hidden before
        self.left = 0  # entries that still belong to what is being opened

    @property
    def hidden(self) -> int:
        """How many commitments are not opened yet."""
        return sum(not one.opened for one in self._commitments.values())

    def read(self, at: int, entry: bytes) -> None:
        """Take an entry of any form, where it belongs to what is being opened."""
        if self.left:
            self._opening.update(entry + b"\n")
            self.left, self._shown_late = self.left - 1, at
            if b'"kind":"sealed.' in entry:
                raise WrongError("is about hidden entries, and cannot be one itself")
            if not self.left:
                self._close_opening()

    def _close_opening(self) -> None:
        at, commit = self._opened
        if self._opening.hexdigest() != commit:
            self._findings.add(
                f"entry {at} is a false opening: what it shows is not what entry"
                f" {self._commitments[commit].at} committed to"
            )
        self._opening = None

    def add(self, at: int, entry: bytes) -> None:
        """Take an entry of a kind that promises something.

        Raises:
            WrongError: it breaks a promise, or could not be made.
        """
        said = json.loads(entry)
        if said["kind"].startswith("moderation."):
            self._moderation.add(at, said)
            return
        kind = said["kind"].replace(".", "_").replace("-", "_")
        getattr(self, f"_{kind}")(at, said)

    # hidden entries

    def _sealed_weekly(self, at: int, said: dict[str, Any]) -> None:
        self._weekly.append((said["week"], said["commitments"]))

    def _sealed_commit(self, at: int, said: dict[str, Any]) -> None:
        if said["commit"] in self._commitments:
            raise WrongError("commits to what is committed to already")
        self._within(said)
        self._commitments[said["commit"]] = Commitment(at, said["reveal_by"])
        self._in_week[said["week"]] = self._in_week.get(said["week"], 0) + 1

    def _sealed_extend(self, at: int, said: dict[str, Any]) -> None:
        self._within(said)
        self._open_one(said["commit"]).until = said["reveal_by"]

    def _within(self, said: dict[str, Any]) -> None:
        if said["reveal_by"] > week_from(said["week"], HIDDEN_WEEKS_MAX):
            raise WrongError(f"hides something for more than {HIDDEN_WEEKS_MAX} weeks")

    def _open_one(self, commit: str) -> Commitment:
        found = self._commitments.get(commit)
        if found is None or found.opened:
            raise WrongError("is about no commitment that waits to be opened")
        return found

    def _sealed_reveal(self, at: int, said: dict[str, Any]) -> None:
        self._open_one(said["commit"]).opened = True
        self._opening = hashlib.sha256(_COMMIT + bytes.fromhex(said["nonce"]))
        self._opened, self.left = (at, said["commit"]), said["entries"]
        if not self.left:
            self._close_opening()

    # custodians

    def _server_custodians(self, at: int, said: dict[str, Any]) -> None:
        week = week_of(dt.date.fromisoformat(said["day"]))
        if said["act"] == "ended":
            self._require_ended(said)
            self._in_force = ""
            self._tables.append((week, _NOBODY, {}))
            return
        if said["act"] == "proposed":
            self._proposed[said["table"]] = said
            if self._in_force:
                self._require_agreed(said)
            return
        if self._tables:
            self._require_due(said)
        self._in_force = said["table"]
        keys = {
            hashlib.sha256(bytes.fromhex(k)).hexdigest(): bytes.fromhex(k)
            for k in said["custodians"]
        }
        self._tables.append((week, said["needed"], keys))

    def _require_agreed(self, said: dict[str, Any]) -> None:
        """Require that as many of those in force as open the server agreed to others."""
        if said.get("previous") != self._in_force:
            raise WrongError("proposes other custodians, not in the place of those in force")
        words = (self._origin, self._in_force, said["needed"], said["delay_days"])
        text = "".join(f"{one}\n" for one in (*words, ",".join(sorted(said["custodians"]))))
        self._require_word(said, _CHANGE + text.encode())

    def _require_ended(self, said: dict[str, Any]) -> None:
        """Require that as many of those in force as open the server agreed to be none any more."""
        if not self._in_force or said["table"] != self._in_force:
            raise WrongError("ends the custody of others than those in force")
        self._require_word(said, _END + f"{self._origin}\n{self._in_force}\n".encode())

    def _require_word(self, said: dict[str, Any], about: bytes) -> None:
        message = _APPROVE + hashlib.sha256(about).digest()
        by = set()
        for one in said.get("approvals", ()):
            who, _, signature = one.partition(":")
            self._require_signed(who, message, signature, self._tables[-1:])
            by.add(who)
        if len(by) < self._tables[-1][1]:
            raise WrongError(f"has the word of {len(by)} custodians in force, which is not enough")

    def _require_due(self, said: dict[str, Any]) -> None:
        """Require that a table was proposed, and that its delay is over."""
        proposed = self._proposed.get(said["table"])
        if proposed is None:
            raise WrongError("puts custodians in force who were not proposed")
        first = dt.date.fromisoformat(proposed["day"]) + dt.timedelta(proposed["delay_days"])
        if dt.date.fromisoformat(said["day"]) < first:
            raise WrongError(f"puts custodians in force before {first}")

    def _custodian_weekly(self, at: int, said: dict[str, Any]) -> None:
        self._duties.append((said["week"], said["act"] == "begun"))

    def _custodian_statement(self, at: int, said: dict[str, Any]) -> None:
        stated = _STATE.format(self._origin, said["week"], said["entries"]).encode()
        message = _APPROVE + hashlib.sha256(stated).digest()
        self._require_signed(said["custodian"], message, said["signature"], self._tables)
        if said["entries"] > at:
            raise WrongError("is a statement about entries that were not there yet")
        self._stated.add((said["custodian"], said["week"]))

    def _require_signed(self, who: str, message: bytes, signature: str, tables: list[Any]) -> None:
        keys = {name: key for _, _, known in tables for name, key in known.items()}
        if who not in keys:
            raise WrongError(f"is signed by {who[:16]}…, who is no custodian by this log")
        if not ed25519_signed(keys[who], message, bytes.fromhex(signature)):
            raise WrongError(f"has a signature of custodian {who[:16]}… that is forged")

    # orders of authorities

    def _authority_received(self, at: int, said: dict[str, Any]) -> None:
        if said["case"] in self._orders:
            raise WrongError("is of a case that was received before")
        self._orders[said["case"]] = LoggedOrder(said)

    def _order(self, said: dict[str, Any]) -> LoggedOrder:
        found = self._orders.get(said["case"])
        if found is None or found.closed:
            raise WrongError("is about an order that was not received, or is closed")
        return found

    def _authority_decided(self, at: int, said: dict[str, Any]) -> None:
        order = self._order(said)
        order.approved = said["outcome"] == "approved"
        if not order.approved:
            order.late = -1
            return
        # what was hidden may have been approved by custodians who are none any more
        tables = self._tables if self._shown_late == at else self._tables[-1:]
        by = set()
        for one in said["approvals"]:
            who, _, signature = one.partition(":")
            self._require_signed(who, _APPROVE + bytes.fromhex(said["record"]), signature, tables)
            by.add(who)
        if not any(len(by & {*known}) >= needed for _, needed, known in tables):
            raise WrongError(f"is approved by {len(by)} custodians, which is not enough")

    def _authority_released(self, at: int, said: dict[str, Any]) -> None:
        order = self._order(said)
        if not order.approved:
            raise WrongError("says that something was released, and nobody approved it")
        if not {*said["given"]} <= order.asked:
            raise WrongError("says that more was released than was asked for")
        order.late = -1

    def _authority_told(self, at: int, said: dict[str, Any]) -> None:
        self._order(said)

    def _authority_preserved(self, at: int, said: dict[str, Any]) -> None:
        self._order(said)

    def _authority_late(self, at: int, said: dict[str, Any]) -> None:
        self._order(said).late = at

    def _authority_acted(self, at: int, said: dict[str, Any]) -> None:
        self._order(said).late = -1

    def _authority_closed(self, at: int, said: dict[str, Any]) -> None:
        order = self._order(said)
        order.closed, order.late = True, -1

    # what is missing

    def finish(self) -> None:
        """Say which promises were not kept."""
        if self.left:
            self._findings.add(f"entry {self._opened[0]} opens entries that are not there")
        for at in sorted(one.late for one in self._orders.values() if one.late >= 0):
            self._findings.add(
                f"entry {at}: the clock of this order ran out, and nobody answered it"
            )
        for one in self._commitments.values():
            if not one.opened and one.until < self._this_week:
                self._findings.add(
                    f"entry {one.at} hides something that was to be opened in {one.until}"
                )
        for begun, ended, count in _spans(self._weekly, self._this_week):
            for week in _weeks(begun, ended):
                if self._in_week.get(week, 0) != count:
                    there = self._in_week.get(week, 0)
                    self._findings.add(
                        f"{week} has {there} commitments and not {count}, as was promised"
                    )
        self._find_silent()
        self._moderation.finish(self._today)

    def _find_silent(self) -> None:
        last = week_from(self._this_week, -STATED_WITHIN_WEEKS)
        tables = [(week, keys) for week, _, keys in self._tables]
        for begun, ended, due in _spans(self._duties, last):
            for first, until, keys in _spans(tables, last):
                if not due:
                    continue
                for week in _weeks(max(begun, first), min(ended, until)):
                    for who in sorted({*keys} - {w for w, at in self._stated if at == week}):
                        self._findings.add(f"custodian {who[:16]}… made no statement in {week}")


def _spans(begun: list[tuple[str, Any]], end: str) -> list[tuple[str, str, Any]]:
    """Return of what holds from a week on: its first whole week, the week it ends in, and what it is."""
    ends = [week for week, _ in begun[1:]] + [end] * bool(begun)
    return [
        (week_from(week, 1), until, what) for (week, what), until in zip(begun, ends, strict=True)
    ]


def _weeks(first: str, end: str) -> list[str]:
    """Return the weeks from one to before another."""
    found = []
    while first < end:
        found.append(first)
        first = week_from(first, 1)
    return found


def tile_path(level: str, number: int, width: int) -> str:
    """Return where a tile is served."""
    name = f"{number % 1000:03}"
    while number := number // 1000:
        name = f"x{number % 1000:03}/{name}"
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def above(hashes: bytes) -> bytes:
    """Return the hashes above a row of them, of which there is an even number."""
    sha = hashlib.sha256
    return b"".join([sha(b"\1" + hashes[i : i + 64]).digest() for i in range(0, len(hashes), 64)])


class Tree:
    """The hashes of a log that were computed from its entries, a row for each level of tiles."""

    def __init__(self) -> None:
        self.rows: list[bytearray] = [bytearray()]

    def add(self, leaves: bytes) -> None:
        """Add the leaves of the next bundle."""
        for level in range(len(self.rows)):
            self.rows[level] += leaves
            if len(leaves) == 0 or len(self.rows[level]) % (32 * WIDTH):
                return
            leaves = bytes(self.rows[level][-32 * WIDTH :])
            while len(leaves) > 32:
                leaves = above(leaves)
        self.rows.append(bytearray(leaves))

    def node(self, level: int, number: int) -> bytes:
        """Return the hash over the entries from `number << level`, as many as that."""
        row, inside = divmod(level, 8)
        found = bytes(self.rows[row][32 * number << inside : 32 * (number + 1) << inside])
        while len(found) > 32:
            found = above(found)
        return found

    def root(self, first: int, end: int) -> bytes:
        """Return the hash over the entries from one to before another."""
        count = end - first
        if not count:
            return hashlib.sha256().digest()
        level = count.bit_length() - 1
        if count == 1 << level:
            return self.node(level, first >> level)
        middle = first + (1 << (count - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + self.root(first, middle) + self.root(middle, end)).digest()


class Audit:
    """One look at a whole log."""

    def __init__(
        self, place: LogFolder | LogSite, head: Head, known: bytes, on: dt.date, *, any_kind: bool
    ) -> None:
        self.place, self.head, self.known, self.any_kind = place, head, known, any_kind
        self.tree, self.findings = Tree(), Findings()
        self.promises = Promises(head.origin, on, self.findings)
        self.each: Callable[[bytes], None] | None = None  # is given every entry

    def tile(self, level: str, number: int, width: int) -> bytes | None:
        """Return a tile; of a partial one that is gone, what the full one says."""
        path = tile_path(level, number, width)
        content = self.place.read(path)
        if content is None and width < WIDTH:
            content = self.place.read(tile_path(level, number, WIDTH))
            content = None if content is None else self.cut(level, content, width)
        if content is None:
            first = number * WIDTH * WIDTH ** (0 if level == "entries" else int(level))
            self.findings.add(f"{path} is missing; it begins with entry {first}")
        return content

    @staticmethod
    def cut(level: str, content: bytes, width: int) -> bytes:
        """Return the first part of a full tile."""
        if level != "entries":
            return content[: 32 * width]
        at = 0
        for _ in range(width):
            at += 2 + int.from_bytes(content[at : at + 2], "big")
        return content[:at]

    def entries(self, number: int, width: int) -> list[bytes]:
        """Return the entries of a bundle."""
        content = self.tile("entries", number, width)
        found: list[bytes] = []
        at, length = 0, len(content or b"")
        while content and at + 2 <= length:
            begin = at + 2
            at = begin + (content[at] << 8) + content[at + 1]
            found.append(content[begin:at])
        if content is not None and (at != length or len(found) != width):
            self.findings.add(
                f"{tile_path('entries', number, width)} has {len(found)} entries and not {width}: one was"
                f" removed or added from entry {number * WIDTH} on, or the file is cut"
            )
        return found

    def bundle(self, number: int, width: int) -> None:
        """Check a bundle, and the tile of its hashes."""
        sha = hashlib.sha256
        found = self.entries(number, width)
        leaves = b"".join([sha(b"\0" + entry).digest() for entry in found])
        first = number * WIDTH
        tile = self.tile("0", number, width)
        if tile is not None and found and tile != leaves:
            at = first + _differ(tile, leaves)
            self.findings.add(
                f"entry {at} was changed, removed or moved: it is not what its tile says"
            )
        known = self.known[32 * first : 32 * (first + width)]
        if known and not leaves.startswith(known):
            at = first + _differ(known, leaves)
            self.findings.add(f"entry {at} is not the one you saw before: the log was rewritten")
        if not self.any_kind:
            self.check_entries(found, first)
        # what is missing counts as the tile has it, so that one loss does not spoil everything behind it
        whole = leaves if len(leaves) == 32 * width else tile or leaves
        self.tree.add(whole[: 32 * width].ljust(32 * width, b"\0"))

    def check_entries(self, found: list[bytes], first: int) -> None:
        """Check that entries are in their form: most are of the kind of the one before."""
        pattern, promising, promises = next(iter(_PATTERNS.values())), False, self.promises
        for at, entry in enumerate(found, first):
            try:
                if promises.left:
                    promises.read(at, entry)
                if not pattern.fullmatch(entry) or b"[" in entry:
                    pattern = check_entry(entry)
                    promising = id(pattern) in _PROMISING
                if promising:
                    promises.add(at, entry)
            except WrongError as error:
                self.findings.add(f"entry {at} {error}")
            if self.each is not None:
                self.each(entry)

    def run(self) -> None:
        """Check everything."""
        size = self.head.size
        for number in range(-(-size // WIDTH)):
            self.bundle(number, min(WIDTH, size - number * WIDTH))
        self.promises.finish()
        for level, row in enumerate(self.tree.rows[1:], 1):
            count = size >> 8 * level
            for number in range(-(-count // WIDTH)):
                width = min(WIDTH, count - number * WIDTH)
                tile = self.tile(str(level), number, width)
                begin = 32 * number * WIDTH
                if tile is not None and tile != row[begin : begin + 32 * width]:
                    at = (number * WIDTH + _differ(tile, bytes(row[begin:]))) << 8 * level
                    where = tile_path(str(level), number, width)
                    self.findings.add(f"{where} is not over the entries from {at} on")
        if not self.findings.count and self.tree.root(0, size) != self.head.root:
            self.findings.add(f"entries 0 to {size - 1} do not give the root that the log signed")


def _differ(one: bytes, two: bytes) -> int:
    """Return the number of the first hash that differs."""
    for at in range(0, max(len(one), len(two)), 32):
        if one[at : at + 32] != two[at : at + 32]:
            return at // 32
    return 0


def audit(given: argparse.Namespace) -> int:
    """Check a log."""
    policy = _policy(given.policy)
    place = place_of(given.place, given.opened)
    note = place.read("checkpoint")
    if note is None:
        raise WrongError("checkpoint is missing")
    head = read_head(note)
    check_head(head, policy, print)
    print(f"{head.origin}: {head.size} entries")
    memory = Path(given.remember) if given.remember else None
    known, before = b"", None
    if memory and (memory / "head").exists():
        before, known = read_head((memory / "head").read_bytes()), (memory / "leaves").read_bytes()
        if before.origin != head.origin or len(known) != 32 * before.size:
            raise NotCheckedError(f"{memory} remembers another log, or was not written whole")
    others = [("the head you saw before", before)] if before else []
    others += [(where, read_head(_given(where))) for where in given.compare]
    begun = time.perf_counter()
    look = Audit(place, head, known, _on(given.on), any_kind=given.any_kind)
    for where, other in others:
        if other.origin != head.origin:
            raise NotCheckedError(f"{where} is of another log")
        check_head(other, policy._replace(quorum="none"), lambda _: None)
        if other.size > head.size:
            look.findings.add(
                f"rolled back: {where} is over {other.size} entries, the log serves {head.size}"
            )
    look.run()
    for where, other in others:
        if other.size <= head.size and look.tree.root(0, other.size) != other.root:
            look.findings.add(
                f"forked: {where} is over entries 0 to {other.size - 1}, and so is this log, but they differ."
                f" Both heads are signed, keep them:\n{other.note.decode()}\n{head.note.decode()}"
            )
    if look.findings.count:
        return WRONG
    if memory:
        memory.mkdir(parents=True, exist_ok=True)
        for name, content in (("leaves", bytes(look.tree.rows[0])), ("head", head.note)):
            (memory / f"{name}.new").write_bytes(content)
        for name in ("leaves", "head"):
            (memory / f"{name}.new").replace(memory / name)
    spent = max(time.perf_counter() - begun, 1e-9)
    print(f"All {head.size} entries hold ({head.size / spent:,.0f} a second).")
    return HELD


# --- a report of numbers, which anybody makes of the log, byte by byte the same


COUNTED: Final = (  # fields whose values are counted
    *("accounts", "act", "acts", "asked", "automated_decision", "automated_detection", "basis"),
    *("category", "content", "ended", "facts", "given", "ground", "keywords", "lane", "outcome"),
    *("source", "territory", "way"),
)


class Tally:
    """Counts of a log: of orders by country and channel, and of everything else by kind."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, ...], int] = {}
        self._orders: dict[str, tuple[str, str]] = {}

    def add(self, entry: bytes) -> None:
        """Count an entry."""
        said = json.loads(entry)
        kind, when = said["kind"], said.get("week", said.get("day", ""))[:4]
        if kind == "authority.received":
            self._orders[said["case"]] = said["country"], said["channel"]
        of = self._orders.get(said["case"], ("", "")) if kind.startswith("authority.") else ("", "")
        self._count(when, *of, kind, "")
        for name in COUNTED:
            values = said.get(name, ())
            for value in values if isinstance(values, list) else [values] if values else ():
                self._count(when, *of, kind, f"{name}={value}")

    def _count(self, *row: str) -> None:
        self._counts[row] = self._counts.get(row, 0) + 1

    def csv(self, hidden: int) -> str:
        """Return the report (RFC 4180); what is hidden still is counted as such."""
        rows = [(*row, str(count)) for row, count in sorted(self._counts.items())]
        rows.append(("", "", "", "hidden", "", str(hidden)))
        head = ("year", "country", "channel", "kind", "value", "count")
        return "".join(f"{','.join(row)}\r\n" for row in [head, *rows])


def read_log(given: argparse.Namespace, each: Callable[[bytes], None]) -> Audit:
    """Check a log, and have each entry taken; of one that does not hold there are findings."""
    place = place_of(given.place, given.opened)
    note = place.read("checkpoint")
    if note is None:
        raise WrongError("checkpoint is missing")
    head = read_head(note)
    check_head(head, _policy(given.policy), lambda said: print(said, file=sys.stderr))
    look = Audit(place, head, b"", _on(given.on), any_kind=False)
    look.each = each
    look.run()
    return look


def report(given: argparse.Namespace) -> int:
    """Check a log, and print what it says in numbers."""
    tally = Tally()
    look = read_log(given, tally.add)
    if look.findings.count:
        return WRONG
    sys.stdout.write(tally.csv(look.promises.hidden))
    return HELD


# --- what a host serves, beside the build that its log says was started


class Builds:
    """What a log says of builds: the manifest of what each serves, and which was started last."""

    def __init__(self) -> None:
        self.web: dict[str, str] = {}
        self.started = ""

    def add(self, entry: bytes) -> None:
        """Look at an entry."""
        if b'"kind":"build.' in entry:
            said = json.loads(entry)
            if said["kind"] == "build.manifest":
                self.web[said["manifest"]] = said["web"]
            else:
                self.started = said["manifest"]


def web_manifest(manifest: str) -> str:
    """Return what of a build's manifest is served to everybody, each by its path there."""
    found = []
    for line in manifest.splitlines():
        hashed, _, name = line.partition("  ")
        for lying, served in (
            ("chappe/gateways/web/files/", "/"),
            ("chappe/gateways/web/log_page/", "/log/"),
            ("chappe/trust/ledger/report.py", "/log/report.py"),
            ("chappe/trust/ledger/verify.py", "/log/verify.py"),
        ):
            if name.startswith(lying):
                found.append((served + name.removeprefix(lying), hashed))
    return "".join(f"{hashed}  {name}\n" for name, hashed in sorted(found))


def served_lines(host: LogSite, builds: Builds, manifest: str) -> list[tuple[str, str]]:
    """Return the paths and hashes that the build which was started last serves."""
    if not builds.started:
        raise NotCheckedError("the log says of no build that it was started")
    if manifest:
        content = _given(manifest)
        if hashlib.sha256(content).hexdigest() != builds.started:
            raise WrongError(f"{manifest} is not the build that was started last")
        text = web_manifest(content.decode("utf-8", "replace"))
    else:
        text = (host.read("log/web.manifest") or b"").decode("utf-8", "replace")
    if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() != builds.web.get(
        builds.started
    ):
        raise WrongError("the list of served files is not that of the build which was started last")
    lines = [
        (name, hashed) for hashed, _, name in (row.partition("  ") for row in text.splitlines())
    ]
    return [*lines, *(("/", hashed) for name, hashed in lines if name == "/index.html")]


def web(given: argparse.Namespace) -> int:
    """Check what a host serves."""
    place = place_of(given.log or f"{given.host.rstrip('/')}/log", given.opened)
    note = place.read("checkpoint")
    if note is None:
        raise WrongError("checkpoint is missing")
    head = read_head(note)
    check_head(head, _policy(given.policy), print)
    look, builds = Audit(place, head, b"", _on(given.on), any_kind=False), Builds()
    look.each = builds.add
    look.run()
    host = given.opened.enter_context(contextlib.closing(LogSite(given.host)))
    lines = served_lines(host, builds, given.manifest)
    for name, hashed in lines:
        for packing in ("identity", "gzip"):
            content = host.read(name.removeprefix("/"), packing)
            if content is None:
                look.findings.add(f"{name} is missing")
            elif hashlib.sha256(content).hexdigest() != hashed:
                look.findings.add(f"{name} is not that of the build in the log ({packing})")
    if look.findings.count:
        return WRONG
    print(
        f"All {len(lines)} files that {given.host} serves are those of the build {builds.started}."
    )
    print(
        "NOT PREVENTED: a server that was changed says of itself what it likes, and may serve others"
        " something else."
    )
    return HELD


# --- receipts (https://c2sp.org/tlog-proof)


def check_inclusion(entry: bytes, index: int, way: list[bytes], head: Head) -> None:
    """Check that an entry is in the tree of a head."""
    here, last = index, head.size - 1
    found = hashlib.sha256(b"\0" + entry).digest()
    for other in way:
        if last == 0:
            raise WrongError("the way to the root is too long")
        if here & 1 or here == last:
            found = hashlib.sha256(b"\1" + other + found).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + other).digest()
        here, last = here >> 1, last >> 1
    if index >= head.size or last or found != head.root:
        raise WrongError(f"this entry is not entry {index} of the log")


def receipt(given: argparse.Namespace) -> int:
    """Check a receipt."""
    policy = _policy(given.policy)
    before, blank, note = _given(given.file).partition(b"\n\n")
    lines = before.decode("ascii", "replace").split("\n")
    if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise WrongError("not a receipt (c2sp.org/tlog-proof@v1)")
    beside: dict[str, Any] = {}
    if lines and lines[0].startswith("extra "):
        try:
            beside = dict(json.loads(bytes_of(lines.pop(0).removeprefix("extra "))))
        except (ValueError, TypeError, RecursionError):
            raise WrongError(
                "what stands beside the proof is not of the form of a receipt"
            ) from None
    entry = (
        _given(given.entry)
        if given.entry
        else str(beside.get("entry", "")).encode("utf-8", "replace")
    )
    if not entry:
        raise NotCheckedError("the receipt does not hold its entry: give it by --entry")
    if not lines or not lines[0].startswith("index "):
        raise WrongError("the receipt does not say which entry it is for")
    index = number_of(lines.pop(0).removeprefix("index "))
    head = read_head(note)
    check_head(head, policy, print)
    check_inclusion(entry, index, [bytes_of(line) for line in lines], head)
    check_entry(entry)
    print(f"Entry {index} of {head.origin} is: {entry.decode('ascii')}")
    key, identity = str(beside.get("record_key", "")), str(beside.get("identity", ""))
    if re.fullmatch(r"[0-9a-f]{64}", key, re.ASCII):
        named = b"chappe/subject/v1\n" + identity.encode("utf-8", "replace")
        subject = hmac.new(bytes.fromhex(key), named, hashlib.sha256).hexdigest()
        if json.loads(entry).get("subject") != subject:
            raise WrongError(f"the entry is not about {identity!r}")
        print(f"It is about {identity!r}, as the key in the receipt shows.")
    elif key:
        raise WrongError("the key in the receipt is none")
    return HELD


# --- the command


def _on(day: str) -> dt.date:
    """Return the day as of which a log is judged."""
    try:
        return dt.date.fromisoformat(day) if day else dt.datetime.now(dt.UTC).date()
    except ValueError:
        raise NotCheckedError(f"{day} is no day: give one as 2026-11-30") from None


def _given(where: str) -> bytes:
    """Return a file that was named on the command line, or what is served at an address."""
    try:
        if not re.match(r"https?://", where):
            return Path(where).read_bytes()
    except OSError as error:
        raise NotCheckedError(f"{where}: {error.strerror}") from None
    base, _, name = where.rpartition("/")
    with contextlib.closing(LogSite(base)) as site:
        content = site.read(name)
    if content is None:
        raise NotCheckedError(f"{where} is not there")
    return content


def _policy(where: str) -> Policy:
    try:
        return read_policy(_given(where))
    except WrongError as error:
        raise NotCheckedError(f"the policy cannot be read: {error}") from None


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    summary, _, rest = str(__doc__).partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("log", help="check a whole log")
    one.add_argument("place", help="the log's address, or a folder with its files")
    one.add_argument("--remember", metavar="FOLDER", help="what you saw, to compare with next time")
    one.add_argument(
        "--compare", metavar="HEAD", action="append", default=[], help="a head somebody else saw"
    )
    one.add_argument("--any-kind", action="store_true", help="the entries are not Chappe's")
    one.set_defaults(run=audit)
    three = commands.add_parser("report", help="print what a log says in numbers, as CSV")
    three.add_argument("place", help="the log's address, or a folder with its files")
    three.set_defaults(run=report)
    four = commands.add_parser("web", help="check that a host serves the build in its log")
    four.add_argument("host", help="the address of the server: https:// and its name")
    four.add_argument("--log", metavar="PLACE", help="its log; else what it serves below /log")
    four.add_argument(
        "--manifest", metavar="FILE", default="", help="the build.manifest of a wheel you trust"
    )
    four.set_defaults(run=web)
    for each in (one, three, four):
        each.add_argument(
            "--on", metavar="DAY", default="", help="judge as on this day; else today"
        )
    two = commands.add_parser("receipt", help="check a receipt, offline")
    two.add_argument("file")
    two.add_argument(
        "--entry", metavar="FILE", help="the entry, where the receipt does not hold it"
    )
    two.set_defaults(run=receipt)
    for each in (one, two, three, four):
        each.add_argument("--policy", required=True, help="whom you believe: a file, or an address")
    return run_checked(parser.parse_args(arguments))


def run_checked(given: argparse.Namespace) -> int:
    """Run what was chosen on the command line; say what is wrong, and return the exit code."""
    try:
        with contextlib.ExitStack() as given.opened:
            return int(given.run(given))
    except WrongError as error:
        print(f"WRONG: {error}")
        return WRONG
    except NotCheckedError as error:
        print(f"NOT CHECKED: {error}", file=sys.stderr)
        return NOT_CHECKED


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are what Python made
    sys.exit(main(sys.argv[1:]))
