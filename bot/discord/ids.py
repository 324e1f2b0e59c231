"""The grammar of custom ids: what a button or a modal carries, so that it works after any restart, for ever.

`s1:<verb>:<id>[:<n>]`, where the id is that of an artwork or a job. A later version may add verbs or another prefix,
but every id ever sent must still be parsed: messages live longer than programs.
"""

import re
from dataclasses import dataclass

MAX_LENGTH = 60
"""Characters; Discord allows 100, and the rest is kept for what nobody has thought of."""

CHANGE_VERBS = frozenset(
    {"vary", "strong", "tools", "pan", "zoom", "enlarge", "repaint", "clear", "restyle", "dress", "lineage"}
    | {"blend", "morph", "frame"}
)
"""What is made of an artwork. A number after the id tells which of several ways, times two, and one more where the
result is for the member alone."""
ARTWORK_VERBS = CHANGE_VERBS | {"keep", "details", "delete", "report", "hide", "show", "ban", "erase", "spare"}
"""The id is that of an artwork."""
JOB_VERBS = frozenset({"again", "remix", "more", "cancel"})
"""The id is that of a job."""
OTHER_VERBS = frozenset({"history", "styles", "dismiss", "forget", "permute", "remove", "redraw", "wear"})
"""The id is the artwork before which a page of the history begins, a page number, a report, a member, a draft, reports
again, and an upload."""
VERBS = ARTWORK_VERBS | JOB_VERBS | OTHER_VERBS

_VERSION = 1
ANY_VERSION = re.compile(r"s\d{1,3}:.{1,90}", re.DOTALL)
"""Whatever looks like an id of ours, so that one from a later version is answered too after a downgrade."""
_ID = re.compile(r"s1:(?P<verb>[a-z]{1,12}):(?P<id>0|[1-9]\d{0,18})(?::(?P<n>0|[1-9]\d{0,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CustomId:
    """What one component is about."""

    verb: str
    id: int
    """Of an artwork, a job or a page; 0 to 2**63 - 1."""
    n: int | None = None

    def __str__(self) -> str:
        """Return the text that Discord keeps, at most `MAX_LENGTH` characters."""
        tail = "" if self.n is None else f":{self.n}"
        return f"s{_VERSION}:{self.verb}:{self.id}{tail}"


def parse(text: str) -> CustomId | None:
    """Read a custom id; None where it is none of ours or names a verb that this version does not know."""
    found = _ID.fullmatch(text)
    if found is None or found["verb"] not in VERBS:
        return None
    return CustomId(found["verb"], int(found["id"]), None if found["n"] is None else int(found["n"]))


def pattern(verb: str) -> re.Pattern[str]:
    """Return what matches the ids of one verb, in every version that ever carried it."""
    return re.compile(rf"s1:{verb}:\d{{1,19}}(?::\d{{1,9}})?", re.ASCII)


def unknown() -> re.Pattern[str]:
    """Return what matches ids that look like ours and belong to no verb of this version."""
    known = "|".join(sorted(VERBS))
    return re.compile(rf"(?!s1:(?:{known}):\d{{1,19}}(?::\d{{1,9}})?\Z)s\d{{1,3}}:.{{1,90}}", re.ASCII | re.DOTALL)
