"""Planted errors: changes of an equation that the judge should catch, and how many it does."""
