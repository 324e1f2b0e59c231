import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import UNSCREENED, load_settings, names, read_token, refuse_unknown
from engine.api.errors import SettingsRefused


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    import os

    for name in list(os.environ):
        if name.startswith("SALON_"):
            monkeypatch.delenv(name)
    return monkeypatch


def test_every_setting_has_a_name_and_can_be_set_by_it(clean, tmp_path):
    assert {"SALON_DATA_DIR", "SALON_DISCORD__TOKEN", "SALON_ENGINE__MODEL", "SALON_LIMITS__COUNT"} <= set(names())
    clean.setenv("SALON_DATA_DIR", str(tmp_path))
    clean.setenv("SALON_LIMITS__COUNT", "2")
    clean.setenv("SALON_ENGINE__MODELS", '["owner/large"]')
    clean.setenv("SALON_SAFETY__UNSCREENED_MODELS", UNSCREENED)
    settings = load_settings()
    assert settings.limits.count == 2 and settings.engine.models == ("owner/large",)
    assert settings.safety.unscreened_models == UNSCREENED
    assert settings.database == tmp_path / "salon.db" and settings.blobs == str(tmp_path / "blobs")


def test_the_engines_caches_follow_the_data_folder_unless_told_otherwise(clean, tmp_path):
    clean.setenv("SALON_DATA_DIR", str(tmp_path))
    assert load_settings().engine.data_dir == tmp_path
    clean.setenv("SALON_ENGINE__DATA_DIR", str(tmp_path / "caches"))
    assert load_settings().engine.data_dir == tmp_path / "caches"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SALON_LIMIT__COUNT", "3", r"no setting called SALON_LIMIT__COUNT; did you mean SALON_LIMITS__COUNT"),
        ("salon_nonsense", "x", r"no setting called salon_nonsense"),
        ("SALON_FOO", "1", r"no setting called SALON_FOO; unset it\.$"),
        ("SALON_TOKEN", "x", r"did you mean SALON_DISCORD__TOKEN\?$"),
        ("SALON_LIMITS__COUNT", "9", r"^SALON_LIMITS__COUNT: .*less than or equal to 4"),
        ("SALON_ENGINE__MODELS", "[x", r"^SALON_ENGINE__MODELS takes a JSON list such as"),
        ("SALON_DISCORD__TOKN", "x", r"did you mean SALON_DISCORD__TOKEN or SALON_DISCORD__TOKEN_FILE\?$"),
        ("SALON_LIMITS__CONT", "x", r"did you mean SALON_LIMITS__COUNT\?$"),
        ("SALON_SAFETY__UNSCREENED_MODELS", "yes", r"^SALON_SAFETY__UNSCREENED_MODELS: .*I accept"),
    ],
)
def test_what_is_wrong_is_named(clean, name, value, says):
    clean.setenv(name, value)
    with pytest.raises(SettingsRefused, match=says) as refused:
        load_settings()
    assert refused.value.exit_code == 78


@given(st.from_regex(r"SALON_[A-Z_]{1,20}", fullmatch=True).filter(lambda name: name not in names()))
def test_no_unknown_name_is_passed_over(name):
    with pytest.raises(SettingsRefused, match=name):
        refuse_unknown({name: "x"})


def test_an_empty_value_is_none(clean):
    clean.setenv("SALON_DISCORD__TOKEN", "")
    assert read_token(load_settings()) is None


def test_the_token_may_stand_in_a_file(clean, tmp_path):
    file = tmp_path / "token"
    file.write_text("  abc \n")
    clean.setenv("SALON_DISCORD__TOKEN_FILE", str(file))
    assert read_token(load_settings()) == "abc"
    file.write_text("\n")
    with pytest.raises(SettingsRefused, match="is empty"):
        read_token(load_settings())
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read_token(load_settings())
    clean.setenv("SALON_DISCORD__TOKEN", "abc")
    with pytest.raises(SettingsRefused, match="both set"):
        read_token(load_settings())


def test_a_token_is_never_shown(clean):
    clean.setenv("SALON_DISCORD__TOKEN", "canary")
    settings = load_settings()
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert read_token(settings) == "canary"
    clean.setenv("SALON_LIMITS__COUNT", "canary2")
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    assert "canary" not in str(refused.value)
