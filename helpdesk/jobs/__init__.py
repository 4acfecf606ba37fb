"""Work that takes longer than a request or a task: asked for by a row, carried on step by step."""
