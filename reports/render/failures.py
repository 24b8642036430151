class RenderFailed(Exception):
    """No PDF came out, and why. The text is for the log; a user is asked to try again."""


def needed_more(memory_mb: int) -> str:
    """What is said of a paper that the memory it may have does not suffice for."""
    return f"rendering needed more than {memory_mb} MB"
