"""Text in, signals out. Imports nothing of ``pipeline``.

``models.reading`` holds the types and the ``Reader`` protocol, ``models.rules`` the transparent
first reader, ``models.deadlines`` the grammar of deadlines, ``models.lines`` the line format of
``ccm read``.
"""
