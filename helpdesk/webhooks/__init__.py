"""What happens in conversations, told to whoever has subscribed to it."""
