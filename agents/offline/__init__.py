"""The rule-based model `offline`: it answers each agent's prompt without a network or a key."""
