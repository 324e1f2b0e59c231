"""The style catalogue: named looks, each a few words around the prompt. Data in `catalogue.toml`."""

from engine.styles.catalogue import Style, catalogue, find, parse

__all__ = ["Style", "catalogue", "find", "parse"]
