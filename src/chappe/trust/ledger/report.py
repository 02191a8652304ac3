"""Make the reports of moderation out of a public log: one file, beside `verify.py`, which checks the log.

    python3 report.py tables https://chappe.example/log --policy policy.txt --year 2026 FOLDER
    python3 report.py statements https://chappe.example/log --policy policy.txt --year 2026 FOLDER

`tables` writes ten CSV files (RFC 4180) after the sections of Commission Implementing Regulation (EU)
2024/2835, Annex I: for Articles 15 and 24 of Regulation (EU) 2022/2065. `statements` writes the statements of
reasons as the DSA Transparency Database takes them, a hundred a file, and checks each by its rules; it sends
nothing. Whoever asks of the same log gets the same bytes. Of a log that does not hold there is no report.

What the log does not have cannot be in a report: names, the paragraph of a national law, how many people use
the service. The headings of the tables are ours and not those of the Commission's own sheets; each row says
to which section it belongs.

Exit codes are those of `verify.py`; also 1 where a statement would not be taken.
"""

import argparse
import hashlib
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

if __package__:
    from . import verify
else:  # a stranger has both files in one folder
    import verify  # type: ignore[import-not-found, no-redef]  # as above

STATEMENTS_MAX: Final = 100  # statements in one file, as the database takes them at once
PUID_CHARACTERS: Final = 32  # of the hash of an entry by which a statement is known
TEXT_MAX: Final = 500  # characters of most texts of a statement
EXPLANATION_MAX: Final = 2_000  # characters of why something is illegal
FACTS_TEXT_MAX: Final = 5_000  # characters of the facts of a statement
ROLES: Final = ("child-safety", "moderator", "reviewer")  # who moderates

Entry = Mapping[str, Any]

# --- the words of the DSA Transparency Database: see `desks/moderation/vocabulary.py`, which has the same

# of an act: visibility, provision, account, and what is said where the visibility is OTHER
ACTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "remove": ("CONTENT_REMOVED", "", "", ""),
    "restrict": ("CONTENT_DISABLED", "", "", ""),
    "mark-scam": ("CONTENT_LABELLED", "", "", ""),
    "mark-fake": ("CONTENT_LABELLED", "", "", ""),
    "freeze": ("", "PARTIAL_SUSPENSION", "SUSPENDED", ""),
    "close": ("CONTENT_DISABLED", "", "", ""),
    "ban": ("", "TOTAL_SUSPENSION", "SUSPENDED", ""),
    "erase": ("", "TOTAL_TERMINATION", "TERMINATED", ""),
    "bank-hash": ("OTHER", "", "", "the file cannot be published again"),
}
# the gravest counts where a decision has several
PROVISIONS: Final = ("", "PARTIAL_SUSPENSION", "TOTAL_SUSPENSION", "TOTAL_TERMINATION")
ACCOUNTS: Final = ("", "SUSPENDED", "TERMINATED")
NATIONAL_LAW: Final = "national law of the countries in the territorial scope"
LAWS: Final[Mapping[str, str]] = {  # of a keyword, else of a category
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
    "CONSUMER_INFORMATION": "Directive 2005/29/EC",
    "CYBER_VIOLENCE_AGAINST_WOMEN": "Directive (EU) 2024/1385",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "Regulation (EU) 2016/679",
    "UNSAFE_AND_PROHIBITED_PRODUCTS": "Regulation (EU) 2023/988",
}
FACTS: Final[Mapping[str, str]] = {
    "account-reviewed": "A person looked at what everybody sees of the account.",
    "content-reviewed": "A person looked at what was reported.",
    "deleted-by-sender": "It was deleted after it was reported.",
    "done-together": "Many accounts did the same at the same time.",
    "known-file": "The file is on a list of files that this server keeps.",
    "law-named": "Whoever reported it named the law.",
    "leads-elsewhere": "It leads to a site or file outside.",
    "person-in-danger": "It puts somebody in danger.",
    "pretends": "It pretends to be somebody else.",
    "private-place": "It was in a place that few can see.",
    "public-place": "It was in a place that everybody can see.",
    "same-before": "The same was decided about this account before.",
    "sent-to-many": "It was sent to many people.",
    "several-reports": "Several people reported it.",
    "warned-before": "This account was warned before.",
}
SOURCES: Final[Mapping[str, str]] = {
    "ARTICLE_16": "SOURCE_ARTICLE_16",
    "OTHER": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "TRUSTED_FLAGGER": "SOURCE_TRUSTED_FLAGGER",
    "VOLUNTARY": "SOURCE_VOLUNTARY",
}
AUTOMATION: Final[Mapping[str, str]] = {
    "FULLY": "AUTOMATED_DECISION_FULLY",
    "NOT": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "PARTIALLY": "AUTOMATED_DECISION_PARTIALLY",
}
_EEA: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
EEA: Final = _EEA.split()


# --- statements of reasons


def law_of(category: str, keywords: Sequence[str]) -> str:
    """Return which law a decision about illegal content stands on, as closely as the log says it."""
    for word in (*keywords, category):
        if word in LAWS:
            return LAWS[word]
    return NATIONAL_LAW


def statement(content: bytes) -> dict[str, Any]:
    """Return the statement of reasons of an entry `moderation.decision`, as the database takes it."""
    said = json.loads(content)
    acts = [ACTS[act] for act in said["acts"]]
    provision = max((act[1] for act in acts), key=PROVISIONS.index)
    account = max((act[2] for act in acts), key=ACCOUNTS.index)
    visibility = sorted({act[0] for act in acts} - {""})
    keywords = said.get("keywords", [])
    made: dict[str, Any] = {
        "application_date": said["day"],
        "automated_decision": AUTOMATION[said["automated_decision"]],
        "automated_detection": said["automated_detection"].capitalize(),
        "category": f"STATEMENT_CATEGORY_{said['category']}",
        "content_date": said.get("content_day", said["day"]),
        "content_type": [f"CONTENT_TYPE_{one}" for one in said["content"]],
        "decision_facts": " ".join(FACTS[one] for one in said["facts"]),
        "puid": hashlib.sha256(content).hexdigest()[:PUID_CHARACTERS],
        "source_type": SOURCES[said["source"]],
        "territorial_scope": said.get("territory", EEA),
        **_ground(said, keywords),
    }
    if "OTHER" in said["content"]:
        made["content_type_other"] = "an account, group or channel"
    if keywords:
        made["category_specification"] = [f"KEYWORD_{one}" for one in keywords]
    if visibility:
        made["decision_visibility"] = [f"DECISION_VISIBILITY_{one}" for one in visibility]
    if "OTHER" in visibility:
        made["decision_visibility_other"] = "; ".join(sorted({act[3] for act in acts} - {""}))
    if provision:
        made["decision_provision"] = f"DECISION_PROVISION_{provision}"
    if account:
        made |= {"decision_account": f"DECISION_ACCOUNT_{account}", "account_type": PRIVATE}
    if "ends" in said:
        kinds = {"visibility": visibility, "service": provision, "account": account}
        made |= {f"end_date_{n}_restriction": said["ends"] for n, there in kinds.items() if there}
    return made


PRIVATE: Final = "ACCOUNT_TYPE_PRIVATE"


def _ground(said: Entry, keywords: Sequence[str]) -> dict[str, str]:
    kind = said["category"].replace("_", " ").lower()
    if said["ground"] == "ILLEGAL":
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": law_of(said["category"], keywords),
            "illegal_content_explanation": f"It was found to be of the kind that this law names: {kind}.",
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "the terms of use of this server",
        "incompatible_content_explanation": f"It was found to be of the kind that they name: {kind}.",
    }


# --- whether the database would take a statement: its rules of validation, commit 69e80a0b

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PUID: Final = re.compile(r"[a-zA-Z0-9_-]{1,500}", re.ASCII)
_LISTS: Final[Mapping[str, str]] = {  # field → prefix of its words
    "decision_visibility": "DECISION_VISIBILITY_",
    "content_type": "CONTENT_TYPE_",
    "category_specification": "KEYWORD_",
    "territorial_scope": "",
}
_REQUIRED: Final = (
    *("application_date", "automated_decision", "automated_detection", "category", "content_date"),
    *("content_type", "decision_facts", "decision_ground", "puid", "source_type"),
)
_RESTRICTIONS: Final = (
    *("decision_visibility", "decision_monetary", "decision_provision", "decision_account"),
)
_LONGEST: Final[Mapping[str, int]] = {
    "content_type_other": TEXT_MAX,
    "decision_facts": FACTS_TEXT_MAX,
    "decision_visibility_other": TEXT_MAX,
    "illegal_content_explanation": EXPLANATION_MAX,
    "illegal_content_legal_ground": TEXT_MAX,
    "incompatible_content_explanation": EXPLANATION_MAX,
    "incompatible_content_ground": TEXT_MAX,
}
_WHERE_NEEDED: Final = (  # where a field has a value, another must be there
    ("decision_visibility", "DECISION_VISIBILITY_OTHER", "decision_visibility_other"),
    ("content_type", "CONTENT_TYPE_OTHER", "content_type_other"),
    ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_legal_ground"),
    ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_explanation"),
    ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "incompatible_content_ground"),
    ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "incompatible_content_explanation"),
)


def _kinds(field: str) -> set[str]:
    """The words of a field of decisions in the log."""
    said = verify.KINDS["moderation.decision"]
    found = next(w for w in said.split() if w.partition(":")[0].rstrip("?") == field)
    return {*found.partition(":")[2].strip("[]").split("|")}


WORDS: Final[Mapping[str, frozenset[str]]] = {
    "account_type": frozenset({"ACCOUNT_TYPE_BUSINESS", PRIVATE}),
    "automated_decision": frozenset(AUTOMATION.values()),
    "automated_detection": frozenset({"Yes", "No"}),
    "category": frozenset(f"STATEMENT_CATEGORY_{one}" for one in _kinds("category")),
    "category_specification": frozenset(f"KEYWORD_{one}" for one in _kinds("keywords")),
    "content_type": frozenset(f"CONTENT_TYPE_{one}" for one in _kinds("content")),
    "decision_account": frozenset(f"DECISION_ACCOUNT_{one}" for one in ACCOUNTS[1:]),
    "decision_ground": frozenset(
        f"DECISION_GROUND_{one}_CONTENT" for one in ("ILLEGAL", "INCOMPATIBLE")
    ),
    "decision_provision": frozenset(
        f"DECISION_PROVISION_{one}"
        for one in (
            "PARTIAL_SUSPENSION",
            "TOTAL_SUSPENSION",
            "PARTIAL_TERMINATION",
            "TOTAL_TERMINATION",
        )
    ),
    "decision_visibility": frozenset(
        f"DECISION_VISIBILITY_{one}"
        for one in (
            *("CONTENT_REMOVED", "CONTENT_DISABLED", "CONTENT_DEMOTED", "CONTENT_AGE_RESTRICTED"),
            *("CONTENT_INTERACTION_RESTRICTED", "CONTENT_LABELLED", "OTHER"),
        )
    ),
    "source_type": frozenset(SOURCES.values()),
    "territorial_scope": frozenset(EEA),
}


def problems(made: Mapping[str, Any]) -> list[str]:
    """Return why the database would not take a statement; nothing if it would."""
    found = [f"{name} is missing" for name in _REQUIRED if not made.get(name)]
    if not any(made.get(name) for name in _RESTRICTIONS):
        found.append("no restriction is named")
    for name, value in made.items():
        if name in WORDS:
            is_list = name in _LISTS
            if is_list != isinstance(value, list):
                found.append(f"{name} is {'no' if is_list else 'a'} list")
            given = value if isinstance(value, list) else [value]
            found += [f"{name} cannot be {one}" for one in given if one not in WORDS[name]]
        elif name in _LONGEST and len(value) > _LONGEST[name]:
            found.append(f"{name} is too long")
        elif name.endswith("_date") or name.startswith("end_date_"):
            found += _wrong_day(name, value, made)
        elif name not in {"puid", *_LONGEST}:
            found.append(f"{name} is no field")
    for name, word, other in _WHERE_NEEDED:
        given = made.get(name, "")
        if (word in given if isinstance(given, list) else word == given) != bool(made.get(other)):
            found.append(f"{other} does not fit {name}")
    if not _PUID.fullmatch(str(made.get("puid", ""))):
        found.append("puid has another form")
    return found


def _wrong_day(name: str, value: str, made: Mapping[str, Any]) -> Iterable[str]:
    first = {"content_date": "2000-01-01"}.get(name, "2020-01-01")
    if name.startswith("end_date_"):
        first = made.get("application_date", first)
    try:
        right = bool(_DAY.fullmatch(value)) and date.fromisoformat(value) is not None
    except ValueError:
        right = False
    if not right or not first <= value <= "2038-01-01":
        yield f"{name} is no day, or too early or late: {value}"


# --- the ten tables


class Year:
    """What a log says of one calendar year."""

    def __init__(self, origin: str, year: int) -> None:
        self.origin, self.year = origin, str(year)
        self.received: dict[str, tuple[str, str]] = {}  # case → day and source
        self.appealed: dict[str, str] = {}  # case → day
        self.late: set[str] = set()
        self.orders: dict[str, Entry] = {}
        self.people: dict[str, tuple[str, ...]] = {}  # staff → roles, at the end of the year
        self.detected: dict[str, tuple[str, str]] = {}  # case → how it was found and decided
        self.counts: dict[str, Counter[tuple[str, ...]]] = {}
        self.days: dict[tuple[str, ...], list[int]] = {}

    def count(self, table: str, *row: str) -> None:
        """Count a row of a table."""
        self.counts.setdefault(table, Counter())[row] += 1

    def add(self, content: bytes) -> None:
        """Take an entry."""
        if not content.startswith(b"{"):
            return
        said = json.loads(content)
        kind, _, step = said["kind"].partition(".")
        when = said.get("week", said.get("day", ""))[:4]
        if kind == "staff" and when <= self.year:
            self._staff(step, said)
        elif kind == "authority":
            self._order(step, said, when == self.year)
        elif kind == "moderation":
            self._case(step, said, when == self.year)

    def _staff(self, step: str, said: Entry) -> None:
        if step == "removed":
            self.people.pop(said["staff"], None)
        elif "roles" in said:
            self.people[said["staff"]] = tuple(said["roles"])

    def _order(self, step: str, said: Entry, counts: bool) -> None:  # noqa: FBT001  a fact of the entry
        if step == "received":
            self.orders[said["case"]] = said
        order = self.orders.get(said["case"])
        if order is None or not counts:
            return
        table = "act" if order["channel"] in {"DSA9", "TCO"} else "inform"
        what = said.get("outcome", said.get("ended", step))
        self.count(table, order["country"], order["channel"], order["basis"], what)

    def _case(self, step: str, said: Entry, counts: bool) -> None:  # noqa: FBT001  a fact of the entry
        case = said.get("case", "")
        if step == "received":
            self.received[case] = said["day"], said["source"]
        elif step == "appealed":
            self.appealed[case] = said["day"]
        elif step == "decision":
            self.detected[case] = said["automated_detection"], said["automated_decision"]
        if counts:
            getattr(self, f"_{step}", lambda _: None)(said)

    def _received(self, said: Entry) -> None:
        self.count("notices", said["source"], "received")

    def _late(self, said: Entry) -> None:
        if said["case"] not in self.late:
            self.late.add(said["case"])
            self.count("notices", self._source(said), "late")

    def _source(self, said: Entry) -> str:
        return self.received.get(said["case"], ("", "OTHER"))[1]

    def _closed(self, said: Entry) -> None:
        source = self._source(said)
        self.count("notices", source, said["outcome"])
        known = self.received.get(said["case"])
        begun = said["day"] if known is None else known[0]
        self.days.setdefault(("notices", source), []).append(_apart(begun, said["day"]))

    def _decision(self, said: Entry) -> None:
        for act in said["acts"]:
            for keyword in said.get("keywords", [""]):
                row = said["category"], keyword, act, said["automated_detection"]
                if said["source"] == "VOLUNTARY":
                    self.count(f"own {said['ground']}", *row)
                self.count("every", said["ground"], *row[:3], said["source"])
        self.count("machine", said["automated_detection"], said["automated_decision"], "decided")

    def _appealed(self, said: Entry) -> None:
        self.count("appeals", said["way"], "filed")

    def _appeal(self, said: Entry) -> None:
        self.count("appeals", "", said["outcome"])
        begun: str = self.appealed.get(said["case"]) or said["day"]
        self.days.setdefault(("appeals",), []).append(_apart(begun, said["day"]))
        if said["outcome"] != "upheld":
            self.count("machine", *self.detected.get(said["case"], ("no", "NOT")), said["outcome"])

    # as files

    def files(self) -> dict[str, str]:
        """Return the ten files, by name."""
        roles = Counter(role for held in self.people.values() for role in held)
        identity = [
            ("service", self.origin),
            ("period", f"{self.year}-01-01/{self.year}-12-31"),
            ("law", "Regulation (EU) 2022/2065, Articles 15 and 24"),
            ("form", "Implementing Regulation (EU) 2024/2835, Annex I"),
        ]
        orders = ("country", "channel", "basis", "step", "count")
        own = ("category", "keyword", "act", "found_by_machine", "count")
        return {
            "01-identification.csv": table("1.1", ("field", "value"), identity),
            "02-orders-to-act.csv": table("1.2.1", orders, self._rows("act")),
            "03-orders-for-information.csv": table("1.2.2", orders, self._rows("inform")),
            "04-notices.csv": table("1.3", ("source", "step", "count"), self._notices()),
            "05-own-initiative-illegal.csv": table("1.4", own, self._rows("own ILLEGAL")),
            "06-own-initiative-terms.csv": table("1.4", own, self._rows("own INCOMPATIBLE")),
            "07-restrictions.csv": table(
                "1.3 and 1.4",
                ("ground", "category", "keyword", "act", "source", "count"),
                self._rows("every"),
            ),
            "08-complaints.csv": table("1.5.1", ("way", "step", "count"), self._appeals()),
            "09-automated-means.csv": table(
                "1.6", ("found_by_machine", "decided", "step", "count"), self._rows("machine")
            ),
            "10-people.csv": table("1.7", ("role", "count"), [(r, str(roles[r])) for r in ROLES]),
        }

    def _rows(self, name: str) -> list[tuple[str, ...]]:
        return [(*row, str(count)) for row, count in sorted(self.counts.get(name, {}).items())]

    def _notices(self) -> list[tuple[str, ...]]:
        medians = [
            (key[1], "median_days", _median(days))
            for key, days in sorted(self.days.items())
            if key[0] == "notices"
        ]
        return sorted([*self._rows("notices"), *medians])

    def _appeals(self) -> list[tuple[str, ...]]:
        days = self.days.get(("appeals",))
        return [*self._rows("appeals"), *([("", "median_days", _median(days))] if days else [])]


def _apart(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _median(days: Sequence[int]) -> str:
    return str(statistics.median_low(days))


def table(section: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a file (RFC 4180) whose first column names the section it is of."""
    lines = [("section", *head), *((section, *row) for row in rows)]
    return "".join(f"{','.join(_quoted(one) for one in line)}\r\n" for line in lines)


def _quoted(text: str) -> str:
    if re.search(r'[",\r\n]', text):
        return '"' + text.replace('"', '""') + '"'
    return text


# --- the command


def tables(given: argparse.Namespace) -> int:
    """Write the tables of a year."""
    entries: list[bytes] = []
    look = verify.read_log(given, entries.append)
    if look.findings.count:
        return verify.WRONG
    year = Year(look.head.origin, given.year)
    for one in entries:
        year.add(one)
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, content in year.files().items():
        (given.folder / name).write_bytes(content.encode())
        print(given.folder / name)
    return verify.HELD


def statements(given: argparse.Namespace) -> int:
    """Write the statements of a year, and say which the database would not take."""
    made: list[dict[str, Any]] = []

    def take(content: bytes) -> None:
        if b'"kind":"moderation.decision"' in content:
            one = statement(content)
            if one["application_date"].startswith(str(given.year)):
                made.append(one)

    if verify.read_log(given, take).findings.count:
        return verify.WRONG
    wrong = [(one["puid"], why) for one in made for why in problems(one)]
    for puid, why in wrong:
        print(f"WRONG: {puid}: {why}")
    given.folder.mkdir(parents=True, exist_ok=True)
    for number, begin in enumerate(range(0, len(made), STATEMENTS_MAX), 1):
        file = given.folder / f"statements-{given.year}-{number:05}.json"
        some = {"statements": made[begin : begin + STATEMENTS_MAX]}
        file.write_bytes(json.dumps(some, indent=1, sort_keys=True).encode() + b"\n")
        print(file)
    print(f"{len(made)} statements, {len({puid for puid, _ in wrong})} would not be taken.")
    return verify.WRONG if wrong else verify.HELD


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    summary, _, rest = str(__doc__).partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for name, run, said in (
        ("tables", tables, "write the ten tables of a year"),
        ("statements", statements, "write the statements of reasons of a year, and check them"),
    ):
        one = commands.add_parser(name, help=said)
        one.add_argument("place", help="the log's address, or a folder with its files")
        one.add_argument("folder", type=Path, help="where the files go")
        one.add_argument("--policy", required=True, help="whom you believe: a file, or an address")
        one.add_argument("--year", type=int, required=True, help="such as 2026")
        one.add_argument("--on", metavar="DAY", default="", help="judge as on this day; else today")
        one.set_defaults(run=run)
    return verify.run_checked(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
