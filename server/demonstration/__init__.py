"""What a demonstration has beyond an empty center; refused everywhere else."""
