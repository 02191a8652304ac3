"""Every constructor and method of the newest layer, by class name: `api.InputPeerUser`.

`messages.sendMessage` is `api.MessagesSendMessage`; `api.TypeInputPeer` is whichever `InputPeer`. Classes are
made from the schema when first asked for; `tools/stubs.py` writes their types for type checkers.
"""

from .model import TlObject, model_of
from .schema import schema


def __getattr__(name: str) -> type[TlObject]:
    if name.startswith("Type"):
        return TlObject  # which constructors it has is said by the stubs
    found = None if name.startswith("_") else schema().name_of(name)
    if found is None:
        raise AttributeError(f"the schema has no {name}")
    made = globals()[name] = model_of(found)
    return made
