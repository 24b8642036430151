class RenderFailed(Exception):
    """No PDF came out, and why. The text is for the log; a user is told to try again."""
