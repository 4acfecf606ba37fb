"""To whom an answer goes: which addresses are ours, whom the mail before it names, and what was typed."""
