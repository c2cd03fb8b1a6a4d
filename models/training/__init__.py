"""How the weights that ship are made: corpora, folds, fitting, export. Needs the extra ``train``."""
