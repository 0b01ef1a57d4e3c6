"""The subcommands of `analyst`, one file each. Heavy imports happen when a command runs."""
