from tests.engine.diffusion.conftest import families, folders

__all__ = ["families", "folders"]
