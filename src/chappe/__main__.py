"""`python -m chappe` is `chappe`. This file imports nothing of others, so that it can say what is missing."""

import sys

EXIT_REFUSED = 2


def main() -> None:
    """Run the command line; a package that is not installed is named in one sentence."""
    try:
        from chappe.app import main as run  # noqa: PLC0415  it may fail, which is said below

        run()
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in ("", "chappe"):
            raise
        text = f"chappe: The package {package} is missing: run script/bootstrap, or install Chappe anew."
        print(text, file=sys.stderr)  # noqa: T201  the command line's own words
        raise SystemExit(EXIT_REFUSED) from None


if __name__ == "__main__":
    main()
