"""The kinds of request a custodian's tool knows. A new kind is a file of its own, and a line here."""

from collections.abc import Mapping
from typing import Final

from .activation import ACTIVATION
from .change import CHANGE
from .end import END
from .kind import Examined, RequestKind
from .rehearsal import REHEARSAL
from .release import RELEASE
from .start import START
from .state import STATE

KINDS_OF_REQUEST: Final[Mapping[str, RequestKind]] = {
    kind.name: kind for kind in (START, ACTIVATION, REHEARSAL, CHANGE, END, RELEASE, STATE)
}

__all__ = ["KINDS_OF_REQUEST", "Examined", "RequestKind"]
