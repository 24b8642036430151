"""Database to snapshot, one module per kind of paper; `reports.collect` is the door."""
