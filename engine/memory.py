"""Telling a machine that ran out of memory from every other failure, without importing torch."""

import errno

_SPELLINGS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "std::bad_alloc",
    "bad allocation",
    "failed to allocate",
    "not enough memory",
    "could not create a primitive",  # oneDNN, when the scratch memory of a convolution cannot be had
    "could not create a memory object",
    "failed to map segment",  # the dynamic linker, when a library cannot be mapped
)
_FATAL = ("cuda error", "device-side assert", "cublas_status_", "cudnn_status_execution_failed")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that host or device memory ran out; libraries spell it in many ways."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if not (isinstance(error, (RuntimeError, ImportError, OSError)) or type(error).__name__ == "SafetensorError"):
        return False
    if getattr(error, "errno", None) == errno.ENOMEM:
        return True
    if any(spelling in str(error).lower() for spelling in _SPELLINGS):
        return True
    # Libraries wrap what went wrong while a file was read or imported, and do not always repeat it.
    behind = None if isinstance(error, RuntimeError) else error.__cause__ or error.__context__
    return behind is not None and is_out_of_memory(behind)


def is_fatal(error: BaseException) -> bool:
    """Whether the device is unusable until the process starts anew (a sticky CUDA error)."""
    text = str(error).lower()
    return isinstance(error, RuntimeError) and not is_out_of_memory(error) and any(mark in text for mark in _FATAL)
