"""Charts drawn by programs that training never uses: the out-of-distribution set."""
