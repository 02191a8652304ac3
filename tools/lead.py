"""Say whether the server leads every client: no layer newer than its own, no constructor it does not know.

`python -m tools.lead` looks at the clients that `script/bootstrap-journeys` installed; other directories can
be named instead, such as one into which a newer package was installed:

    uv pip install --target /tmp/newest tdjson
    python -m tools.lead /tmp/newest

It exits with 1 if a client speaks a layer newer than the server's newest, or knows what the schema
does not have at that client's layer. How a layer is added is in CONTRIBUTING.md.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from chappe.tl.schema import LAYER, Schema, schema
from tools.carried import Carried, UnreadableError, carried
from tools.schema_import import BUILT_IN

INSTALLED: Final = Path(__file__).resolve().parent.parent / ".journeys"
# what clients keep beside the API: the protocol below it, and what only ever was theirs
BESIDE: Final = frozenset(
    (
        "badmsgnotification",
        "badserversalt",
        "bindauthkeyinner",
        "clientdhinnerdata",
        "configsimple",
        "destroyauthkey",
        "destroyauthkeyfail",
        "destroyauthkeynone",
        "destroyauthkeyok",
        "destroysession",
        "destroysessionnone",
        "destroysessionok",
        "dhgenfail",
        "dhgenok",
        "dhgenretry",
        "futuresalt",
        "futuresalts",
        "getfuturesalts",
        "gzippacked",
        "httpwait",
        "msgcontainer",
        "msgdetailedinfo",
        "msgnewdetailedinfo",
        "msgresendansreq",
        "msgresendreq",
        "msgsack",
        "msgsallinfo",
        "msgsstateinfo",
        "msgsstatereq",
        "newsessioncreated",
        "ping",
        "pingdelaydisconnect",
        "pong",
        "pqinnerdata",
        "pqinnerdatadc",
        "pqinnerdatatemp",
        "pqinnerdatatempdc",
        "reqdhparams",
        "reqpq",
        "reqpqmulti",
        "respq",
        "rpcansweraccepted",
        "rpcanswerdropped",
        "rpcanswerdroppedrunning",
        "rpcanswerunknown",
        "rpcdropanswer",
        "rpcerror",
        "rpcresult",
        "savedeveloperinfo",
        "serverdhinnerdata",
        "serverdhparamsfail",
        "serverdhparamsok",
        "setclientdhparams",
        "tlsblockdomain",
        "tlsblockgrease",
        "tlsblockpublickey",
        "tlsblockrandom",
        "tlsblockscope",
        "tlsblockstring",
        "tlsblockzero",
        "tlsclienthello",
    )
)
MTPROTO_MESSAGE: Final = 0x5BB8E511  # its name is also one of the API's


def plain(name: str) -> str:
    """Return a client's own name of a constructor, without what each client writes differently."""
    last = name.rpartition(".")[2].replace("_", "").lower()
    return last.removesuffix("request") if name.startswith("functions.") else last


OURS: Final = BESIDE | {plain(name) for name in BUILT_IN}


def missing(client: Carried, known: Schema) -> list[str]:
    """Return what a client knows and the schema does not, and what it would be told otherwise."""
    found = []
    for number, name in sorted(client.shapes.items(), key=lambda x: x[1]):
        shape = known.by_id(number)
        if shape is None:
            if plain(name) not in OURS and number != MTPROTO_MESSAGE:
                found.append(f"{name}#{number:08x} is not in the schema")
            continue
        said = known.at(shape.name, client.layer)
        if said is not None and said.id not in client.shapes:
            found.append(f"{name}#{number:08x} would be said as #{said.id:08x}")
    return found


def verdict(client: Carried, known: Schema) -> tuple[bool, list[str]]:
    """Return whether the server leads a client, and what to say of it."""
    lacking = missing(client, known)
    newer = client.layer > LAYER
    said = f"{client.client}: layer {client.layer}, {len(client.shapes):,} constructors and methods"
    if newer:
        said += f"; NEWER than the server's {LAYER}"
    said += f"; {len(lacking)} missing" if lacking else "; nothing missing"
    return not newer and not lacking, [said, *(f"    {line}" for line in lacking)]


def main(arguments: list[str]) -> int:
    """Print what becomes of every client; return 1 if one of them is not led."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directories", nargs="*", type=Path, default=[INSTALLED])
    leads, seen = True, 0
    for directory in parser.parse_args(arguments).directories:
        try:
            for client in carried(directory):
                good, lines = verdict(client, schema())
                print("\n".join(lines))
                leads, seen = leads and good, seen + 1
        except UnreadableError as error:
            print(f"{error}: tools/carried.py has to learn it.")
            return 1
    if not seen:
        print("There is no client there: run script/bootstrap-journeys, or name a directory.")
        return 1
    return 0 if leads else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
