"""Passkeys and the recovery code: logging in by what somebody keeps, without a code that is sent."""

from . import login, recovery_code, registration
from .recovery_code import log_in_by_recovery_code
from .registration import count_keys, forget_passkeys

HANDLERS = (registration, login, recovery_code)
EVENTS = ()

__all__ = ["EVENTS", "HANDLERS", "count_keys", "forget_passkeys", "log_in_by_recovery_code"]
