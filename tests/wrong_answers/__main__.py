"""Write the kill table, README.md beside this file: `python -m tests.wrong_answers`.

Every wrong answer is run first; while one survives, nothing is written.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from wrong_answers import all_wrong_answers, kill_table, survivors  # noqa: E402


def main() -> int:
    """Run them all, then write the table; the exit status says whether all were refused."""
    wrong = all_wrong_answers()
    if alive := survivors(wrong):
        print("\n".join(f"{each.check!r} does not refuse {each.name} rightly" for each in alive))
        return 1
    (HERE / "README.md").write_text(kill_table(wrong), encoding="utf-8", newline="\n")
    print(f"{len(wrong)} of {len(wrong)} wrong answers are refused; README.md is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
