"""The literal list of families: a new one is added here by hand, so that nothing registers itself on import."""

from engine.families.base import Family
from engine.settings import EngineSettings


def build_families(settings: EngineSettings) -> dict[str, Family]:
    """Return every family by name. Imports torch; weights are loaded at first use."""
    from engine.families.diffusion import Diffusion
    from engine.families.enlarge import Enlarge
    from engine.families.patches import Patches

    families: list[Family] = [Diffusion(settings), Enlarge(settings), Patches(settings)]
    return {family.name: family for family in families}
