"""Parts of a whole, and what they leave."""
