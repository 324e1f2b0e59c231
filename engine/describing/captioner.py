"""A captioner of the hub, such as BLIP: an image-to-text model of transformers, opened from safetensors alone."""

from __future__ import annotations

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from engine.api import PictureWords
from engine.api.errors import ModelRefused
from engine.api.questions import Language

MOST_TOKENS = 60


class Captioner:
    """Tells what pictures show, in the language it learnt."""

    def __init__(self, name: str) -> None:
        """Open a folder or a repository of the hub.

        Raises:
            ModelRefused: there is no such model, or none that captions pictures.
        """
        self.name = name
        try:
            self._processor = AutoProcessor.from_pretrained(name, trust_remote_code=False)
            model = AutoModelForImageTextToText.from_pretrained(name, use_safetensors=True, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise ModelRefused(
                f"The captioner {name} cannot be used: {str(error).splitlines()[0][:200]} "
                "Name another with SALON_ENGINE__DESCRIBER, or unset that."
            ) from error
        self._model = model.eval()

    @torch.inference_mode()
    def describe(self, picture: Image.Image, language: Language) -> PictureWords:
        """Write one caption; how sure it is of single things is not known."""
        inputs = self._processor(images=picture.convert("RGB"), return_tensors="pt")
        written = self._model.generate(**inputs, max_new_tokens=MOST_TOKENS, do_sample=False)
        caption = self._processor.batch_decode(written, skip_special_tokens=True)[0].strip()
        return PictureWords(prompts=(caption,) if caption else (), told=(), model=self.name)
