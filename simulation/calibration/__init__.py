"""A municipality's own numbers, estimated from what was recorded; start with :mod:`.calibration`."""
