"""Proves that workers on many machines neither double nor lose a row, whatever dies: workers, the database, the network."""
