"""Restyling without weights: pictures take on the patch distribution of others by optimal transport."""
