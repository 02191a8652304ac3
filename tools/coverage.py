"""Write docs/coverage.md: what becomes of every method of the schema.

`python -m tools.coverage` writes the page from `chappe.app.methods()`, the table of empty answers and the
schema; with `--check` it only says whether the page is up to date.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from chappe.app.slices import methods
from chappe.features.help.absent import ABSENT
from chappe.rpc import Home, Method
from chappe.tl.layers.up import MOVED
from chappe.tl.schema import LAYER, LAYERS, schema

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "coverage.md"
HEAD: Final = """\
# Coverage

Made by `python -m tools.coverage` from the source; do not edit. Every method that a client of a supported
layer ({first} to {last}) can call is listed, with what it gets:

* **served**: does what it says.
* **empty**: answers correctly that there is none. Clients ask for these at start and need an answer.
* **refused**: answers with an error that the method declares, whatever is asked.
* **wrapper**: carries another call; taken off before that call is served.
* **not served**: answers `400 METHOD_NOT_SERVED` to whoever calls it. Nothing hangs and nothing closes.

*Who* is who may call: **any** key, also a temporary one that is not bound; a permanent or bound **key**;
somebody logged in (**login**); a person (**user**); a **bot**. *Rate* is the bucket of
[limits.md](limits.md) it draws from. *Changes* is the box it changes
itself: the **caller**'s; that of the **peer**, the chat or channel the request names; the **log** of the
conversation, which is the channel's or else the caller's; that of the calling **key**; or one the
**house** keeps for all.

"""
WRAPPERS: Final = {
    "initConnection": "Says what app and device this is; shown in the list of sessions.",
    "invokeAfterMsg": "Waits for an earlier call, and fails if that failed.",
    "invokeAfterMsgs": "Waits for earlier calls, and fails if one of them failed.",
    "invokeWithApnsSecret": "Taken off; no such proof is asked for here.",
    "invokeWithBusinessConnection": "Refused: there are no business accounts here.",
    "invokeWithGooglePlayIntegrity": "Taken off; no such proof is asked for here.",
    "invokeWithLayer": "Says the layer of the key.",
    "invokeWithMessagesRange": "Taken off; the range is not used.",
    "invokeWithReCaptcha": "Taken off; no such proof is asked for here.",
    "invokeWithTakeout": "Taken off; there is no takeout.",
    "invokeWithoutUpdates": "This session gets no pushes.",
}
EMPTY_WORDS: Final = re.compile(r"(Return (none|no|an empty page)\b|Take note;|Agree)")
REFUSED_WORDS: Final = re.compile(r"Refuse:")
REASONS: Final = (  # the first pattern that fits a method's name says why it is not served
    (
        r"^(payments|fragment|smsjobs|premium)\.|PaidM|Premium|Stars|Gift|Sponsored|FactCheck",
        "nothing is bought, sold or advertised here",
    ),
    (
        r"^aicompose\.|[tT]ranslat|[sS]ummar|WithAI$|[tT]ranscri",
        "no text or voice is given to a model here",
    ),
    (r"Business|QuickRepl|Connected", "no business accounts"),
    (r"^phone\.|[gG]roupCall|Call", "no calls yet"),
    (r"^(communities|stats)\.", "no communities or statistics yet"),
    (r"^bots\.|Bot|Inline|WebView|Callback|Game|UrlAuth|Attach|^ephemeral\.", "no bots yet"),
    (r"^stories\.|Stories|Story", "no stories yet"),
    (r"Encrypt|DhConfig|receivedQueue", "no secret chats yet"),
    (
        r"^(upload|photos)\.|Media|Document|File|Photo|Gif|Ringtone|Music|WallPaper",
        "no such collection of files yet",
    ),
    (r"^stickers\.|Sticker|Emoji", "no stickers yet"),
    (r"Reaction", "no reactions yet"),
    (
        r"Chat|Topic|Discussion|Thread|Replies|Admin|Participant|Invite|Join|SendAs|Mention|Onlines",
        "this part of groups and channels is not built yet",
    ),
    (
        r"^channels\.|Screenshot|NoForwards|Forum|SuggestedPost",
        "this part of groups and channels is not built yet",
    ),
    (r"[rR]eport", "no moderation desk yet"),
    (r"Passkey", "no passkeys yet"),
    (r"Secure|Authorization(Form)?$|Passport|acceptAuthorization|TmpPassword", "no passport"),
    (
        r"Firebase|MissingCode|PlayIntegrity|Apns|ReCaptcha|Sms|RequestFirebase",
        "no numbers are checked through a phone maker or by SMS",
    ),
    (r"Theme|Color|Wall", "no themes yet"),
    (r"Takeout|Import", "no takeout or import yet"),
)


class Line(NamedTuple):
    """What becomes of one method."""

    name: str
    answer: str
    who: str
    rate: str
    changes: str
    meaning: str


def _served(name: str, method: Method) -> Line:
    if method.request in ABSENT or EMPTY_WORDS.match(method.summary):
        answer = "empty"
    elif REFUSED_WORDS.match(method.summary):
        answer = "refused"
    else:
        answer = "served"
    changes = "" if method.home is Home.NONE else method.home.value
    return Line(name, answer, method.needs.value, method.rate.name, changes, method.summary)


def _reason(name: str) -> str:
    for pattern, reason in REASONS:
        if re.search(pattern, name):
            return reason
    return "not built yet"


def lines() -> list[Line]:
    """Return a line for every method a supported layer has, by name."""
    served = {request.tl_name: method for request, method in methods().items()}
    found = []
    for name in sorted({c.name for c in schema().combinators() if c.is_method}):
        last = schema().newest(name).last
        if last < min(LAYERS):
            continue
        moved = MOVED.get(name, "")
        if moved in served:
            old = _served(name, served[moved])
            since = min(c.first for c in schema().combinators() if c.name == moved)
            meaning = f"As `{moved}`, which is its name since layer {since}."
            found.append(old._replace(meaning=meaning))
        elif name in served:
            found.append(_served(name, served[name]))
        elif name in WRAPPERS:
            found.append(Line(name, "wrapper", "", "", "", WRAPPERS[name]))
        else:
            gone = f" (gone since layer {last + 1})" if last < LAYER else ""
            found.append(Line(name, "not served", "", "", "", _reason(name) + gone))
    return found


def page() -> str:
    """Return the text of docs/coverage.md."""
    every = lines()
    counted = Counter(line.answer for line in every)
    out = [HEAD.format(first=min(LAYERS), last=max(LAYERS))]
    out.append("| answer | methods |\n| --- | ---: |\n")
    out += [f"| {answer} | {count} |\n" for answer, count in counted.most_common()]
    area = None
    for line in every:
        own = line.name.rpartition(".")[0] or "around a call"
        if own != area:
            area = own
            out.append(
                f"\n## {area}\n\n| method | answer | who | rate | changes | what, or why not |\n"
            )
            out.append("| --- | --- | --- | --- | --- | --- |\n")
        cells = (line.answer, line.who, line.rate, line.changes, line.meaning)
        out.append(f"| `{line.name}` | {' | '.join(cells)} |\n")
    return "".join(out)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text("utf-8") == page():
            return 0
        print("docs/coverage.md is not what is served: run `python -m tools.coverage`.")
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
