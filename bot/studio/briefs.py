"""From a job to what the engine is asked for."""

from bot.studio.palettes import with_palette
from engine.api import Brief, OwnStyle
from storage.records import Job

MESSAGE_BYTES = 24 * 1024 * 1024
"""Of all pictures of one message together; Discord takes 25 MiB with everything else in it."""


def brief_id(job_id: int) -> str:
    """Return the name under which the engine knows a job."""
    return f"job-{job_id}"


def brief(job: Job) -> Brief:
    """Return what the engine is asked for."""
    width, height = (int(side) for side in job.size.split("x")) if job.size else (None, None)
    return Brief(
        id=brief_id(job.id),
        prompt=with_palette(job.prompt, job.palette),
        negative=job.negative or "",
        style=job.style,
        styles=(OwnStyle(**job.own_style),) if job.own_style else (),
        model=job.model,
        count=job.count,
        seed=job.seed,
        width=width,
        height=height,
        previews=True,
        language="zh" if job.locale.startswith("zh") else "en",
        max_bytes=max(1024, min(job.filesize_limit, MESSAGE_BYTES // job.count)),
    )
