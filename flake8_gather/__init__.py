"""Find awaits that wait one after another for nothing, and gather them."""

__version__ = "0.1.0"
