"""Forms of the workflow pages."""
