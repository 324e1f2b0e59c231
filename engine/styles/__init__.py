"""The style catalogue: named looks, each a few words around the prompt. Data in `catalogue.toml`."""

from engine.styles.catalogue import Style, catalogue, find, folded, look, names, parse
from engine.styles.wearing import dressed, substitution, tuned

__all__ = ["Style", "catalogue", "dressed", "find", "folded", "look", "names", "parse", "substitution", "tuned"]
