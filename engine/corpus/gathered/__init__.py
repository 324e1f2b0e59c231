"""Other people's pictures: folders with captions, museum collections, and how they are prepared for training."""
