"""Finding the office's evidence, narratives and considerations; reading what stands in files."""
