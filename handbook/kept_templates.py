"""Templates are compiled once.

For each page nbconvert makes a Jinja environment of its own, which would compile fifteen templates anew: most
of what the server does for a page, and while it does, everybody else waits.
"""

from functools import wraps
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from nbconvert.exporters.templateexporter import TemplateExporter


class KeptTemplates(BytecodeCache):
    """Compiled templates in memory; Jinja looks whether the source is still the same."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* with what is known of its template."""
        if known := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


def keep_compiled_templates() -> None:
    """Let all exporters of this process share their compiled templates; again changes nothing."""
    made: Any = TemplateExporter._create_environment
    if getattr(made, "keeps", False):
        return
    kept = KeptTemplates()

    @wraps(made)
    def create(self: TemplateExporter) -> Any:
        environment = made(self)
        environment.bytecode_cache = kept
        return environment

    create.keeps = True  # type: ignore[attr-defined]
    setattr(TemplateExporter, "_create_environment", create)  # noqa: B010 (to a checker, methods are fixed)
