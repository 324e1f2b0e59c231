"""Pictures as files: what comes in is distrusted, what goes out tells how it was made."""
