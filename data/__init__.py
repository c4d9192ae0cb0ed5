"""What the method says, what is written down, and how it leaves."""
