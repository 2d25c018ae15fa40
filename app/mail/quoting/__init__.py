"""Whose words are these: the writer's, somebody's before, or a machine's? Read from how mail programs quote."""
