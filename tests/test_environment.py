"""The files that say what to install, and the workflows that install it, agree with each other."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from nbval.plugin import get_sanitize_patterns
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {
    "graphviz": "python-graphviz",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
}
CONDA_ONLY = {"python", "pip", "graphviz"}  # conda-forge's `graphviz` is the program `dot`
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def extra(name: str) -> list[str]:
    return project()["optional-dependencies"][name]


def on_pypi() -> dict[str, SpecifierSet]:
    """What pyproject.toml asks for, under conda's names."""
    lines = [*project()["dependencies"], *extra("lessons"), *extra("site"), *extra("test")]
    wanted = [Requirement(line) for line in lines]
    return {CONDA_NAMES.get(each.name, each.name).lower(): each.specifier for each in wanted}


def on_conda() -> dict[str, SpecifierSet]:
    """What environment.yml asks for."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in content["dependencies"] if isinstance(line, str)]
    parts = [re.fullmatch(r"([a-z0-9-]+)(?: (\S+))?", line) for line in lines]
    assert all(parts), f"each line is `name` or `name bound`: {lines}"
    by_pip = [Requirement(line) for line in content["dependencies"][-1]["pip"][:-1]]
    found = {part[1]: SpecifierSet(part[2] or "") for part in parts}
    return found | {each.name: each.specifier for each in by_pip}


def test_conda_and_pip_install_the_same_packages():
    assert set(on_conda()) - CONDA_ONLY == set(on_pypi())


def test_conda_and_pip_ask_for_the_same_versions():
    conda = on_conda()
    assert {name: conda[name] for name in on_pypi()} == on_pypi()
    assert conda["python"] == SpecifierSet(project()["requires-python"])


def test_conda_uses_one_channel_and_installs_the_course_itself():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert content["channels"] == ["conda-forge"]
    assert content["dependencies"][-1]["pip"][-1] == "-e ."


def test_there_are_lower_bounds_only():
    extras = project()["optional-dependencies"].values()
    for line in project()["dependencies"] + [line for extra in extras for line in extra]:
        operators = [bound.operator for bound in Requirement(line).specifier]
        assert operators == [">="], line


def test_start_py_and_the_package_want_the_same_python():
    import start

    assert project()["requires-python"] == ">={}.{}".format(*start.OLDEST)


def test_the_modules_start_py_looks_for_are_asked_for():
    import start

    module_of = {
        "pytest-xdist": "xdist",
        "autograd-lesson": "autograd_lesson",
        "jupyterlite-core": "jupyterlite_core",
        "jupyterlite-pyodide-kernel": "jupyterlite_pyodide_kernel",
        "scikit-learn": "sklearn",
    }
    groups = {"lab": project()["dependencies"]}
    groups |= {name: extra(name) for name in set(start.MODULES) - {"lab"}}
    for group, lines in groups.items():
        asked = {Requirement(line).name for line in lines} | {project()["name"]}
        assert set(start.MODULES[group]) <= {module_of.get(name, name) for name in asked}


def test_a_container_is_made_ready_by_what_a_first_start_does():
    import start

    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    settings = json.loads(re.sub(r"^//.*$", "", text, flags=re.MULTILINE))
    module, call = re.fullmatch(
        r"python3 -c 'import (\w+); \w+\.(\w+)\(\)'", settings["postCreateCommand"]
    ).groups()
    assert module == "start" and callable(getattr(start, call))
    assert (ROOT / settings["customizations"]["codespaces"]["openFiles"][0]).is_file()
    assert settings["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"] == (
        "${containerWorkspaceFolder}/.venv/bin/python"
    )


def test_the_first_heading_of_the_changelog_is_the_version_of_the_release():
    heading = re.search(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert heading[1] == project()["version"], (
        f"CHANGELOG.md begins with {heading[1]}, and pyproject.toml with another version"
    )


# --- workflows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_asks_for_little_and_ends(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), f"{name}: {step}"
            if "uses" in step:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]), "pin the full commit"
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            # An expression inside a script would be run as part of it.
            assert "${{" not in step.get("run", ""), f"{name}: hand it over in `env`"


def jobs_of(name: str) -> dict:
    path = ROOT / ".github" / "workflows" / name
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def test_the_tests_run_on_three_systems_from_the_oldest_python_to_the_newest():
    import start

    matrix = jobs_of("tests.yml")["tests"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"][0] == "{}.{}".format(*start.OLDEST)
    assert matrix["python"][-1] == "3.x"  # the newest there is


def test_one_job_has_no_dot_and_every_other_one_does():
    jobs = jobs_of("tests.yml")
    with_dot = {
        name
        for name, job in jobs.items()
        if any("graphviz" in step.get("run", "") for step in job["steps"])
    }
    assert set(jobs) - with_dot == {"without-dot"}


def test_ci_installs_one_exact_torch_with_all_that_asks_for_a_range():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extras = [script.index(f'extras["{name}"]') for name in ("torch", "peers", "cluster")]
    exact = script.index('torch==2.13.0 "${compared[@]}"')
    assert max(extras) < exact < script.index("start.py test --pristine")


def test_ci_runs_the_lessons_and_the_classroom_on_the_newest_python_as_well():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    on_the_newest = script[script.index(".venv/newest/bin/python -m pytest") :]
    for part in ("--nbval ", "notebooks solutions", "tests/test_classroom_check.py"):
        assert part in on_the_newest
    assert script.count("|| status=1") == 3 and script.endswith("exit $status\n")


@pytest.mark.parametrize(
    ("newer", "stored"),
    [
        ("zero to a negative power", "0.0 cannot be raised to a negative power"),
        ("float division by zero", "division by zero"),
    ],
)
def test_the_words_of_one_python_are_taken_for_those_of_another(newer, stored):
    rules = get_sanitize_patterns((ROOT / "tests" / "nbval.cfg").read_text(encoding="utf-8"))
    found = [newer, stored]
    for pattern, replacement in rules:
        found = [re.sub(pattern, replacement, words) for words in found]
    assert found == [stored, stored]
