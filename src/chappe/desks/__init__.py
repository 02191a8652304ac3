"""Where staff work: who they are, the operator's page, and later moderation and orders."""
