"""Text notices with receipt, instant replies, emergency calls."""
