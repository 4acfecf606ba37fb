"""By what programs prove who asks: keys of stores, and keys of agents for reports."""
