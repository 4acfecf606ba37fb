"""Team notes: answers kept on a topic, for colleagues who are asked the like."""
