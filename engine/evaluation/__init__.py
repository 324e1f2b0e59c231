"""Evaluation: how good a model's pictures are, measured by networks that had no part in painting them."""
