"""Run wrong answers against their checks, and write the kill table, README.md beside this file.

    python -m tests.wrong_answers          all of them
    python -m tests.wrong_answers 14 09    those of some exercises, in seconds

The table is written where none survives; it lists all, whichever were run.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from wrong_answers import all_wrong_answers, exercise_of, kill_table, refusal  # noqa: E402


def main(numbers: list[str]) -> int:
    """Run them, then write the table; the exit status says whether all were refused."""
    wrong = all_wrong_answers()
    known = {exercise_of(each) for each in wrong}
    if unknown := sorted(set(numbers) - known):
        numbers_known = ", ".join(sorted(known))
        print(f"no wrong answer is to exercise {', '.join(unknown)}; there are {numbers_known}")
        return 2
    asked = [each for each in wrong if not numbers or exercise_of(each) in numbers]
    alive = []
    for count, each in enumerate(asked, 1):
        if each.says not in refusal(each):
            alive.append(f"{each.check!r} does not refuse {each.name} rightly")
        if sys.stdout.isatty() or count % 100 == 0:
            print(f"\r{count} of {len(asked)}", end="", flush=True)
    print(f"\r{len(asked) - len(alive)} of {len(asked)} wrong answers are refused")
    if alive:
        print("\n".join(alive))
        return 1
    (HERE / "README.md").write_text(kill_table(wrong), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
