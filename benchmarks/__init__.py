"""Measures the speed of the client as ratios against others that do the same work in the same run; run `scripts/bench`."""
