"""What is read of a mail: bytes in, values out, whoever wrote them and however; no table, no clock, no network."""
