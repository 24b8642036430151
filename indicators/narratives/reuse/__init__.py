"""Reusing the evidence of earlier years: brought to be re-verified, never with its score."""
