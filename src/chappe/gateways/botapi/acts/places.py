"""Sending places, contacts, dice and polls (core.telegram.org/bots/api#sendlocation)."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chappe.tl import api

from ..caller import Caller
from ..failures import refused
from ..keyboards import taken_markup
from ..params import Params
from ..shown.media import show_poll
from ..shown.peers import Json
from ..shown.texts import EntityGiven
from .acting import Text, act, formatted, message_at, one_sent
from .sending import SENDING, Sending, how_sent

FOR_EVER_S: Final = 0x7FFFFFFF  # seconds of a place that stays live until it is stopped


class SendLocation(Sending, frozen=True):
    """See the Bot API."""

    latitude: float | None = None
    longitude: float | None = None
    horizontal_accuracy: float = 0.0
    live_period: int = 0
    heading: int = 0
    proximity_alert_radius: int = 0


class SendVenue(SendLocation, frozen=True):
    """See the Bot API."""

    title: str = ""
    address: str = ""
    foursquare_id: str = ""
    foursquare_type: str = ""
    google_place_id: str = ""
    google_place_type: str = ""


class SendContact(Sending, frozen=True):
    """See the Bot API."""

    phone_number: str = ""
    first_name: str = ""
    last_name: str = ""
    vcard: str = ""


class SendDice(Sending, frozen=True):
    """See the Bot API."""

    emoji: str = ""


class InputPollOption(msgspec.Struct, frozen=True, kw_only=True):
    """See the Bot API."""

    text: str
    text_parse_mode: str = ""
    text_entities: list[EntityGiven] | None = None


class SendPoll(Sending, frozen=True):
    """See the Bot API."""

    question: str = ""
    question_parse_mode: str = ""
    question_entities: list[EntityGiven] | None = None
    options: list[Any] | None = None
    is_anonymous: bool = True
    type: str = "regular"
    allows_multiple_answers: bool = False
    allows_revoting: bool | None = None
    correct_option_id: int | None = None
    correct_option_ids: list[int] | None = None
    explanation: str = ""
    explanation_parse_mode: str = ""
    explanation_entities: list[EntityGiven] | None = None
    open_period: int = 0
    close_date: int = 0
    is_closed: bool = False


class StopPoll(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_id: int = 0
    business_connection_id: str = ""
    reply_markup: Any = None


async def send_medium(
    caller: Caller, given: Sending, media: Any, text: Text | None = None, **more: Any
) -> Json:
    """Send a medium; return its Message."""
    fields = await how_sent(caller, given)
    said = text or Text("", [])
    request = api.MessagesSendMedia(
        media=media, message=said.text, entities=said.entities or None, **more, **fields
    )
    return await one_sent(caller, await caller(request))


def point(given: SendLocation) -> api.InputGeoPoint:
    """Return the place that is meant.

    Raises:
        Failure: there is none.
    """
    if given.latitude is None:
        raise refused("latitude is empty")
    if given.longitude is None:
        raise refused("longitude is empty")
    accuracy = int(given.horizontal_accuracy)
    return api.InputGeoPoint(
        lat=given.latitude, long=given.longitude, accuracy_radius=accuracy or None
    )


@act(SendLocation, SENDING)
async def send_location(caller: Caller, given: SendLocation) -> Json:
    """Send a place, or one that moves."""
    place = point(given)
    if not given.live_period:
        return await send_medium(caller, given, api.InputMediaGeoPoint(geo_point=place))
    live = api.InputMediaGeoLive(
        geo_point=place,
        period=given.live_period,
        heading=given.heading or None,
        proximity_notification_radius=given.proximity_alert_radius or None,
    )
    return await send_medium(caller, given, live)


@act(SendVenue, SENDING)
async def send_venue(caller: Caller, given: SendVenue) -> Json:
    """Send a place with its name."""
    google = bool(given.google_place_id or given.google_place_type)
    venue = api.InputMediaVenue(
        geo_point=point(given),
        title=given.title,
        address=given.address,
        provider="gplaces" if google else "foursquare",
        venue_id=given.google_place_id if google else given.foursquare_id,
        venue_type=given.google_place_type if google else given.foursquare_type,
    )
    return await send_medium(caller, given, venue)


@act(SendContact, SENDING)
async def send_contact(caller: Caller, given: SendContact) -> Json:
    """Send a card with a number."""
    if not given.phone_number:
        raise refused("phone number is empty")
    if not given.first_name:
        raise refused("first name is empty")
    card = api.InputMediaContact(
        phone_number=given.phone_number,
        first_name=given.first_name,
        last_name=given.last_name,
        vcard=given.vcard,
    )
    return await send_medium(caller, given, card)


@act(SendDice, SENDING)
async def send_dice(caller: Caller, given: SendDice) -> Json:
    """Send a die, whose value the server draws."""
    die = api.InputMediaDice(emoticon=given.emoji or "🎲")
    return await send_medium(caller, given, die)


def _options(given: Sequence[Any] | None) -> list[Any]:
    if not given:
        raise refused("poll options are empty")
    answers: list[Any] = []
    for one in given:
        if isinstance(one, str):
            text = Text(one, [])
        else:
            try:
                option = msgspec.convert(one, InputPollOption, strict=False)
            except msgspec.ValidationError:
                raise refused("can't parse poll option") from None
            text = formatted(option.text, option.text_parse_mode, option.text_entities)
        answers.append(
            api.PollAnswer(
                text=api.TextWithEntities(text=text.text, entities=text.entities),
                option=str(len(answers)).encode(),
            )
        )
    return answers


@act(SendPoll, SENDING)
async def send_poll(caller: Caller, given: SendPoll) -> Json:
    """Send a poll or quiz."""
    question = formatted(given.question, given.question_parse_mode, given.question_entities)
    if not question.text:
        raise refused("poll question is empty")
    answers = _options(given.options)
    if given.type not in ("", "regular", "quiz"):
        raise refused("unsupported poll type specified")
    quiz = given.type == "quiz"
    correct = given.correct_option_ids
    if correct is None and given.correct_option_id is not None:
        correct = [given.correct_option_id]
    if quiz and (not correct or any(not 0 <= one < len(answers) for one in correct)):
        raise refused("invalid correct option ID specified")
    why = formatted(given.explanation, given.explanation_parse_mode, given.explanation_entities)
    poll = api.Poll(
        id=0,
        question=api.TextWithEntities(text=question.text, entities=question.entities),
        answers=answers,
        closed=given.is_closed,
        public_voters=not given.is_anonymous,
        multiple_choice=given.allows_multiple_answers,
        quiz=quiz,
        revoting_disabled=quiz if given.allows_revoting is None else not given.allows_revoting,
        close_period=given.open_period or None,
        close_date=given.close_date or None,
        hash=0,
    )
    media = api.InputMediaPoll(
        poll=poll,
        correct_answers=correct if quiz else None,
        solution=why.text if quiz and why.text else None,
        solution_entities=why.entities if quiz and why.text else None,
    )
    return await send_medium(caller, given, media)


@act(StopPoll, {"MESSAGE_ID_INVALID": "message with poll to stop not found"})
async def stop_poll(caller: Caller, given: StopPoll) -> Json:
    """Close a poll of the bot's own; return it with its counts."""
    peer, message = await message_at(caller, given.chat_id, given.message_id, "with poll to stop")
    media = getattr(message, "media", None)
    if not isinstance(media, api.MessageMediaPoll) or not message.out:
        raise refused("message with poll to stop not found")
    if media.poll.closed:
        raise refused("poll has already been closed")
    closed = api.Poll(
        id=media.poll.id,
        question=media.poll.question,
        answers=media.poll.answers,
        closed=True,
        hash=0,
    )
    request = api.MessagesEditMessage(
        peer=peer,
        id=given.message_id,
        media=api.InputMediaPoll(poll=closed),
        reply_markup=taken_markup(given.reply_markup),
    )
    await caller(request)
    _, after = await message_at(caller, given.chat_id, given.message_id, "with poll to stop")
    return show_poll(caller.named, after.media.poll, after.media.results)
