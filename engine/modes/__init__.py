"""What may be done beside painting from words: one file a mode, written over the states of the families."""
