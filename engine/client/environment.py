"""What an engine process gets to see of the environment: a short list of names, so that no token ever reaches it."""

import json
from collections.abc import Mapping
from pathlib import Path

import engine
from engine.settings import PREFIX, EngineSettings

_NAMES = frozenset(
    """
    PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP SYSTEMROOT WINDIR LOCALAPPDATA USERPROFILE VIRTUAL_ENV
    XDG_CACHE_HOME XDG_DATA_HOME LD_LIBRARY_PATH DYLD_LIBRARY_PATH
    HF_HOME HF_HUB_CACHE HF_HUB_OFFLINE HF_ENDPOINT HF_HUB_DISABLE_TELEMETRY HF_HUB_DISABLE_XET HF_HUB_ETAG_TIMEOUT
    HF_HUB_DOWNLOAD_TIMEOUT SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE
    HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
    """.split()  # noqa: SIM905 - words are easier to read than a column of strings
)
_PREFIXES = ("LC_", "CUDA", "NVIDIA_", "OMP_", "KMP_", "GOMP_", "MKL_", "OPENBLAS_", "PYTORCH_", "HIP_", "HSA_")
_SECRET = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "API_KEY")


def scrubbed(environ: Mapping[str, str], settings: EngineSettings) -> dict[str, str]:
    """Return the environment of an engine process that has these settings, whatever `environ` says about them.

    `listen` is left out, for it tells clients where to look.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if (name in _NAMES or name.startswith(_PREFIXES)) and not any(word in name.upper() for word in _SECRET)
    }
    for name, value in settings.model_dump(mode="json", exclude={"listen"}, exclude_none=True).items():
        kept[PREFIX + name.upper()] = value if isinstance(value, str) else json.dumps(value)
    kept.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Threads that spin while they wait make torch many times slower wherever the cores are shared.
    kept.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # The log is for Salon's own warnings: what these two say of every start is no news to anybody.
    kept.setdefault("TRANSFORMERS_VERBOSITY", "error")
    kept.setdefault("DIFFUSERS_VERBOSITY", "error")
    kept["PYTHONPATH"] = str(Path(engine.__file__).parent.parent)
    kept["PYTHONSAFEPATH"] = "1"
    kept["PYTHONUNBUFFERED"] = "1"
    return kept
