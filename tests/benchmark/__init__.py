"""The speed benchmark: the reduced model in four engines; see README.md."""
