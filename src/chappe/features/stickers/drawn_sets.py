"""Sticker sets of this server, and how a client names one."""

from typing import Any, Final, NamedTuple

from chappe.features import files
from chappe.tl import api


class Kit(NamedTuple):
    """A set of drawings."""

    number: int
    short_name: str
    title: str

    @property
    def is_emoji(self) -> bool:
        """Whether its stickers go into texts."""
        return self.number in files.EMOJI_SETS


KITS: Final = {  # by what clients ask for; most are empty, and clients show a plain emoji then
    "InputStickerSetAnimatedEmoji": Kit(files.MOVING, "AnimatedEmojies", "Moving emoji"),
    "InputStickerSetAnimatedEmojiAnimations": Kit(files.CLICKED, "EmojiClicks", "Emoji clicked"),
    "InputStickerSetEmojiGenericAnimations": Kit(files.GENERIC, "EmojiBursts", "Emoji bursting"),
    "🎲": Kit(files.DICE, "Dice", "Dice"),
    "🎯": Kit(5, "Darts", "Darts"),
    "🏀": Kit(6, "Basketball", "Basketball"),
    "⚽": Kit(7, "Football", "Football"),
    "🎳": Kit(8, "Bowling", "Bowling"),
    "🎰": Kit(9, "SlotMachine", "Slot machine"),
    "InputStickerSetEmojiDefaultStatuses": Kit(files.EMOJI, "ChappeEmoji", "Chappe"),
    "InputStickerSetEmojiDefaultTopicIcons": Kit(files.EMOJI, "ChappeEmoji", "Chappe"),
    "InputStickerSetEmojiChannelDefaultStatuses": Kit(12, "ChannelStatuses", "Channel statuses"),
    "InputStickerSetPremiumGifts": Kit(13, "Gifts", "Gifts"),
    "InputStickerSetTonGifts": Kit(14, "MoreGifts", "More gifts"),
}
OFFERED: Final = (  # to everybody, who have them from the beginning
    Kit(files.STICKERS, "Chappe", "Chappe"),
    Kit(files.EMOJI, "ChappeEmoji", "Chappe"),
)
_ALL: Final = (*KITS.values(), *OFFERED)
_BY_NUMBER: Final = {kit.number: kit for kit in _ALL}
_BY_ID: Final = {files.set_id(kit.number): kit for kit in _ALL}
_BY_NAME: Final = {kit.short_name.casefold(): kit for kit in _ALL}


def kit_of(given: Any) -> Kit | None:
    """Return the set an InputStickerSet means; None if there is none such."""
    match given:
        case api.InputStickerSetDice():
            return KITS.get(given.emoticon.replace("\ufe0f", ""))
        case api.InputStickerSetID():
            return _BY_ID.get(given.id)
        case api.InputStickerSetShortName():
            return _BY_NAME.get(given.short_name.casefold())
    return KITS.get(type(given).__name__)


def kit_numbered(number: int) -> Kit | None:
    """Return the set of a number; None if there is none such."""
    return _BY_NUMBER.get(number)


def is_drawn_name(short_name: str) -> bool:
    """Whether a set of the server's own is called so."""
    return short_name.casefold() in _BY_NAME


def drawings_of(kit: Kit) -> list[files.Drawing]:
    """Return what is in a set, in order."""
    return [drawing for drawing in files.DRAWINGS.values() if drawing.set == kit.number]
