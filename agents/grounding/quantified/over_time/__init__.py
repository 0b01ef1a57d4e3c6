"""Claims of how often, when first, or at which times something was so."""
