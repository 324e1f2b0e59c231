"""What the pages of this folder say is true."""

import re
from pathlib import Path

from bot.discord.cogs.admin import Admin
from bot.invite import PERMISSIONS
from bot.reference import reference
from bot.settings import names

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_the_reference_of_the_settings_is_what_the_code_says():
    said = (DEPLOY / "settings.md").read_text(encoding="utf-8")
    assert said == reference(), "run: python -m bot.reference > deploy/settings.md"
    for name in names():
        assert f"| `{name}` |" in said
    for row in said.splitlines():
        if row.startswith("| `SALON_"):
            assert row.split("|")[4].strip(), f"{row} has no description"


def test_every_permission_is_explained_with_its_bit():
    for name, bit in PERMISSIONS.items():
        assert re.search(rf"(?i)\| {name} \| `1 << {bit}` \| \w+", PAGE), name
    assert str(sum(1 << bit for bit in PERMISSIONS.values())) in PAGE


def test_the_doctor_looks_with_the_settings_of_the_service():
    recipe = re.search(r"systemd-run .*?```", PAGE, re.DOTALL)[0]
    unit = (DEPLOY / "systemd" / "salon.service").read_text(encoding="utf-8")
    for key in ("EnvironmentFile", "LoadCredential"):
        assert f"-p {key}=" + re.search(rf"(?m)^{key}=(.*)$", unit)[1] in recipe


def test_who_sees_the_moderators_command_is_told():
    needed = Admin.admin.default_permissions
    assert [name for name, wanted in needed if wanted] == ["manage_guild"]
    assert "`/admin` is shown to members who may manage the server" in " ".join(PAGE.split())


def test_every_setting_and_every_file_named_exists():
    assert set(re.findall(r"\b(SALON_[A-Z]+(?:_[A-Z]+)*(?:__[A-Z_]+)?)\b", PAGE)) <= set(names())
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (DEPLOY / target).exists(), target
    for name in re.findall(r"deploy/([\w./-]+\.(?:yaml|Dockerfile|service|timer|conf|md))", PAGE):
        assert (DEPLOY / name).exists(), name
