"""From a job to what the engine is asked for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.studio.palettes import painted, with_palette
from engine.api import Brief, OwnStyle
from engine.api.guides import MAX_REFERENCES, Palette, Reference
from storage.records import Job

MESSAGE_BYTES = 24 * 1024 * 1024
"""Of all pictures of one message together; Discord takes 25 MiB with everything else in it."""

_COLOURS = 0.6
"""How far a picture takes on the colours of a style's first picture."""


def brief_id(job_id: int) -> str:
    """Return the name under which the engine knows a job."""
    return f"job-{job_id}"


def after_pictures(asked: Brief) -> Brief:
    """Have a brief painted after the pictures of the style that it brings, if that has any."""
    shown = [picture for style in asked.styles for picture in style.references]
    if not shown or asked.tile:
        return asked
    references = *asked.references, *(Reference(picture=picture, role="style") for picture in shown)
    return replace(
        asked,
        references=references[:MAX_REFERENCES],
        palette=asked.palette or Palette(picture=shown[0], strength=_COLOURS),
    )


def brief(job: Job) -> Brief:
    """Return what the engine is asked for."""
    width, height = (int(side) for side in job.size.split("x")) if job.size else (None, None)
    return Brief(
        id=brief_id(job.id),
        prompt=with_palette(job.prompt, job.palette),
        negative=job.negative or "",
        style=job.style,
        styles=(_own(job.own_style),) if job.own_style else (),
        model=job.model,
        count=job.count,
        palette=painted(job.palette),
        seed=job.seed,
        width=width,
        height=height,
        previews=True,
        language="zh" if job.locale.startswith("zh") else "en",
        max_bytes=max(1024, min(job.filesize_limit, MESSAGE_BYTES // (1 if job.mode == "morph" else job.count))),
    )


def _own(style: Mapping[str, Any]) -> OwnStyle:
    return OwnStyle(**dict(style) | {"references": tuple(style.get("references", ()))})
