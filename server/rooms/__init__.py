"""The room of the center: who is in it, what officers ask of it, what engine and pages get."""
