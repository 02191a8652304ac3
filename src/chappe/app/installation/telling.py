"""What the log hears of a start that has to go through a whole store."""

from chappe.telemetry import logger


def tell_hiding(done: int, of: int) -> None:
    """Say how far the hiding of ids is, in a store that an earlier version wrote."""
    logger().info("hiding ids", state=f"{done * 100 // max(of, 1)} of 100")


def tell_counting(done: int, of: int) -> None:
    """Say how far the sums over a store are that had none."""
    logger().info("counting boxes", state=f"{done * 100 // max(of, 1)} of 100")
