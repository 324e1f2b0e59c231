"""Telling a machine that ran out of memory from every other failure, without importing torch."""

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
)
_FATAL = ("cuda error", "device-side assert", "cublas_status_", "cudnn_status_execution_failed")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that host or device memory ran out; libraries spell it in many ways."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(spelling in str(error).lower() for spelling in _SPELLINGS)


def is_fatal(error: BaseException) -> bool:
    """Whether the device is unusable until the process starts anew (a sticky CUDA error)."""
    text = str(error).lower()
    return isinstance(error, RuntimeError) and not is_out_of_memory(error) and any(mark in text for mark in _FATAL)
