"""Menu of reasons for a report."""

from typing import Final, NamedTuple

from chappe.tl import api

COMMENT: Final = "comment"
MAY_COMMENT: Final = "may comment"
# behind the option that comes back with a comment which need not be written: an empty one is an answer
ASKED: Final = "/asked"


class Step(NamedTuple):
    """One page of the menu: its title and, for each choice, the word it adds to the reason."""

    title: str
    choices: tuple[tuple[str, str], ...]


# reason so far → what is asked next
MENU: Final[dict[str, Step | str]] = {
    "": Step(
        "Report",
        (
            ("I don't like it", "dislike"),
            ("Child abuse", "child abuse"),
            ("Violence", "violence"),
            ("Illegal goods", "illegal goods"),
            ("Illegal adult content", "adult"),
            ("Personal data", "personal data"),
            ("Terrorism", "terrorism"),
            ("Scam or spam", "scam"),
            ("Copyright", "copyright"),
            ("Illegal where I live", "illegal"),
            ("Something else", "other"),
        ),
    ),
    "violence": Step(
        "What is it?",
        (
            ("Insults or false information", "insults"),
            ("Graphic or disturbing content", "graphic"),
            ("Extreme violence", "extreme"),
            ("Hate speech or symbols", "hate"),
            ("Calling for violence", "calls"),
            ("Organised crime", "crime"),
        ),
    ),
    "scam": Step(
        "What is it?",
        (
            ("Phishing", "phishing"),
            ("Impersonation", "impersonation"),
            ("Fraudulent sales", "fraud"),
            ("Spam", "spam"),
        ),
    ),
    "illegal": COMMENT,  # which law, in the reporter's words
    "other": COMMENT,
    "copyright": COMMENT,
    "personal data": MAY_COMMENT,
    "child abuse": MAY_COMMENT,
    "terrorism": MAY_COMMENT,
}


def is_reason(reason: str) -> bool:
    """Whether a reason is one the menu can lead to."""
    first, _, second = said(reason).partition("/")
    start = MENU[""]
    if not isinstance(start, Step) or first not in {word for _, word in start.choices}:
        return False
    step = MENU.get(first)
    if isinstance(step, Step):
        return not second or second in {word for _, word in step.choices}
    return not second


def said(reason: str) -> str:
    """Return a reason without the mark that a comment on it was asked for."""
    bare = reason.removesuffix(ASKED)
    return bare if MENU.get(bare) == MAY_COMMENT else reason


def next_step(reason: str) -> api.ReportResultAddComment | api.ReportResultChooseOption | None:
    """Return what the reporter is asked next; None when the reason is complete."""
    step = MENU.get(reason)
    if isinstance(step, Step):
        prefix = f"{reason}/" if reason else ""
        return api.ReportResultChooseOption(
            title=step.title,
            options=[
                api.MessageReportOption(text=text, option=(prefix + word).encode())
                for text, word in step.choices
            ],
        )
    if step == COMMENT:
        return api.ReportResultAddComment(optional=False, option=reason.encode())
    if step == MAY_COMMENT:
        return api.ReportResultAddComment(optional=True, option=(reason + ASKED).encode())
    return None
