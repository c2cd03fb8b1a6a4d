"""A second reading of the definitions: naive, slow, and beside their sentences.

Nothing here imports the product. Events are plain mappings, as in the interchange format, and carry
their signals. Each rule stands with the sentence of the definitions that it is taken from; where
they are silent it follows the decisions in pipeline/README.md. Its worlds are random and hostile:
times meet the ends of windows, and everything collides with all.
"""
