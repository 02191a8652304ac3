"""Translation between the layer a client speaks and the newest one, which features speak."""
