"""Finding an old ticket by any word, in any script: one row per ticket, written behind."""
