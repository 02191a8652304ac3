"""Passkeys and the recovery code: logging in by what somebody keeps, without a code that is sent."""

from . import login, recovery_code, registration
from .recovery_code import log_in_by_recovery_code
from .registration import count_keys, forget_passkeys
from .rules import base64url, bytes_of, is_copied, passkey_title, relying_party

HANDLERS = (registration, login, recovery_code)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
    "base64url",
    "bytes_of",
    "count_keys",
    "forget_passkeys",
    "is_copied",
    "log_in_by_recovery_code",
    "passkey_title",
    "relying_party",
]
