"""The course as a folder of pages: every lesson and exercise from its stored notebook, unrun."""
