"""Rules of the house that a linter does not know."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"bot", "engine", "storage", "tests", "deploy", ".ci", ".github"}
LIMIT = 15 * 2**20


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def sources() -> list[Path]:
    return [path for folder in ("bot", "engine", "storage") for path in (ROOT / folder).rglob("*.py")]


def test_the_top_level_is_closed():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    assert folders <= FOLDERS


def test_nothing_tracked_is_too_heavy():
    sizes = {path: path.stat().st_size for path in tracked()}
    assert [path for path, size in sizes.items() if size > LIMIT] == []
    assert sum(sizes.values()) < 50 * 2**20


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("engine.api", {"torch", "numpy", "PIL", "diffusers", "transformers"}),
        ("engine.client", {"torch", "numpy", "PIL", "diffusers", "transformers"}),
        ("bot.__main__", {"torch", "numpy", "PIL", "diffusers", "transformers", "openvino"}),
        ("engine.batcher", {"torch", "numpy", "diffusers", "transformers"}),
    ],
)
def test_light_modules_load_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not heavy & set(loaded.stdout.split())


def calls(tree: ast.AST) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_nothing_unpickles_or_trusts_remote_code():
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"pickle", "dill", "cloudpickle", "shelve", "marshal"}, path
        assert "torch.load" not in calls(tree), path
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "trust_remote_code":
                assert isinstance(node.value, ast.Constant) and node.value.value is False, path


def test_only_the_settings_read_the_environment():
    for path in sources():
        if path.name in {"settings.py"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert "os.getenv" not in text, path
