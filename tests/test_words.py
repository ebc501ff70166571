"""The page of words: each is explained, in bold, in the lesson that the page names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "words.md"
ROWS = re.findall(r"^\| (\S.*?) \| (.+) \| (\d\d) \|$", PAGE.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(("word", "lesson"), [(word, lesson) for word, _, lesson in ROWS])
def test_a_word_stands_in_bold_in_its_lesson(word, lesson):
    (path,) = (ROOT / "source" / "lessons").glob(f"{lesson}_*.py")
    prose = " ".join(path.read_text(encoding="utf-8").split())
    assert re.search(rf"\*\*{re.escape(word)}", prose, re.I), f"{path.name} does not define {word}"


def test_no_word_stands_twice_and_the_lessons_are_in_order():
    words, lessons = [row[0] for row in ROWS], [row[2] for row in ROWS]
    assert len(ROWS) > 40 and len(set(words)) == len(words)
    assert lessons == sorted(lessons)


def test_the_readme_and_lesson_00_lead_to_the_page():
    assert "(docs/words.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    first = ROOT / "source" / "lessons" / "00_start_here.py"
    assert "(../docs/words.md)" in first.read_text(encoding="utf-8")
