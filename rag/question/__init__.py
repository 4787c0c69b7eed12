"""What is asked: the words of a question made into a query."""
