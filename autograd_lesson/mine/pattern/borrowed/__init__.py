"""What the course lends until an exercise passes: each answer by its name, on its own rules."""
