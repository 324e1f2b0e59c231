"""Out of memory has many spellings; nothing else may pass for it."""

import errno

import pytest

from engine.memory import is_fatal, is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("could not create a primitive"),
        RuntimeError("CUDA error: out of memory"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        ImportError("libopenvino.so: cannot allocate memory in static TLS block"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        OSError("unable to mmap 48 bytes from file <model.safetensors>: Cannot allocate memory (12)"),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_spellings_of_out_of_memory(error):
    assert is_out_of_memory(error)
    assert not is_fatal(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("out of memory"),
        RuntimeError("shape mismatch"),
        KeyError("memory"),
        OSError(errno.ENOENT, "memory.txt"),
        ImportError("no module named memory"),
    ],
)
def test_other_errors_are_not(error):
    assert not is_out_of_memory(error)
    assert not is_fatal(error)


def test_a_wrapped_error_is_seen():
    with pytest.raises(OSError, match="Unable to load") as caught:
        try:
            raise RuntimeError("unable to mmap: Cannot allocate memory (12)")
        except RuntimeError as error:
            raise OSError("Unable to load weights from checkpoint file") from error
    assert is_out_of_memory(caught.value)


def test_sticky_device_errors_are_fatal():
    assert is_fatal(RuntimeError("CUDA error: an illegal memory access was encountered"))


def test_torch_really_spells_it_so():
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
