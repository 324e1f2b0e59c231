import subprocess
import sys
import threading

from engine.training.ranks import Ranks

MAIN = """
from engine.training.ranks import together
from tests.engine.training.test_ranks import wait_for_ever
together(2, wait_for_ever)
"""


def wait_for_ever():
    print(Ranks().rank, flush=True)
    threading.Event().wait()


def test_no_process_outlives_the_one_that_started_it():
    with subprocess.Popen([sys.executable, "-c", MAIN], stdout=subprocess.PIPE, text=True) as parent:
        assert {parent.stdout.readline() for _ in range(2)} == {"0\n", "1\n"}
        parent.kill()
        # the end of the stream comes when the last process that holds it has ended
        assert parent.stdout.read() == ""


def test_alone_nothing_is_shared():
    assert (Ranks().rank, Ranks().count) == (0, 1)
    assert Ranks().first(3.0, 1.0) == (3.0, 1.0)
