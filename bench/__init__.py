"""What prints the ratios: mailbot beside what it is compared with, in one interleaved run."""
