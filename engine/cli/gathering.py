"""What `salon corpus` does."""

import asyncio
import io
from pathlib import Path

from engine.api.errors import Cancelled, InvalidBrief
from engine.cli.console import console, results, shown_path, visible
from engine.cli.files import write_whole
from engine.corpus.gathered.banks import RECORD, SIZES, prepare_bank
from engine.corpus.gathered.museums import MUSEUMS
from engine.corpus.gathered.museums.gathering import gather
from engine.corpus.gathered.prepare.pipeline import DEFAULT, Pipeline, named
from engine.corpus.gathered.sheets import can_write_chinese, grid_sheet, painted_rows, prepared_rows
from engine.names import unknown

MOST_SHOWN = 60
_REMARKS = 8


def show(folder: Path | None, steps: str | None, size: int, count: int, out: Path) -> None:
    """Draw a sheet of the corpus, or of a folder and the steps.

    Raises:
        InvalidBrief: a senseless number, or steps for a corpus that is not prepared.
        UnknownName: there is no step of that name.
        CorpusRefused: the folder holds no pictures.
        CannotWrite: the sheet cannot be written.
    """
    if not 1 <= count <= MOST_SHOWN:
        raise InvalidBrief(f"--count takes a number from 1 to {MOST_SHOWN}; you gave {count}.")
    if not SIZES[0] <= size <= SIZES[1]:
        raise InvalidBrief(f"--size takes a number from {SIZES[0]} to {SIZES[1]}; you gave {size}.")
    if folder is None:
        if steps:
            raise InvalidBrief("Salon's own corpus needs no preparation; name a folder to see what --steps make of it.")
        _show_painted(count, out)
        return
    pipeline = Pipeline(named(steps) if steps else DEFAULT, size)
    entries = pipeline.entries(folder)
    rows = prepared_rows(pipeline, entries[:count])
    buffer = io.BytesIO()
    grid_sheet(rows).save(buffer, "PNG")
    write_whole(out, buffer.getvalue())
    _tell_record(pipeline)
    console().print(f"{min(count, len(entries))} of {len(entries):,} pictures, step by step: {shown_path(out)}")


def fetch(museum: str, query: str, out: Path, count: int) -> None:
    """Fetch pictures from a museum.

    Raises:
        UnknownName: no museum is called so.
        Cancelled: Ctrl-C.
        EngineError: as `gather`.
    """
    if museum not in MUSEUMS:
        raise unknown("museum", museum, MUSEUMS)
    try:
        result = asyncio.run(gather(MUSEUMS[museum], query, out, count, _say))
    except KeyboardInterrupt as interrupt:
        raise Cancelled("Stopped; what was fetched is kept, and the same command goes on from there.") from interrupt
    _say(f"{result.there:,} pictures of {MUSEUMS[museum].title} lie in {out}, {result.fetched:,} of them new.")
    if result.refused:
        _say(f"{result.refused:,} works could not be used, the last of them since {result.last_refusal}")
    if result.exhausted:
        _say("The search finds no more that may be used; try other words for more.")


def prepare(folder: Path, out: Path, steps: str | None, size: int) -> None:
    """Prepare a folder as a bank.

    Raises:
        Cancelled: Ctrl-C.
        EngineError: as `prepare_bank`.
    """
    names = named(steps) if steps else DEFAULT
    try:
        count = prepare_bank(folder, out, size, _say, names)
    except KeyboardInterrupt as interrupt:
        raise Cancelled("Stopped; no bank is written, and the pictures are as they were.") from interrupt
    _say(
        f"{count:,} pictures lie in {out}, and what each step did in {out / RECORD}. "
        f"Train on them with 'salon train mini --data {out}'."
    )


def _show_painted(count: int, out: Path) -> None:
    rows, captions = painted_rows(count)
    buffer = io.BytesIO()
    grid_sheet(rows).save(buffer, "PNG")
    write_whole(out, buffer.getvalue())
    for number, said in enumerate(captions, 1):
        results().print(f"{number}  " + "\n   ".join(said))
    note = (
        "" if can_write_chinese() else " (no Chinese font is installed here, so the Chinese captions stand above only)"
    )
    console().print(f"{count} pictures and a row a factor: {shown_path(out)}{note}")


def _tell_record(pipeline: Pipeline) -> None:
    remarks = pipeline.record.remarks
    for remark in remarks[:_REMARKS]:
        _say(f"{remark.name} {remark.reason}.")
    if len(remarks) > _REMARKS:
        _say(f"And {len(remarks) - _REMARKS:,} more such remarks.")
    for sentence in pipeline.record.sentences():
        _say(sentence)


def _say(line: str) -> None:
    console().print(visible(line))
