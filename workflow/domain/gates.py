"""What a step still lacks: the blocking todos of that step, and nothing computed beside them."""


def missing_of(step, at):
    """The todos that keep ``step`` from being finished, most urgent first."""
    from workflow.domain.todos import todos_of  # noqa: PLC0415 - todos look at proposals, as gates do

    return [todo for todo in todos_of(step.cycle, at) if todo.blocks and todo.step == step.kind]
