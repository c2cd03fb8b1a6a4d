"""How the weights that ship are made: corpora, folds, fitting, export. Needs extra ``train``."""
