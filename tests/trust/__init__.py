"""What makes promises checkable."""
