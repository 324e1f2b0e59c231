"""What an engine process is told, and what it is not."""

from engine.client.environment import scrubbed
from engine.settings import EngineSettings


def test_only_listed_names_pass_and_never_a_secret(tmp_path):
    kept = {"PATH": "/bin", "HOME": "/home/a", "LC_ALL": "C", "CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "2"}
    dropped = {
        "DISCORD_TOKEN": "canary",
        "SALON_DISCORD__TOKEN": "canary",
        "HF_TOKEN": "canary",
        "HUGGING_FACE_HUB_TOKEN": "canary",
        "CUDA_API_KEY": "canary",
        "DATABASE_URL": "canary",
        "PYTHONSTARTUP": "canary",
        "LD_PRELOAD": "canary",
        "SALON_ENGINE__UNKNOWN": "canary",
    }
    result = scrubbed(kept | dropped, EngineSettings(data_dir=tmp_path))
    assert kept.items() <= result.items()
    assert "canary" not in "".join(result.values())
    assert not dropped.keys() & result.keys()


def test_the_process_gets_exactly_the_settings_of_its_client(tmp_path, monkeypatch):
    settings = EngineSettings(data_dir=tmp_path, models=("a/b", "c"), threads=3, hang_s=7.5, executor="full")
    environ = scrubbed({"SALON_ENGINE__THREADS": "64", "SALON_ENGINE__MODEL": "other"}, settings)
    for name, value in environ.items():
        if name.startswith("SALON_ENGINE__"):
            monkeypatch.setenv(name, value)
    assert EngineSettings() == settings


def test_the_process_does_not_look_where_its_client_listens(tmp_path):
    settings = EngineSettings(data_dir=tmp_path, listen="/run/other.sock")
    assert "SALON_ENGINE__LISTEN" not in scrubbed({"SALON_ENGINE__LISTEN": "/run/other.sock"}, settings)
