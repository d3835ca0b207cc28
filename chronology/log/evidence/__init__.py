"""Evidence that a log is what it was: its hash tree, checkpoints, proofs, and what was seen of it before."""
