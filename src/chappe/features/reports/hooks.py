"""Hooks of reports, answered by whoever works on them."""

from collections.abc import Awaitable

from chappe.updates import Change, Hook

from .records import Report

# takes up a report that was just kept, in the change of the reports' box that keeps it
report_filed: Hook[[Change, Report], Awaitable[None]] = Hook("reports.report_filed")
