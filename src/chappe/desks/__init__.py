"""Where people decide: the moderation desk and the orders desk."""
