import subprocess
import sys

import pytest

from storage.errors import DatabaseTaken
from storage.lock import Lock
from tests.storage.stores import NOW

HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from storage.lock import Lock
lock = Lock(Path(sys.argv[1]))
lock.acquire(datetime.now(UTC))
print("held", flush=True)
time.sleep(600)
"""


def test_a_second_bot_is_refused_by_the_name_of_the_first_until_that_is_killed(tmp_path):
    path = tmp_path / "new folder" / "salon.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "held\n"
        try:
            with pytest.raises(DatabaseTaken, match=f"process {first.pid} on .* stop that one first") as refused:
                Lock(path).acquire(NOW)
        finally:
            first.kill()
    assert refused.value.exit_code == 75
    second = Lock(path)
    second.acquire(NOW)
    second.release()
    Lock(path).acquire(NOW)
