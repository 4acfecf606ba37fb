"""Standing pages are told that they are out of date: a bell, streams of it, and who else is there."""
