"""Speed, always as ratios against a rival in the same run: `make bench`."""
