"""What a person touches."""

from widgets.client import Client
from widgets.page import Page

__all__ = ["Client", "Page"]
