import numpy as np
import pytest

from engine.api.errors import EngineError
from engine.evaluation.painting import EnginePainter
from tests.engine.processes import listening


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as found:
        yield found


def test_pictures_come_in_the_order_of_their_prompts(settings):
    done = []
    painter = EnginePainter(settings, "mini", lambda: done.append(1))
    prompts = ["a noisy cat" if number % 5 == 0 else "a cat" for number in range(12)]
    painted = painter(prompts, range(12))
    assert painted.shape == (12, 128, 128, 3) and painted.dtype == np.uint8
    assert len(done) == 12
    assert [bool(picture.std((0, 1)).max() > 1) for picture in painted] == [number % 5 == 0 for number in range(12)]


def test_a_failure_is_a_sentence(settings):
    with pytest.raises(EngineError):
        EnginePainter(settings, "mini")(["a cat", "a broken cat", "a cat"], [1, 2, 3])
