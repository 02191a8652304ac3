"""Folders: made, altered, ordered and removed by their owner, and the same on every device."""

from typing import Any

import pytest

from chappe.features.folders import handlers, rules
from chappe.tl import api, errors

from .village import Person, village


def folder(number: int, title: str = "Work", **more: Any) -> Any:
    """Return a folder; without `more`, one of all groups."""
    given = {"groups": True, "pinned_peers": [], "include_peers": [], "exclude_peers": [], **more}
    return api.DialogFilter(id=number, title=api.TextWithEntities(text=title, entities=[]), **given)


async def keep(who: Person, number: int, what: Any) -> Any:
    """Keep a folder, or remove it."""
    return await who(api.MessagesUpdateDialogFilter(id=number, filter=what))


async def listed(who: Person) -> list[tuple[int, str]]:
    """Return somebody's folders in their order."""
    found = await who(api.MessagesGetDialogFilters())
    return [(f.id, f.title.text) for f in found.filters[1:]]


async def test_folders_are_kept_ordered_altered_and_removed() -> None:
    """Every step reaches the other devices; what is unknown in an order is passed over."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await keep(ada, 2, folder(2))
        await keep(ada, 3, folder(3, "Home", include_peers=[ada.peer(bob)], groups=False))
        await ada(api.MessagesUpdateDialogFiltersOrder(order=[3, 9, 2]))
        assert await listed(ada) == [(3, "Home"), (2, "Work")]
        await keep(ada, 2, folder(2, "Office"))
        await ada(api.MessagesUpdateDialogFiltersOrder(order=[2, 3]))
        assert await listed(ada) == [(2, "Office"), (3, "Home")]
        await keep(ada, 3, None)
        await ada(api.MessagesUpdateDialogFiltersOrder(order=[2]))
        assert await listed(ada) == [(2, "Office")]
        assert await listed(bob) == []
        assert await ada(api.MessagesGetSuggestedDialogFilters()) == []
        await v.settle()


async def test_what_is_no_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong numbers, no name, nothing in it, too much in it, too many of them."""
    monkeypatch.setattr(handlers, "FOLDERS_MAX", 2)
    monkeypatch.setattr(rules, "FOLDER_PEERS_MAX", 3)
    async with village() as v:
        ada = await v.person("Ada")
        myself = [api.InputPeerSelf()] * 4
        for number, what, error in (
            (1, folder(1), errors.FilterIdInvalid),
            (256, folder(256), errors.FilterIdInvalid),
            (2, folder(3), errors.FilterIdInvalid),
            (2, api.DialogFilterDefault(), errors.FilterIdInvalid),
            (2, folder(2, " "), errors.FilterTitleEmpty),
            (2, folder(2, groups=False), errors.FilterIncludeEmpty),
            (2, folder(2, include_peers=myself), errors.FilterIdInvalid),
            (2, folder(2, exclude_peers=myself), errors.FilterIdInvalid),
        ):
            with pytest.raises(error):
                await keep(ada, number, what)
        for number in (2, 3):
            await keep(ada, number, folder(number, "x" * 500))
        with pytest.raises(errors.FilterIdInvalid):
            await keep(ada, 4, folder(4))
        await keep(ada, 3, folder(3, "another"))
        assert [len(title) for _, title in await listed(ada)] == [64, 7]
