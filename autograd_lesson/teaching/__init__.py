"""Props of single lessons: what they diagnose, draw from, break and measure."""
