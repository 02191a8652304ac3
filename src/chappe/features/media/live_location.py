"""Live locations: start, update, end."""

from typing import Any, Final

from chappe import tl
from chappe.features.files import MediaRef
from chappe.tl import api, errors

PERIOD_S_MIN: Final = 60  # seconds a moving place is shown at least
PERIOD_S_MAX: Final = 86_400  # seconds a moving place is shown, unless it is for ever
FOR_EVER: Final = (1 << 31) - 1  # instead of seconds: until it is stopped
HEADING_DEGREES_MAX: Final = 360  # degrees of a heading; 0 for none
PROXIMITY_M_MAX: Final = 100_000  # metres within which somebody is told of


def _bounded(value: int | None, most: int) -> int | None:
    return min(value, most) if value is not None and value > 0 else None


def new_live_location(given: Any, point: Any) -> api.MessageMediaGeoLive:
    """Return the MessageMedia of a place that begins to move.

    Raises:
        errors.MediaInvalid: it is to be shown for too short or too long.
    """
    period = given.period or 0
    if period != FOR_EVER and not PERIOD_S_MIN <= period <= PERIOD_S_MAX:
        raise errors.MediaInvalid
    return api.MessageMediaGeoLive(
        geo=point,
        period=period,
        heading=_bounded(given.heading, HEADING_DEGREES_MAX),
        proximity_notification_radius=_bounded(
            given.proximity_notification_radius, PROXIMITY_M_MAX
        ),
    )


def is_live(kept: MediaRef) -> bool:
    """Whether a medium is a place that moves, or did."""
    return kept.kind == "plain" and isinstance(tl.decode(kept.plain), api.MessageMediaGeoLive)


def moves_until(kept: MediaRef, begun_at: int) -> int:
    """Return when a place stops moving that began at a moment; 0 for what does not move."""
    media: Any = tl.decode(kept.plain) if kept.kind == "plain" else None
    return begun_at + media.period if isinstance(media, api.MessageMediaGeoLive) else 0


def moved(kept: MediaRef, given: Any, point: Any, *, age: int) -> MediaRef:
    """Return what a message keeps of a place that moved on or was stopped, `age` seconds after it began.

    Raises:
        errors.MediaPrevInvalid: it was no place that moves.
        errors.MessageEditTimeExpired: it has stopped already.
    """
    media: Any = tl.decode(kept.plain) if kept.kind == "plain" else None
    if not isinstance(media, api.MessageMediaGeoLive):
        raise errors.MediaPrevInvalid
    if media.period != FOR_EVER and age >= media.period:
        raise errors.MessageEditTimeExpired
    if given.stopped:
        media.period = max(1, age)
    else:
        media.geo = point
        media.heading = _bounded(given.heading, HEADING_DEGREES_MAX)
        media.proximity_notification_radius = _bounded(
            given.proximity_notification_radius, PROXIMITY_M_MAX
        )
        if given.period and given.period != media.period:
            later = given.period == FOR_EVER or age < given.period <= PERIOD_S_MAX
            media.period = given.period if later else media.period
    return MediaRef(kind="plain", plain=tl.encode(media, tl.LAYER))
