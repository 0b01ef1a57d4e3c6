"""The subcommands of `analyst`, one a module. Heavy imports happen when a command runs."""
