"""Nothing that the engine loads tells anybody about it."""

import subprocess
import sys

import pytest


def test_openvino_reports_nothing_and_forks_nothing():
    pytest.importorskip("openvino")
    code = """
import os, sys
os.register_at_fork(before=lambda: print("fork"))
import engine.diffusion.executors.openvino
import openvino
print(*[name for name in sys.modules if name.startswith("openvino_telemetry.")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
