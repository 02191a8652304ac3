"""Hooks of stickers: what becomes public by a set."""

from chappe.updates import Change, Context, Hook

# that the owner of the box that is changed has put this file into a set, or shows it for one
sticker_put: Hook[[Context, Change, int], None] = Hook("stickers.sticker_put")
