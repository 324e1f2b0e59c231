"""What can be wrong with pictures that come from elsewhere."""

from __future__ import annotations

from engine.api.errors import EngineError, Kind


class CorpusRefused(EngineError):
    """The folder holds no pictures that can be used; name another folder."""

    kind = Kind.USER
    code = "corpus_refused"
    exit_code = 65


class MuseumUnavailable(EngineError):
    """The museum does not answer; try again later."""

    kind = Kind.TRANSIENT
    code = "museum_unavailable"
    exit_code = 69


class MuseumAnswerRefused(EngineError):
    """The museum's answer cannot be used; its interface may have changed."""

    kind = Kind.PERMANENT
    code = "museum_answer_refused"
    exit_code = 76
