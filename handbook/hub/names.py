"""Names that the hub and the servers it starts agree on."""

IDLE_VARIABLE = "VEJVISER_IDLE"
"""The environment variable with the seconds after which what nobody uses is ended."""
LONGEST_VARIABLE = "VEJVISER_LONGEST"
"""The environment variable with the seconds after which a server ends whoever uses it."""
