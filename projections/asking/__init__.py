"""One question: a session over the views, as they are now or as they were."""
