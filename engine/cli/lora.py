"""`salon train lora`: learn from a folder of pictures, and put what was learnt where the engine looks for it."""

from pathlib import Path

from engine.api.errors import InvalidBrief
from engine.cli.console import shown_path
from engine.cli.files import slug


def train_lora(minutes: float, data: Path | None, begin: Path | None, name: str | None) -> None:
    """Train a LoRA on the folder `data` and write it, ready for use, under the data folder.

    Raises:
        InvalidBrief: no folder is named.
        EngineError: the training ended early; see `engine.training.train`.
    """
    from engine.corpus.gathered.folders import holds_pictures
    from engine.diffusion.library import LORAS
    from engine.settings import load_settings
    from engine.training import console, default_folder, export_model, train

    if data is None:
        raise InvalidBrief("Name the folder of captioned pictures to learn from: --data FOLDER.")
    if not holds_pictures(data):
        raise InvalidBrief(
            f"There is no PNG, JPEG or WebP picture in {shown_path(data)}; name a folder that holds some."
        )
    called = slug(name or data.absolute().name)
    trained = default_folder(f"lora-{called}")
    train("lora", minutes, data, trained, begin=begin)
    folder = load_settings().data_dir / LORAS / called
    export_model("lora", trained, folder)
    console.say(f"Trained; it lies in {shown_path(folder)}. Paint with it: --lora {called}.")
