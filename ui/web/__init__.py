"""The chat page: ask, read the answer, see the very sentence in its article.

Gradio is the engine (its queue, its streaming, its API for other programs); the page itself is ours, because every character
of an article is hostile until escaped and nothing may be fetched from anywhere else. Only `engine.py` imports gradio.
"""
