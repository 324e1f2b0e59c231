"""Between pictures and tensors."""

import numpy as np
import torch
from PIL import Image, ImageOps


def to_tensor(image: Image.Image) -> torch.Tensor:
    """Turn an RGB picture into a (1, 3, height, width) float32 tensor in -1..1."""
    array = np.asarray(image.convert("RGB"), dtype=np.float32) / 255.0
    return 2.0 * torch.from_numpy(array).permute(2, 0, 1)[None] - 1.0


def to_images(pixels: torch.Tensor) -> list[Image.Image]:
    """Turn (N, 3, height, width) in -1..1 into RGB pictures; what lies outside is clipped."""
    clipped = (pixels.float() / 2 + 0.5).clamp(0, 1).nan_to_num(0.5)
    arrays = (clipped.permute(0, 2, 3, 1).cpu().numpy() * 255).round().astype(np.uint8)
    return [Image.fromarray(array) for array in arrays]


def fit(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scale and crop a picture about its middle to exactly that size."""
    if image.size == (width, height):
        return image
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)
