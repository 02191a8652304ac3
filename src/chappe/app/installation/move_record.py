"""What a data directory remembers of a move: it goes on after an interruption, and can be taken back."""

from pathlib import Path
from typing import Final, Literal

import msgspec

from chappe.core.configuration import SETTINGS, Configuration, load_text, read_settings
from chappe.gateways.cli import OperatorError
from chappe.ports import EngineError
from chappe.trust import sealing

from .copying import Point

RECORD: Final = "move.json"
PLACES: Final = ("store", "keys_store", "files_s3")  # the settings a move changes

Step = Literal["copying", "copied", "moved", "served"]


class MovedPart(msgspec.Struct):
    """One of the stores of a server, on its way."""

    source: str  # as an operator calls it
    destination: str
    point: Point = Point()


class MoveRecord(msgspec.Struct):
    """A move: which stores, and how far it has come."""

    move: str  # 32 hexadecimal digits, in the marks of both ends
    parts: dict[str, MovedPart]
    before: str  # the file of settings as it was; empty where there was none
    wanted: str  # and as it will be
    step: Step = "copying"


def read_record(data: Path) -> MoveRecord | None:
    """Return what is remembered of the latest move; None if there was none, or it was given up.

    Raises:
        EngineError: it does not read.
    """
    try:
        return msgspec.json.decode((data / RECORD).read_bytes(), type=MoveRecord)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise EngineError(
            f"{data / RECORD} does not read: another Chappe wrote it, use that one."
        ) from error


def keep_record(data: Path, record: MoveRecord) -> None:
    """Remember how far a move has come, durably."""
    sealing.write_whole(data / RECORD, msgspec.json.encode(record))


def refuse_half_moved(data: Path) -> None:
    """Refuse to serve a data directory whose move has not ended.

    Raises:
        OperatorError: it has not.
    """
    record = read_record(data)
    if record is not None and record.step in ("copying", "copied"):
        raise OperatorError(
            f"The stores of {data} are being moved: finish that by `chappe move`, or give it up by"
            " `chappe move --undo`."
        )


def note_served(data: Path) -> None:
    """Remember that the server runs where it was moved to: from now on something is written there alone."""
    record = read_record(data)
    if record is not None and record.step == "moved":
        record.step = "served"
        keep_record(data, record)


def wanted_settings(data: Path, file: Path) -> str:
    """Return the settings a move is to lead to, as the file has them.

    Raises:
        OperatorError: there are none, or they change something else than places of stores.
        ConfigurationError: they cannot be used.
    """
    if not file.is_file():
        raise OperatorError(
            f"There is no {file}: write the settings as they shall be into a file, and name it."
        )
    text = read_settings(file)
    now, wanted = (load_text(one, {}, {}) for one in (read_settings(data / SETTINGS), text))
    for field in msgspec.structs.fields(Configuration):
        if field.name not in PLACES and getattr(now, field.name) != getattr(wanted, field.name):
            raise OperatorError(
                f"{file} changes `{field.name}` as well: a move changes `store`, `keys_store` and"
                f" `files_s3` only, so begin with a copy of {data / SETTINGS}."
            )
    return text


def put_settings(data: Path, text: str) -> None:
    """Put other settings in the place of those there are; empty ones leave no file."""
    if text:
        sealing.write_whole(data / SETTINGS, text.encode())
    else:
        (data / SETTINGS).unlink(missing_ok=True)


def forget_record(data: Path) -> None:
    """Forget a move that was taken back."""
    (data / RECORD).unlink(missing_ok=True)
