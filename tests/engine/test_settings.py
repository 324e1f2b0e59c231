"""Settings are read from the environment and refused by name."""

import pytest

from engine.api.errors import SettingsRefused
from engine.settings import load_settings


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SALON_ENGINE__MODEL", "somebody/model")
    monkeypatch.setenv("SALON_ENGINE__MODELS", '["mini"]')
    monkeypatch.setenv("SALON_ENGINE__THREADS", "3")
    settings = load_settings()
    assert (settings.model, settings.models, settings.threads) == ("somebody/model", ("mini",), 3)


@pytest.mark.parametrize(("key", "value"), [("THREADS", "-1"), ("PRECISION", "half"), ("MAX_BRIEFS", "many")])
def test_a_bad_value_is_refused_naming_the_key(monkeypatch, key, value):
    monkeypatch.setenv(f"SALON_ENGINE__{key}", value)
    with pytest.raises(SettingsRefused, match=f"SALON_ENGINE__{key}") as caught:
        load_settings()
    assert caught.value.exit_code == 78


def test_an_override_wins_and_unknown_ones_are_refused(monkeypatch):
    monkeypatch.setenv("SALON_ENGINE__MODEL", "other")
    assert load_settings(model="mini").model == "mini"
    with pytest.raises(SettingsRefused, match="COLOUR"):
        load_settings(colour="red")


def test_a_list_that_is_not_json_is_refused(monkeypatch):
    monkeypatch.setenv("SALON_ENGINE__MODELS", "one, two")
    with pytest.raises(SettingsRefused, match="SALON_ENGINE__MODELS"):
        load_settings()
