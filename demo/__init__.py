"""The demonstration: an invented office brought to any point of its year, by domain functions."""
