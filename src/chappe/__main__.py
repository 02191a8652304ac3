"""`python -m chappe` is `chappe`."""

from chappe.app import main

main()
