"""What a learner has done, where they are, and what is due: kept by them alone."""

from .log import note_check, note_prediction, note_question

__all__ = ["note_check", "note_prediction", "note_question"]
