"""The sohoa command, its subcommands, the makers of samples and the benchmarks."""
