"""One module for each subcommand of `analyst`. They import what is heavy only when they run."""
