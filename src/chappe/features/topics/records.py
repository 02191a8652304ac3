"""Records of topics, in the forum's box; a topic's closed state is in its thread."""

from typing import Final

from chappe.ports import Record

TOPICS_MAX: Final = 1_000  # topics of one forum
PINNED_MAX: Final = 5  # pinned topics, as the app configuration says
TITLE_CHARACTERS_MAX: Final = 128  # characters of a topic's title


class Topic(Record, frozen=True):
    """One topic, by the service message it began with; General is number 1."""

    table = "topic"
    key = ("id",)

    id: int
    title: str
    date: int
    sender: int  # the number of the peer that is shown as its creator
    author: int  # who made it
    color: int
    hidden: bool = False  # General only
    icon: int = 0  # the id of a custom emoji; 0 for none


class TopicPins(Record, frozen=True):
    """Which topics are pinned, in their order."""

    table = "topic_pins"
    key = ()

    order: tuple[int, ...] = ()
