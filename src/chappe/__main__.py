"""`python -m chappe` is `chappe`."""

from chappe.gateways.cli import main

main()
