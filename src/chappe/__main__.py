"""`python -m chappe` is `chappe`. This file imports nothing of others, so that it can say what is missing."""

import gc
import sys

EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
EXTRAS = {  # package: what pip calls the part of Chappe that needs it
    "acme": "acme",
    "aiosmtplib": "mail",
    "asyncpg": "postgres",
    "av": "films",
    "obstore": "s3",
    "pyjwt": "oidc",
}


def main() -> None:
    """Run the command line; a package that is not installed is named in one sentence."""
    try:
        gc.disable()  # what is imported is no garbage: to look for some takes a seventh of a start
        from chappe.app import main as run  # noqa: PLC0415  it may fail, which is said below

        gc.enable()
        run()
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in ("", "chappe"):
            raise
        print(f"chappe: {sentence(package)}", file=sys.stderr)  # noqa: T201  the command line's own words
        raise SystemExit(EXIT_REFUSED) from None
    except KeyboardInterrupt:  # Ctrl-C, while still importing too: whoever pressed it knows
        raise SystemExit(EXIT_INTERRUPTED) from None


def sentence(package: str) -> str:
    """Return what an operator does about a package that is not installed."""
    if package not in EXTRAS:
        return f"The package {package} is missing: run script/bootstrap, or install Chappe anew."
    what = f"chappe[{EXTRAS[package]}]"
    return f"The package {package} is missing: run script/bootstrap, or `pip install '{what}'`."


if __name__ == "__main__":
    main()
