"""Structured logs that cannot carry content: only these fields pass, and only as numbers or plain words."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

FIELDS: Final = frozenset(
    (
        "event",
        "level",
        "timestamp",
        "where",
        "kind",
        "method",
        "outcome",
        "seconds",
        "count",
        "port",
        "host",
        "version",
        "layer",
        "frames",
        "state",
        "bytes",
        "seal",
        "cure",
    )
)
_WORDS: Final = re.compile(r"[A-Za-z0-9_.:/\- ,()\[\]]{0,300}")
_CURE: Final = re.compile(r"[A-Za-z0-9_.:/\- ,()\[\]`;'=…]{0,300}")  # a sentence of ours
_DIGITS: Final = re.compile(r"\d{6,}")  # a phone number, an id, a code


def only_safe(
    _logger: Any, _name: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not named above, and text that could be somebody's."""
    safe: dict[str, Any] = {}
    for name, value in entry.items():
        if name not in FIELDS:
            continue
        words = _CURE if name == "cure" else _WORDS
        if (
            isinstance(value, bool | int | float)
            or name == "timestamp"
            or (isinstance(value, str) and words.fullmatch(value) and not _DIGITS.search(value))
        ):
            safe[name] = value
        else:
            safe[name] = "(withheld)"
    return safe


class LogWriter:
    """Writes lines. One that cannot be written is counted, and nobody else hears of it.

    Whoever logs is in the middle of something that must go on, when the disk is full or the reader gone too.
    """

    lost = 0  # lines that could not be written since the process began

    def __init__(self, file: TextIO | None) -> None:
        """`file` is None where the process was started without any."""
        self._file = file

    def msg(self, line: str) -> None:
        """Write a line if that is possible."""
        if self._file is None:
            LogWriter.lost += 1
            return
        try:
            print(line, file=self._file, flush=True)
        except (OSError, ValueError):  # full, gone, or closed
            LogWriter.lost += 1

    debug = info = warning = error = critical = msg  # as structlog names the levels


def configure(level: str, form: str) -> None:
    """Send logs to standard error, as console lines or JSON."""
    lines = LogWriter(sys.stderr)
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "console":
        writable = sys.stderr is not None and not sys.stderr.closed
        colors = writable and sys.stderr.isatty()
        renderer = structlog.dev.ConsoleRenderer(colors=colors)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            only_safe,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda: lines,
    )


def logger() -> Any:
    """Return the logger."""
    return structlog.get_logger()


def where_of(error: BaseException) -> str:
    """Return where an exception came from: functions and lines, no values."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(frames[-6:])


class _Quietly(logging.Handler):
    """Passes on that a library logged something, and where it failed; never its words."""

    def emit(self, record: logging.LogRecord) -> None:
        """See logging."""
        error = record.exc_info[1] if record.exc_info else None
        told = {} if error is None else {"kind": type(error).__name__, "frames": where_of(error)}
        logger().warning("library", where=record.name, **told)


def quiet(library: str) -> None:
    """Keep the words of a library out of the log: they could hold content. That it failed is logged."""
    of_library = logging.getLogger(library)
    if not any(isinstance(one, _Quietly) for one in of_library.handlers):
        of_library.addHandler(_Quietly())
    of_library.propagate = False
