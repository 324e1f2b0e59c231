"""The use cases: submit, cancel, keep, delete, report... and what carries them out. No Discord here."""
