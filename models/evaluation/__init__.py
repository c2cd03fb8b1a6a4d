"""How good the reader is: sets that no weight has seen, measures, the model card."""
