"""Equations in Markdown pages: read, numbered, rendered, and tied to the code that computes them."""
