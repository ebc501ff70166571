"""Tools for courses: which exercises of a learner pass, said in the words of the notebook."""
