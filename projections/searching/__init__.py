"""Full text: which entries hold some words, in whatever script and spelling."""
