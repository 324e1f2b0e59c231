"""One file per step, named by its number. A new one brings a dump for `tests/storage/released`."""
