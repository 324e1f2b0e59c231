import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def deaths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deaths")
    command = [sys.executable, "-m", "tests.engine.training.deaths", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, json.loads(done.stdout.splitlines()[-1])


def test_no_moment_to_die_at_loses_a_checkpoint_or_changes_the_outcome(deaths):
    found = deaths[1]["kill_everywhere"]
    assert found["kills"] > 20
    assert found["lost"] == []
    assert found["different"] == []


def test_dying_again_and_again_never_goes_back(deaths):
    found = deaths[1]["kill_again_and_again"]
    assert found["steps"] == sorted(found["steps"])
    assert found["steps"][0] == 1
    assert found["same"]


def test_a_full_disk_ends_in_a_sentence_and_keeps_the_checkpoint(deaths):
    said, found = deaths[0], deaths[1]["fill_the_disk"]
    assert "CannotWrite: The disk is full" in said
    assert found == {"status": 1, "kept": True, "left": ["checkpoint"]}
