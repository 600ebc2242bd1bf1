"""The reader of TeX: from the letters of a display to the syntax trees of its statements."""
