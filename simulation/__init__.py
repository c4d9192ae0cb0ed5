"""A municipality that works by the method, youth by youth."""
