"""The vocabulary: frozen values, states and their legal moves. Standard library only."""
