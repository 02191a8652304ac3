"""`python -m chappe_custodian` is `chappe-custodian`."""

from chappe_custodian.commands import main

if __name__ == "__main__":
    raise SystemExit(main())
