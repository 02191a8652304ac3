"""Pages and figures show nobody's content: each is in a table, so that a new one is looked at.

Operator commands are swept in `test_operator_sees_no_content.py`, the operator's page in `tests/desks`.
"""

import ast
import asyncio
import re
from pathlib import Path

import aiohttp
from tests.architecture.source import server_trees

from chappe import app
from chappe.core.configuration import Configuration
from chappe.gateways.web import places

from .test_operator_sees_no_content import PHONE, SECRET, write

# each figure, with the labels it is told apart by: no person, no chat, no address, no text
FIGURES = {
    "chappe_backup_age_seconds": (),
    "chappe_backup_failures": (),
    "chappe_backup_trial_age_seconds": (),
    "chappe_backup_trial_ok": (),
    "chappe_barred": (),
    "chappe_bugs": ("kind",),
    "chappe_call_seconds": ("le",),
    "chappe_calls": ("method", "outcome"),
    "chappe_certificate_ends": (),
    "chappe_connections": (),
    "chappe_free_bytes": (),
    "chappe_log_lines_lost": (),
    "chappe_mails": ("outcome",),
    "chappe_pushes": ("outcome",),
    "chappe_store_failures": ("kind",),
}
# each path of the public site that is no file: what it tells whom
PATHS = {
    r"/(?:file/)?bot\d[^/]*/\D.*": "that there is no Bot API",
    r"/apiw?": "that there is no MTProto by requests",
    r"/sign-in(?:/.*)?": "nothing, where nobody signs in by an organisation",
    r"/sign-in": "who begins to sign in: where the provider is",
    r"/sign-in/back": "who comes from the provider: a ticket of their own",
    r"/sign-in/logout": "the provider: that somebody was logged out",
    r"/export": "whoever has a token of their own account: their own data",
    r"/log(?:/.*)?": "the public log, in which nobody is named",
    r"/report(?:/.*)?": "nothing, where there is no form",
    "/report": "whoever wants to report something: a form",
    r"/report/[0-9a-f-]{1,64}": "who has the link of a notice: what became of it",
    r"/appeal(?:/.*)?": "who has the link of a letter: the decision about them",
    "/log/numbers": "the numbers of decisions and orders, as the public log has them",
    "/terms": "the terms",
    r"/terms\.json": "what they are in short",
}
ASKED = (
    "/",
    "/.well-known/chappe.json",
    "/bot123:abc/getUpdates",
    "/api",
    "/sign-in",
    "/sign-in/back?code=1",
    "/sign-in/logout",
    "/export",
    "/log/",
    "/log/checkpoint",
    "/log/tile/entries/000.p/3",
    "/log/web.manifest",
    "/report/1",
    "/appeal/1",
    "/semaphore",
    "/@Ada",
    "/8192",
)
WORD = re.compile(r"[A-Za-z][A-Za-z_.]{0,63}|layer_[a-z0-9]+|\+Inf|[0-9.e-]{1,8}")


def test_each_figure_is_in_the_table() -> None:
    """By its name in the source."""
    named = {
        node.value
        for _, tree in server_trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"chappe_[a-z_]+", node.value)
    }
    assert named - {"chappe_custodian"} == FIGURES.keys()  # that is a package


def test_each_path_of_the_public_site_is_in_the_table() -> None:
    """Wherever in the web gateway a place is declared."""
    found = set()
    for name, tree in server_trees():
        if not name.startswith("gateways/web/") or name.startswith("gateways/web/desk/"):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="Place"),
                    args=[ast.Call(args=[ast.Constant(value=pattern)]), *_],
                ):
                    found.add(pattern)
                case ast.Call(func=ast.Name(id="Place"), args=[ast.Name(id="LOG"), *_]):
                    found.add(r"/log(?:/.*)?")
    assert found == PATHS.keys()
    assert {place.path.pattern for place in places.PLACES} <= found


def test_neither_shows_what_people_wrote(tmp_path: Path) -> None:
    """Asked of a server with people who wrote to one another, and with a public log."""

    async def visit() -> tuple[dict[str, str], dict[str, dict[str, set[str]]]]:
        config = Configuration(port=0, public_log="chat.example/log", metrics_port=0)
        server = await app.start(config, tmp_path, None)
        await write(server)
        addresses = await server.listen()
        await server.load_rest()
        shown: dict[str, str] = {}
        async with aiohttp.ClientSession(f"http://{addresses[0]}") as http:
            for path in ASKED:
                for method in ("GET", "POST"):
                    answer = await http.request(method, path, allow_redirects=False)
                    shown[f"{method} {path}"] = f"{answer.headers}{await answer.text('latin-1')}"
        labels: dict[str, dict[str, set[str]]] = {}
        for figure in server.metrics.registry.collect():
            kept = labels.setdefault(figure.name, {})
            for sample in figure.samples:
                for label, value in sample.labels.items():
                    kept.setdefault(label, set()).add(value)
        shown["figures"] = server.metrics.page().decode()
        await server.stop()
        return shown, labels

    shown, labels = asyncio.run(visit())
    assert '"public_url"' in shown["GET /.well-known/chappe.json"]
    assert "build.started" in shown["GET /log/tile/entries/000.p/3"]
    for where, text in shown.items():
        assert SECRET not in text, where
        assert PHONE not in text, where
        assert '"Ada"' not in text, where
    for name, kept in labels.items():
        assert kept.keys() <= {*FIGURES[name]}, name
        assert all(WORD.fullmatch(value) for values in kept.values() for value in values), name
