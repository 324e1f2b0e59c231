"""What differs between diffusion networks: how they are conditioned, called and decoded.

An adapter knows one architecture and holds one model of it. It knows nothing of batches, briefs or time: the
shared step (`engine.diffusion.stepping`) packs the rows of all pictures, and an executor
(`engine.diffusion.executors`) makes the call.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch
from PIL.Image import Image

from engine.diffusion import pixels, schedulers
from engine.diffusion.model import Model
from engine.diffusion.prompts import Prompt

Row = dict[str, torch.Tensor]
"""The conditions of one row of the network: tensors with a first dimension of 1, by the name of the network's input."""


Embed = Callable[[torch.Tensor], torch.Tensor | None]


class Adapter(ABC):
    """One architecture, around one model of it."""

    architecture: ClassVar[str]
    network: ClassVar[str] = "unet"
    inputs: tuple[str, ...]
    """Names of the network's inputs, in the order in which `call` takes them; the first two are sample and timestep."""
    chunks_long_prompts: ClassVar[bool] = True
    """Whether prompts beyond the text encoder's context are encoded in chunks; elsewhere their end is cut off."""
    compiles_text: ClassVar[bool] = False
    """Whether the fast executor may stand in for the text encoder."""
    traces_every_size: ClassVar[bool] = True
    """Whether one trace of the network serves all sizes; elsewhere its positions are computed while tracing."""

    def __init__(self, model: Model) -> None:
        self.model = model

    # Conditions.

    def guided(self, guidance: float) -> bool:
        """Whether a picture takes a second, unconditional row."""
        return guidance > 1

    @property
    def heeds_negative(self) -> bool:
        """Whether a negative prompt can have any effect."""
        return True

    @property
    def heeds_weights(self) -> bool:
        """Whether words may carry weights."""
        return True

    @abstractmethod
    def encode(self, prompt: Prompt, negative: Prompt, *, guided: bool, embed: Embed | None = None) -> tuple[Row, ...]:
        """Return the rows of a picture: (conditional,), or (unconditional, conditional) where it is guided.

        Args:
            prompt: what to paint.
            negative: what to steer away from.
            guided: whether there is an unconditional row.
            embed: an executor's stand-in for the text encoder (see `Executor.embed`).
        """

    def embellish(self, row: Row, *, guidance: float, width: int, height: int) -> Row:
        """Add to a row what depends on guidance or size rather than on words."""
        return row

    # The start.

    def shape(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the shape of one picture's latent, (1, channels, rows, columns)."""
        factor = self.model.vae_factor
        return (1, self.channels, height // factor, width // factor)

    @property
    def channels(self) -> int:
        """Channels of a latent."""
        return int(self.model.config("vae").get("latent_channels", 4))

    def timesteps(self, scheduler: Any, steps: int, width: int, height: int) -> torch.Tensor:
        """Lay out the scheduler's timesteps for a picture of that size."""
        return schedulers.set_timesteps(scheduler, steps)

    def noise(self, generator: torch.Generator, width: int, height: int) -> torch.Tensor:
        """Draw the noise of one picture on the host, so that a seed means the same on every device."""
        return torch.randn(self.shape(width, height), generator=generator).to(self.model.device)

    def start(self, scheduler: Any, noise: torch.Tensor) -> torch.Tensor:
        """Turn noise into the latent that pure generation starts from."""
        return noise * getattr(scheduler, "init_noise_sigma", 1.0)

    def start_from(
        self, scheduler: Any, source: torch.Tensor, noise: torch.Tensor, timestep: torch.Tensor
    ) -> torch.Tensor:
        """Mix a source latent and noise as at that timestep."""
        mixed: torch.Tensor = scheduler.add_noise(source, noise, timestep.reshape(1))
        return mixed

    # The network.

    @abstractmethod
    def call(self, network: Any, *inputs: torch.Tensor) -> torch.Tensor:
        """Call the network with `inputs` in order; returns its prediction, shaped as the sample."""

    def pack(self, latents: torch.Tensor) -> torch.Tensor:
        """Turn a latent into the sample that the network takes."""
        return latents

    def unpack(self, samples: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """Undo `pack`."""
        return samples

    def scale_timestep(self, timestep: torch.Tensor) -> torch.Tensor:
        """Turn a scheduler's timestep (a 0-dimensional tensor) into what the network takes, as float32."""
        return timestep.to(torch.float32)

    def traceable(self, width: int, height: int) -> bool:
        """Whether a compiled network serves that size: where halving it leaves odd sides, the network must branch."""
        return True

    @torch.no_grad()
    def scratch_row(self, width: int, height: int, embed: Embed | None = None) -> Row:
        """Return the conditions of an empty prompt, for trial calls."""
        row = self.encode((), (), guided=False, embed=embed)[0]
        return self.embellish(row, guidance=self.model.defaults.guidance, width=width, height=height)

    def scratch_inputs(self, row: Row, rows: int, width: int, height: int) -> Row:
        """Return all inputs of a trial call with that many rows, by name."""
        latents = torch.zeros(rows, *self.shape(width, height)[1:], device=self.model.device)
        repeated = {key: value.expand(rows, *value.shape[1:]).contiguous() for key, value in row.items()}
        return {"sample": self.pack(latents), "timestep": torch.full((rows,), 0.5), **repeated}

    # Pictures.

    def encode_image(self, image: Image, generator: torch.Generator) -> torch.Tensor:
        """Return the scaled latent of a picture whose size fits, drawn from the autoencoder's posterior."""
        vae = self.model.part("vae")
        pixel = pixels.to_tensor(image).to(self.model.device, vae.dtype)
        with torch.no_grad():
            sample = vae.encode(pixel).latent_dist.sample(generator).float()
        return self.scale(sample)

    def decode(self, vae: Any, latents: torch.Tensor) -> torch.Tensor:
        """Decode scaled latents of N pictures to (N, 3, height, width), around -1..1."""
        decoded: torch.Tensor = vae.decode(self.unscale(latents).to(vae.dtype), return_dict=False)[0]
        return decoded

    def decode_tiny(self, vae: Any, latents: torch.Tensor) -> torch.Tensor:
        """Decode with an AutoencoderTiny, which takes latents at the scale of the network."""
        decoded: torch.Tensor = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
        return decoded

    def scale(self, latents: torch.Tensor) -> torch.Tensor:
        """Bring the autoencoder's latents to the scale that the network works at."""
        return (latents - self._vae("shift_factor", 0.0)) * self._vae("scaling_factor", 0.18215)

    def unscale(self, latents: torch.Tensor) -> torch.Tensor:
        """Undo `scale`."""
        return latents / self._vae("scaling_factor", 0.18215) + self._vae("shift_factor", 0.0)

    def _vae(self, key: str, otherwise: float) -> float:
        value = self.model.config("vae").get(key)
        return otherwise if value is None else float(value)


def stack(rows: Sequence[Row], key: str) -> torch.Tensor:
    """Join one condition of several rows."""
    return torch.cat([row[key] for row in rows])
