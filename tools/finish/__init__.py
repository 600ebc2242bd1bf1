"""The steps that finish a built site, each in a module of its own; tools/after_build.py calls them in order."""
