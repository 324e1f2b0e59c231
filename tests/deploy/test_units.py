"""The systemd units: verified by systemd where it is installed, and against what the page promises."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import names

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "RestrictSUIDSGID": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}


class Repeated(dict):
    """Keeps every value of a key that stands more than once, as units may have it."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and isinstance(self.get(key), list):
            value = self[key] + value
        super().__setitem__(key, value)


def service(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, dict_type=Repeated, interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return dict(parser["Service"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong(tmp_path):
    (tmp_path / "salon").write_text("#!/bin/sh\n")
    (tmp_path / "salon").chmod(0o755)
    for unit in UNITS.glob("salon*.service"):
        text = unit.read_text().replace("/opt/salon/.venv/bin/salon", str(tmp_path / "salon"))
        # An account that exists here: to make one is the operator's.
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^(User|Group)=salon$", r"\1=root", text))
    shutil.copy(UNITS / "salon-backup.timer", tmp_path)
    files = [str(path) for path in sorted(tmp_path.glob("salon*.*"))]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, timeout=60)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "salon" in line]) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
class TestEachService:
    def test_it_is_locked_in(self, path):
        found = service(path)
        assert {key: found.get(key) for key in HARDENED} == HARDENED
        assert found["User"] == "salon"

    def test_every_setting_exists(self, path):
        assert set(re.findall(r"\b(SALON_[A-Z_]+)=", path.read_text())) <= set(names())


def test_the_bot_has_time_to_drain_and_is_not_started_again_for_a_refused_token():
    bot = service(UNITS / "salon.service")
    assert int(bot["TimeoutStopSec"]) == 30
    assert bot["RestartPreventExitStatus"] == "78"
    # Only the bot gets the signal: it ends its own children once they are no longer needed.
    assert bot["KillMode"] == "mixed"


def test_the_token_is_a_credential_of_the_bot_alone():
    for path in SERVICES:
        assert ("LoadCredential=" in path.read_text()) == (path.name == "salon.service")
    assert "SALON_DISCORD__TOKEN_FILE=%d/discord_token" in (UNITS / "salon.service").read_text()
