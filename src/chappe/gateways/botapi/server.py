"""The HTTP Bot API: requests of bots' programs, read, served and answered (core.telegram.org/bots/api).

A token is looked at before anything else, and never written anywhere.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

import msgspec
from aiohttp import web

from chappe.rpc import Client
from chappe.tl import errors

from .acts import ACTS, Act, Told
from .arriving import ArrivedFile, read_form
from .caller import Caller
from .failures import Failure, failure_of
from .fileids import read_file_id
from .files import FETCHED_BYTES_MAX, FoundFile, found_file, read_file
from .params import read_params
from .parts import BotApiParts
from .polls import GetUpdates, Polls

TOKEN_CHARACTERS_MAX: Final = 80  # characters of a token
BODY_BYTES_MAX: Final = 64 * 1024 * 1024  # bytes of one request
FIELDS_JSON: Final = "application/json"
FIELDS_PARTS: Final = "multipart/form-data"
NOT_FOUND: Final = Failure(HTTPStatus.NOT_FOUND, "Not Found")
NO_METHOD: Final = Failure(HTTPStatus.NOT_FOUND, "Not Found: method not found")
NO_TOKEN: Final = Failure(HTTPStatus.UNAUTHORIZED, "Unauthorized: invalid token specified")
NOT_LET_IN: Final = Failure(HTTPStatus.UNAUTHORIZED, "Unauthorized")
UNREADABLE: Final = Failure(HTTPStatus.BAD_REQUEST, "Bad Request: can't parse request")
POLL: Final = "getupdates"


class BotApi:
    """The HTTP Bot API of one server."""

    def __init__(self, parts: BotApiParts) -> None:
        self._parts = parts
        self._polls = Polls(parts.updates)

    async def answer(self, request: web.BaseRequest, address: str) -> web.Response:
        """Answer one request; `address` is whom it is from."""
        try:
            client, name = await self._who_and_what(request.raw_path, address)
            caller = Caller(self._parts, client)
            fields = await _fields(request, caller)
            if not name:
                name = str(fields.get("method", "")).lower()
            result = await self._done(caller, name, fields)
        except Failure as failure:
            return _refusal(failure)
        told: dict[str, Any] = {"ok": True, "result": result}
        if isinstance(result, Told):
            told = {"ok": True, "result": result.result, "description": result.description}
        return _json(HTTPStatus.OK, told)

    async def _who_and_what(self, raw_path: str, address: str) -> tuple[Client, str]:
        """Return whose call it is, and the name of the method in small letters.

        Raises:
            Failure: nobody's, or the path is none of a method.
        """
        token, rest = _token_and_rest(raw_path)
        client = await self._let_in(token, address)
        parts = rest.strip("/").split("/")
        if parts[0] == "test":
            parts = parts[1:] or [""]
        if len(parts) > 1:
            raise NOT_FOUND
        return client, unquote(parts[0]).lower()

    async def fetch(self, request: web.BaseRequest, address: str) -> web.StreamResponse:
        """Answer with the bytes of a file, at the path that getFile gave."""
        try:
            given, rest = _token_and_rest(request.raw_path.removeprefix("/file"))
            client = await self._let_in(given, address)
            caller = Caller(self._parts, client)
            said = read_file_id(rest.rpartition("/")[2].partition(".")[0])
            if said is None:
                raise NOT_FOUND
            found = await found_file(caller, said)
            if found.size > FETCHED_BYTES_MAX:
                raise NOT_FOUND
            return await _sent_file(request, caller, found)
        except Failure as failure:
            code = failure.code if failure.code == HTTPStatus.UNAUTHORIZED else HTTPStatus.NOT_FOUND
            return _refusal(failure if code == failure.code else NOT_FOUND)

    async def _let_in(self, token: str, address: str) -> Client:
        """Return the client of a token's bot.

        Raises:
            Failure: it is no token, or nobody's.
        """
        if ":" not in token or token.startswith("0") or len(token) > TOKEN_CHARACTERS_MAX:
            raise NO_TOKEN
        client = await self._parts.open_client(token, address)
        if client is None:
            raise NOT_LET_IN
        return client

    async def _done(self, caller: Caller, name: str, fields: Mapping[str, Any]) -> Any:
        """Return the result of a method.

        Raises:
            Failure: it is refused.
        """
        if name == POLL:
            return await self._polls.get(caller, read_params(GetUpdates, fields))
        if name in ("close", "logout"):
            self._polls.end(caller.bot)
            if name == "logout":
                await self._parts.updates.forget(caller.bot)
            return True
        found = ACTS.get(name)
        if found is None:
            raise NO_METHOD
        return await _run(found, caller, fields)


def _token_and_rest(raw_path: str) -> tuple[str, str]:
    """Return the token in a path, and what follows it.

    Raises:
        Failure: nothing follows.
    """
    path = raw_path.partition("?")[0]
    token, slash, rest = path.removeprefix("/bot").partition("/")
    if not slash:
        raise NOT_FOUND
    return unquote(token), rest


async def _sent_file(
    request: web.BaseRequest, caller: Caller, found: FoundFile
) -> web.StreamResponse:
    """Answer with the bytes of a file, part by part."""
    parts = read_file(caller, found)
    try:
        first = await anext(parts, b"")
    except errors.RpcError:
        raise NOT_FOUND from None
    answer = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    answer.content_length = found.size
    if request.method == "HEAD":
        return answer
    await answer.prepare(request)
    await answer.write(first)
    async for part in parts:
        await answer.write(part)
    await answer.write_eof()
    return answer


async def _run(found: Act, caller: Caller, fields: Mapping[str, Any]) -> Any:
    given = read_params(found.params, fields)
    try:
        return await found.does(caller, given)
    except errors.RpcError as error:
        raise failure_of(error, found.said) from None


async def _fields(request: web.BaseRequest, caller: Caller) -> dict[str, Any]:
    """Return the parameters of a request: those of its body stand above those of its address.

    Raises:
        Failure: they cannot be read.
    """
    fields: dict[str, Any] = dict(request.query)
    if not request.body_exists:
        return fields
    if request.content_type == FIELDS_JSON:
        try:
            body = msgspec.json.decode(await request.read() or b"{}")
        except msgspec.DecodeError:
            raise UNREADABLE from None
        if not isinstance(body, dict):
            raise UNREADABLE
        return fields | body
    try:
        if request.content_type != FIELDS_PARTS:
            return fields | dict(await request.post())
        fields |= await read_form(request, caller)
    except ValueError:
        raise UNREADABLE from None
    except errors.RpcError as error:
        raise failure_of(error, {}) from None
    caller.files = {name: one for name, one in fields.items() if isinstance(one, ArrivedFile)}
    return fields


def _refusal(failure: Failure) -> web.Response:
    told: dict[str, Any] = {
        "ok": False,
        "error_code": failure.code,
        "description": failure.description,
    }
    headers = {}
    if failure.parameters:
        told["parameters"] = failure.parameters
        if "retry_after" in failure.parameters:
            headers["Retry-After"] = str(failure.parameters["retry_after"])
    return _json(HTTPStatus(failure.code), told, headers)


def _json(
    status: HTTPStatus, told: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(told),
        content_type=FIELDS_JSON,
        headers=dict(headers or {}),
    )
