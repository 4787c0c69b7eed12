"""Written mode: what a language model writes, sentence by sentence."""
