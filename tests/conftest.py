"""What all tests share: the strictness of this project's own repository, when it is asked for.

A learner's clone has filled-in exercises and may lack a browser, so there tests look past answers
and skip what the machine cannot do. Two variables ask for more:
`AUTOGRAD_LESSON_PRISTINE=1` (set by `python3 start.py test --pristine`): the exercises must be as
the project ships them. `AUTOGRAD_LESSON_NO_SKIPS=1` (set by `.ci/run`): a skipped test is a failed
one, unless its reason begins with "only on", which tells of another kind of machine.
"""

import gc
import os
import re
import shutil
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

# nbgrader loads setuptools, which refuses where somebody has loaded Python's own distutils before.
with suppress(ImportError):
    import setuptools  # noqa: F401

ROOT = Path(__file__).parents[1]

# As `start.py test` has it: threads of several workers wait for one another longer than they work.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# An example has no time limit: on a busy machine the same one takes ten times as long.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


# Files that take long and share no fixture: their tests are spread over the workers.
SPREAD = (
    "test_checks_core",
    "test_compile_step",
    "test_exercises",
    "test_notebooks",
    "test_tensor_ops",
    "test_wrong_answers",
)
IN_JUPYTERLAB = "heatmap next_day playground predict predictions progress review stepper training"
TOGETHER = {  # files that share what takes long to make
    **{f"test_{name}_in_browser": "lab" for name in IN_JUPYTERLAB.split()},
    "test_faults": "grading",
    "test_grading": "grading",
    "test_lite_in_browser": "website",
    "test_website": "website",
    "test_website_in_browser": "website",
    "test_website_lite": "website",
}


def group_of(nodeid: str) -> str:
    """The tests that run on one worker: those of a file; of the longest files, of each part."""
    stem = Path(nodeid.partition("::")[0]).stem
    part = zlib.crc32(nodeid.encode()) % 32 if stem in SPREAD else ""
    return f"{TOGETHER.get(stem, stem)}{part}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out whole groups; xdist's own way, a mark, has no effect from pytest 9.2 on."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid)

    return ByGroup(config, log)


def pytest_ignore_collect(collection_path, config):
    """Do not even load a file of which all is slow, where slow tests are left out."""
    is_test = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if not is_test or config.getoption("markexpr") != "not slow":
        return None
    text = collection_path.read_text(encoding="utf-8")
    return True if re.search(r"^pytestmark = \[?\s*pytest\.mark\.slow\b", text, re.M) else None


def pytest_collection_finish():
    """Look for garbage in what the tests make, not each time in all that was collected as well."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def website(tmp_path_factory) -> Path:
    """The pages of the course, made once; without what runs in them, and without the PDF."""
    out = tmp_path_factory.mktemp("website") / "site"
    command = [sys.executable, "-m", "website", "--no-lite", "--no-pdf", f"--out={out}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def lite_site(tmp_path_factory) -> Path:
    """What runs in the site's pages, made once; one made before, by AUTOGRAD_LESSON_LITE."""
    if before := os.environ.get("AUTOGRAD_LESSON_LITE"):
        return Path(before) / "lite"
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("only on a machine with Node.js, whose npm brings Pyodide")
    from website import lite

    out = tmp_path_factory.mktemp("lite")
    lite.build_lite(out)
    return out / "lite"


@pytest.fixture(scope="session")
def pristine() -> bool:
    """Must the exercises be as the project ships them?"""
    return bool(os.environ.get("AUTOGRAD_LESSON_PRISTINE"))


def refuse_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where nothing may be skipped."""
    if not os.environ.get("AUTOGRAD_LESSON_NO_SKIPS"):
        return
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith("only on"):
        report.outcome = "failed"
        report.longrepr = f"skipped where AUTOGRAD_LESSON_NO_SKIPS is set: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Look at each test's report."""
    report = yield
    refuse_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Look at each file's report: `importorskip` at the top of a file skips all its tests."""
    report = yield
    refuse_a_skip(report)
    return report
