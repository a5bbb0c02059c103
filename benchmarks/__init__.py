"""How fast the client is, as ratios against others that do the same work in the same run; `scripts/bench` prints the table."""
