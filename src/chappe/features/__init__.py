"""What Chappe does for its users, one slice a subject."""
