"""
The blank form: what our own definition prints, as a Word file and as a PDF that can be filled in.

Nothing here runs in the reading child.
"""
