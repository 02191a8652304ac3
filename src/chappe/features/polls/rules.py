"""Rules for polls and votes, as pure functions."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from chappe.markup import units
from chappe.texts import Entity, take_entities
from chappe.tl import api, errors

from .records import ANSWERS_MAX, Definition, Poll, PollOption

ANSWERS_MIN: Final = 2
QUESTION_UNITS_MAX: Final = 300  # UTF-16 units of a question
ANSWER_UNITS_MAX: Final = 100  # UTF-16 units of an answer
SOLUTION_UNITS_MAX: Final = 200  # UTF-16 units of a quiz's explanation
OPTION_BYTES_MAX: Final = 100  # bytes a client may call an answer
CLOSE_S_MIN: Final = 5  # seconds a poll is open at least, if it closes by itself
CLOSE_S_MAX: Final = 2_678_400  # seconds a poll is open at most, if it closes by itself
MEMBER_S: Final = 86_400  # seconds one must have been a member to vote where only members may

MAKE_ERRORS: Final = (
    errors.PollQuestionInvalid,
    errors.PollAnswersInvalid,
    errors.PollAnswerInvalid,
    errors.PollOptionDuplicate,
    errors.PollOptionInvalid,
    errors.QuizCorrectAnswersEmpty,
    errors.QuizCorrectAnswersTooMuch,
    errors.QuizCorrectAnswerInvalid,
    errors.MediaInvalid,
    errors.EntityBoundsInvalid,
    errors.BroadcastPublicVotersForbidden,
)


def _text(given: Any, units_max: int, refusal: type[errors.RpcError]) -> tuple[str, Any]:
    """Return a short text; the only entities it may have are custom emoji."""
    text = getattr(given, "text", given)
    if units(text) > units_max:
        raise refusal
    cleaned, entities = take_entities(getattr(given, "entities", None), text)
    if not cleaned:
        raise refusal
    return cleaned, tuple(e for e in entities if e[0] == "MessageEntityCustomEmoji")


def _solution(given: Any) -> tuple[str, tuple[Entity, ...]]:
    if given.solution_media is not None:
        raise errors.MediaInvalid
    text = given.solution or ""
    if units(text) > SOLUTION_UNITS_MAX:
        raise errors.PollAnswerInvalid
    return take_entities(given.solution_entities, text)


def answer_of(given: Any, number: int) -> PollOption:
    """Return a PollAnswer a client gives, by the name it gives it or one of ours.

    Raises:
        errors.PollAnswerInvalid, errors.PollOptionInvalid, errors.MediaInvalid
    """
    if given.media is not None:
        raise errors.MediaInvalid
    text, entities = _text(given.text, ANSWER_UNITS_MAX, errors.PollAnswerInvalid)
    option = getattr(given, "option", b"") or b"%d" % number
    if len(option) > OPTION_BYTES_MAX:
        raise errors.PollOptionInvalid
    return PollOption(number=number, option=option, text=text, entities=entities)


def check_answers(answers: Sequence[PollOption]) -> None:
    """Check that there are neither too many answers nor the same twice.

    Raises:
        errors.PollAnswersInvalid, errors.PollOptionDuplicate
    """
    if not ANSWERS_MIN <= len(answers) <= ANSWERS_MAX:
        raise errors.PollAnswersInvalid
    if len({a.option for a in answers}) != len(answers):
        raise errors.PollOptionDuplicate


def _correct(given: Any, answers: Sequence[PollOption], *, multiple: bool) -> tuple[int, ...]:
    """Return the numbers of a quiz's right answers."""
    places = list(dict.fromkeys(given.correct_answers or ()))
    if not places:
        raise errors.QuizCorrectAnswersEmpty
    if len(places) > 1 and not multiple:
        raise errors.QuizCorrectAnswersTooMuch
    if any(not 0 <= place < len(answers) for place in places):
        raise errors.QuizCorrectAnswerInvalid
    return tuple(answers[place].number for place in places)


def check_closing(period: int, date: int, now: int) -> None:
    """Check when a poll is to close by itself; zeros for never.

    Raises:
        errors.PollAnswersInvalid: it never could, or not so soon or late.
    """
    if period and date:
        raise errors.PollAnswersInvalid
    open_for = period or (date - now if date else CLOSE_S_MIN)
    if not CLOSE_S_MIN <= open_for <= CLOSE_S_MAX:
        raise errors.PollAnswersInvalid


def definition(given: api.InputMediaPoll, maker: int, now: int) -> Definition:
    """Return what an InputMediaPoll asks.

    Raises:
        MAKE_ERRORS
    """
    poll: Any = given.poll
    if given.attached_media is not None or poll.countries_iso2:
        raise errors.MediaInvalid
    question, entities = _text(poll.question, QUESTION_UNITS_MAX, errors.PollQuestionInvalid)
    if len(poll.answers) > ANSWERS_MAX:
        raise errors.PollAnswersInvalid
    answers = tuple(answer_of(a, number) for number, a in enumerate(poll.answers))
    check_answers(answers)
    if poll.quiz and poll.open_answers:
        raise errors.PollAnswersInvalid
    correct = _correct(given, answers, multiple=poll.multiple_choice) if poll.quiz else ()
    solution, solution_entities = _solution(given) if poll.quiz else ("", ())
    check_closing(poll.close_period or 0, poll.close_date or 0, now)
    return Definition(
        maker=maker,
        question=question,
        entities=entities,
        answers=answers,
        public=poll.public_voters,
        multiple=poll.multiple_choice,
        quiz=poll.quiz,
        open=poll.open_answers,
        fixed=poll.revoting_disabled,
        shuffle=poll.shuffle_answers,
        hidden=poll.hide_results_until_close,
        members_only=poll.subscribers_only,
        correct=correct,
        solution=solution,
        solution_entities=solution_entities,
        close_period=poll.close_period or 0,
        close_date=poll.close_date or 0,
        closed=poll.closed,
    )


def is_closed(poll: Poll, now: int) -> bool:
    """Whether nobody can vote any more, by hand or because its time is over."""
    return poll.closed or bool(poll.asked.close_date and poll.asked.close_date <= now)


def chosen(poll: Poll, options: Iterable[bytes], before: tuple[int, ...], now: int) -> Any:
    """Return the numbers of the answers somebody chooses, who chose `before` until now.

    Raises:
        errors.MessagePollClosed, errors.OptionInvalid, errors.OptionsTooMuch, errors.RevoteNotAllowed
    """
    if is_closed(poll, now):
        raise errors.MessagePollClosed
    numbers = {a.option: a.number for a in poll.asked.answers}
    found = []
    for option in dict.fromkeys(options):
        if option not in numbers:
            raise errors.OptionInvalid
        found.append(numbers[option])
    if len(found) > 1 and not poll.asked.multiple:
        raise errors.OptionsTooMuch
    if before and (poll.asked.quiz or poll.asked.fixed):
        raise errors.RevoteNotAllowed
    return tuple(sorted(found))


def counted(poll: Poll, before: Sequence[int], after: Sequence[int], user: int) -> Poll:
    """Return a poll with somebody's vote in place of what they voted before."""
    step = {a.number: 0 for a in poll.asked.answers}
    for number in before:
        if number in step:
            step[number] -= 1
    for number in after:
        step[number] += 1
    answers = tuple(
        msgspec.structs.replace(a, voters=a.voters + step[a.number]) for a in poll.asked.answers
    )
    others = tuple(u for u in poll.recent if u != user)
    return msgspec.structs.replace(
        poll,
        asked=msgspec.structs.replace(poll.asked, answers=answers),
        total=poll.total + bool(after) - bool(before),
        recent=((user, *others) if after else others)[:10],
        edition=poll.edition + 1,
    )
