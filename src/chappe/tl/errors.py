"""Refusals a client understands. Each known one is a class, made from `schema/errors.tsv` when first used."""

from functools import cache
from importlib.resources import files
from typing import Any, ClassVar


class RpcError(Exception):
    """A declared refusal: `code` like HTTP's, `token` in capitals, as clients know it."""

    code: int = 400
    token: str = "BAD_REQUEST"  # noqa: S105  a word, no secret
    pattern: ClassVar[str] = ""

    def __init__(self, code: int | None = None, token: str | None = None) -> None:
        if code is not None:
            self.code = code
        if token is not None:
            self.token = token
        super().__init__(self.token)


class NumberedError(RpcError):
    """A refusal that carries a number, such as the seconds to wait."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(None, self.pattern % number)


def _class_name(token: str) -> str:
    """Return the name of a refusal's class; FILE_REFERENCE_3_EXPIRED is FileReferenceExpiredAt."""
    if token.startswith("FILE_REFERENCE_%d_"):
        return _class_name(token.replace("_%d", "")) + "At"
    plain = token.replace("_%d", "").replace("2FA", "TWO_FA")
    return "".join(part.capitalize() for part in plain.split("_"))


@cache
def known() -> dict[str, tuple[int, str]]:
    """Return every known refusal: class name → (code, token, with %d for a number)."""
    found = {}
    text = files(__package__).joinpath("schema/errors.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, token = line.split("\t")
            found[_class_name(token)] = (int(code), token)
    return found


def __getattr__(name: str) -> Any:
    if name not in known():
        raise AttributeError(f"no refusal is called {name}")
    code, token = known()[name]
    numbered = "%d" in token
    made = type(
        name,
        (NumberedError if numbered else RpcError,),
        {"code": code, "token": token, "pattern": token, "__module__": __name__},
    )
    globals()[name] = made
    return made
