"""A captioner of the hub's kind describes pictures: a tiny BLIP of random weights."""

from pathlib import Path

import pytest
import torch
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipImageProcessor, BlipProcessor

from engine.api.errors import ModelRefused
from engine.describing.describers import open_describer
from tests.engine.pictures.files import noise


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("blip")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "a", "fox", "owl", "red"]
    (where / "vocab.txt").write_text("\n".join(words))
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = small | {
        "vocab_size": len(words),
        "bos_token_id": 5,
        "pad_token_id": 0,
        "sep_token_id": 3,
        "eos_token_id": 3,
    }
    text |= {"encoder_hidden_size": 16, "projection_dim": 16}
    torch.manual_seed(1)
    config = BlipConfig(text_config=text, vision_config=small | {"image_size": 32, "patch_size": 16})
    BlipForConditionalGeneration(config).save_pretrained(where)
    size = {"height": 32, "width": 32}
    BlipProcessor(
        BlipImageProcessor(size=size), BertTokenizer(str(where / "vocab.txt"), bos_token="[DEC]")
    ).save_pretrained(where)
    return where


@pytest.mark.parametrize("size", [(1, 1), (50, 20)])
def test_it_writes_a_caption(folder: Path, size: tuple[int, int]) -> None:
    found = open_describer(str(folder)).describe(noise(*size), "en")
    assert found.told == () and found.model == str(folder)
    learnt = {"a", "fox", "owl", "red", "[UNK]", "[MASK]"}
    assert set(" ".join(found.prompts).split()) <= learnt


def test_one_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"captioner .*nothing.* cannot be used.*SALON_ENGINE__DESCRIBER"):
        open_describer(str(tmp_path / "nothing"))
