"""What whoever runs the server wants done to an account where it is not theirs alone to do it."""

from typing import NamedTuple


class OperatorWish(NamedTuple):
    """An account is to be suspended or erased: it is proposed to moderators, who decide."""

    user: int
    reason: str  # why: a word of the list that `chappe suspend` takes
    days: int  # of a suspension; 0: the account is to be erased
    category: str = ""  # what kind of wrong, in the words of moderators; empty: as the reason says


class WishProposed(NamedTuple):
    """A wish is a proposal, in a case of its own or in the one that waited about the account."""

    case: int
    decision: int

    def shown(self, user: int) -> dict[str, int | str]:
        """Return what whoever wished it is told."""
        return {"id": user, "state": "proposed", "case": self.case, "decision": self.decision}
