"""The compose files: checked against the official schema, and against what the page promises."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import names

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
FILES = [DEPLOY / "compose.yaml", DEPLOY / "compose.cuda.yaml"]
COMPOSE = yaml.safe_load(FILES[0].read_text())
SERVICES = COMPOSE["services"]


def judged(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=60)


def test_the_files_are_as_the_official_schema_wants_them(tmp_path):
    assert judged(*FILES).returncode == 0
    broken = tmp_path / "compose.yaml"
    broken.write_text("services:\n  bot:\n    imagine: salon\n")
    assert judged(broken).returncode == 1


@pytest.mark.parametrize("name", SERVICES)
class TestEachService:
    def test_it_is_locked_in(self, name):
        service = SERVICES[name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["user"] == "10001:10001" and "/tmp" in service["tmpfs"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "ports", "cap_add", "devices", "pid"} & set(service)

    def test_it_has_time_to_end(self, name):
        assert SERVICES[name]["stop_grace_period"] == "30s" and SERVICES[name]["init"] is True

    def test_what_it_names_is_declared(self, name):
        service = SERVICES[name]
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        assert {key for key in service.get("environment", {}) if key.startswith("SALON_")} <= set(names())


def test_the_token_is_a_file_that_only_the_bot_gets():
    assert [name for name, service in SERVICES.items() if "secrets" in service] == ["bot"]
    assert SERVICES["bot"]["environment"]["SALON_DISCORD__TOKEN_FILE"] == "/run/secrets/discord_token"
    assert COMPOSE["secrets"]["discord_token"]["file"].startswith("./secrets/")
    assert "secrets/" in (DEPLOY / ".gitignore").read_text()


def test_the_backup_is_told_what_the_bot_is_told_but_for_the_token():
    assert SERVICES["backup"]["env_file"] == SERVICES["bot"]["env_file"]
    assert "network_mode" not in SERVICES["backup"], "pictures may lie at an address of the network"
    assert not any("DISCORD" in key for key in SERVICES["backup"].get("environment", {}))


def test_bot_and_engine_meet_at_one_socket_and_the_engine_has_no_network():
    image = (DEPLOY / "engine.Dockerfile").read_text()
    socket = re.search(r"SALON_ENGINE__LISTEN=(\S+)", image)[1]
    assert SERVICES["bot"]["environment"]["SALON_ENGINE__LISTEN"] == socket
    shared = "socket:" + str(Path(socket).parent)
    assert shared in SERVICES["bot"]["volumes"] and shared in SERVICES["engine"]["volumes"]
    assert SERVICES["engine"]["network_mode"] == "none"
    assert not any(volume.startswith("data:") for volume in SERVICES["engine"]["volumes"])


def test_every_setting_of_the_images_exists():
    for image in DEPLOY.glob("*.Dockerfile"):
        assert set(re.findall(r"\b(SALON_[A-Z_]+)=", image.read_text())) <= set(names())
