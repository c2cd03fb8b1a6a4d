"""The learnt stages over the rules: linear heads, encoder, the last weighing, and their reader."""
