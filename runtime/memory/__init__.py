"""Memory: facts about data sets and subjects that outlive a run, each with its source, and a log of every change."""
