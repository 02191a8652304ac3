"""What the inside needs from the outside world, said as protocols. Engines keep these promises."""

from .blobs import (
    THUMB_SIDE,
    Blobs,
    Files,
    Film,
    Filming,
    FilmRefused,
    ImageRefused,
    Imaging,
    Picture,
    Preview,
    Previews,
    Read,
    SealedFile,
    Size,
    Space,
)
from .boxes import Cell, Engine, EngineError, Fenced, StoreFull, StoreReadOnly, WriteSet
from .keys import KeyInfo
from .login import CodeDelivery, Connections, OpenBinding, PasswordProofs
from .passkeys import (
    ALGORITHMS,
    MadePasskey,
    PasskeyOriginRefused,
    PasskeyRefused,
    Passkeys,
    RelyingParty,
)
from .ports import Ports
from .push import Push, PushAddress, PushOutcome, PushPart, PushResult, PushTokenRefusedError
from .records import Record, encode_key

__all__ = [
    "ALGORITHMS",
    "THUMB_SIDE",
    "Blobs",
    "Cell",
    "CodeDelivery",
    "Connections",
    "Engine",
    "EngineError",
    "Fenced",
    "Files",
    "Film",
    "FilmRefused",
    "Filming",
    "ImageRefused",
    "Imaging",
    "KeyInfo",
    "MadePasskey",
    "OpenBinding",
    "PasskeyOriginRefused",
    "PasskeyRefused",
    "Passkeys",
    "PasswordProofs",
    "Picture",
    "Ports",
    "Preview",
    "Previews",
    "Push",
    "PushAddress",
    "PushOutcome",
    "PushPart",
    "PushResult",
    "PushTokenRefusedError",
    "Read",
    "Record",
    "RelyingParty",
    "SealedFile",
    "Size",
    "Space",
    "StoreFull",
    "StoreReadOnly",
    "WriteSet",
    "encode_key",
]
