"""Well-formed requests that mean harm, for every method that is served."""
