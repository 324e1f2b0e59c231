"""How the `salon` command is called where this Salon runs."""

import os
import shutil
import sys
from pathlib import Path


def salon() -> str:
    """Return what to type: `salon` where a shell finds that of this installation, else its path, short if it can be."""
    own = Path(sys.executable).parent / "salon"
    found = shutil.which("salon")
    if not own.exists() or (found is not None and own.samefile(found)):
        return "salon"
    here = os.path.relpath(own)
    return str(own) if here.startswith(os.pardir) else here
