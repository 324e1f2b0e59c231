"""Open-access museum collections and how their pictures are fetched."""

from __future__ import annotations

from engine.corpus.gathered.museums.artic import Artic
from engine.corpus.gathered.museums.base import Museum
from engine.corpus.gathered.museums.met import Met
from engine.corpus.gathered.museums.rijksmuseum import Rijksmuseum

MUSEUMS: dict[str, Museum] = {museum.name: museum for museum in (Met(), Artic(), Rijksmuseum())}
"""The literal list."""
