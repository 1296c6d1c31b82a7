"""What is measured; each module has `run(bench) -> list[Row]`."""
