"""Files on messages: kept in the storage, put on messages, and swept when nothing needs them."""
