"""Where somebody would look first, without a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.raster import blur

SIDE = 64
_SMOOTHING = 2
_THRESHOLD = 3.0


def spectral_residual(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the saliency, (h, w) from 0 upward, of grey levels (h, w).

    Hou & Zhang 2007, "Saliency Detection: A Spectral Residual Approach" (doi:10.1109/CVPR.2007.383267): what is left of
    the log spectrum when its local mean is taken away is what is unusual in the picture.
    """
    spectrum = np.fft.fft2(grey)
    log = np.log(np.abs(spectrum) + 1e-6)
    wrapped = np.pad(log, 1, mode="wrap")
    height, width = grey.shape
    mean = sum(wrapped[y : y + height, x : x + width] for y in range(3) for x in range(3)) / 9
    residual = np.fft.ifft2(np.exp(log - mean + 1j * np.angle(spectrum)))
    # Twice over a square is near enough to the paper's Gaussian.
    return blur(blur((np.abs(residual) ** 2).astype(np.float32), _SMOOTHING), _SMOOTHING)


def salient_objects(picture: Image.Image) -> NDArray[np.float32]:
    """Return the saliency of what stands out by three times the mean (the paper's proto-objects), 0 elsewhere.

    The shorter side has ``SIDE`` cells; the picture's sides keep their proportion.
    """
    scale = SIDE / min(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    grey = np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX), np.float32)
    saliency = spectral_residual(grey)
    found = np.where(saliency > _THRESHOLD * saliency.mean(), saliency, 0)
    return found.astype(np.float32)
