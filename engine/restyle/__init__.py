"""Restyling in one pass: a small network that gives a picture the statistics of another one's features."""
