"""From a query to the passages and sentences that may answer it, best first."""
