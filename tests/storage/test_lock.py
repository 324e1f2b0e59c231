import subprocess
import sys

import pytest

from storage.errors import DatabaseRefused, DatabaseTaken
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


@pytest.mark.parametrize("place", ["file/salon.db", "file/deeper/salon.db", "locked/salon.db"])
def test_a_data_folder_that_cannot_be_used_is_said_with_what_to_do(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "locked" / "salon.db.lock").mkdir(parents=True)
    with pytest.raises(DatabaseRefused, match=r"cannot be written \(.*set SALON_DATA_DIR") as refused:
        Lock(tmp_path / place).acquire(NOW)
    assert refused.value.exit_code == 78


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
