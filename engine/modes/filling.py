"""Colours that go on smoothly from what is known of a picture into what is not."""

import torch
import torch.nn.functional as F


def continued(picture: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Fill the unknown part of a picture from its surroundings, near ones before far ones.

    Known colours are averaged over ever larger squares until nothing is unknown, and then spread back (pull-push,
    Gortler et al., The lumigraph, 1996).

    Args:
        picture: (1, 3, height, width), any range; what it holds where it is unknown does not matter.
        known: (1, 1, height, width), 1 where it is known and 0 elsewhere; some of it is known.

    Returns:
        The picture, unchanged where it is known.
    """
    if float(known.min()) > 0:
        return picture
    share = F.avg_pool2d(known, 2, ceil_mode=True)
    colours = F.avg_pool2d(picture * known, 2, ceil_mode=True) / share.clamp_min(1e-6)
    coarse = continued(colours, (share > 0).to(known))
    spread = F.interpolate(coarse, size=picture.shape[-2:], mode="bilinear", align_corners=False)
    return torch.where(known > 0, picture, spread)
