"""Why a number is what it is, and what changed between two moments."""
