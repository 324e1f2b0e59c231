import pytest

from tests.bot.studio.stage import settings_in
from tests.engine.processes import listening


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """One engine process for the tests that do not harm it."""
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


@pytest.fixture
def settings(tmp_path, engine):
    """Settings of a bot of its own, which uses that engine."""
    return settings_in(tmp_path, engine={"listen": engine.listen})
