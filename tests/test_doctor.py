"""The doctor: it finds what is there, names the next move for what is not, and never raises."""

from __future__ import annotations

import builtins
import importlib
import importlib.metadata
import importlib.util
import subprocess
import sys

import pytest

from autograd_lesson.teaching import doctor as module
from autograd_lesson.teaching.doctor import doctor


def line(output: str, name: str) -> str:
    """The line that speaks of one part."""
    return next(line for line in output.splitlines() if line.startswith(name))


def test_a_complete_kit_is_told_so(capsys):
    doctor()
    output = capsys.readouterr().out
    for name in ("Python", "NumPy", "matplotlib", "ipywidgets", "JupyterLab"):
        assert " ok" in line(output, name)
    assert output.endswith("\nEverything the lessons need is here.\n")
    assert "\x1b" not in output


@pytest.mark.slow
def test_it_runs_in_a_terminal():
    done = subprocess.run(
        [sys.executable, "-m", "autograd_lesson.teaching.doctor"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "NumPy" in done.stdout


def test_a_missing_package_is_named_with_its_fix(capsys, monkeypatch):
    known = importlib.metadata.version

    def version(name):
        if name in ("ipywidgets", "torch"):
            raise importlib.metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    doctor()
    output = capsys.readouterr().out
    assert "needed    run `python3 start.py` again" in line(output, "ipywidgets")
    assert "optional  to add it: `" in line(output, "PyTorch")
    assert "install torch`" in line(output, "PyTorch")
    assert "Not ready yet: ipywidgets.\nDo what the lines above say" in output


def test_an_old_package_is_named_with_what_is_needed(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.9.9rc1")
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["numpy>=1.26", "torch>=2"])
    finding = module.package("numpy")
    assert not finding.good and "1.26 or newer is needed: run `python3 start.py`" in finding.line


def test_the_bounds_are_those_the_package_declares():
    assert module.lower_bound("numpy") and not module.lower_bound("no-such-package")
    assert module.numbers("10.2") > module.numbers("9.11.1") > module.numbers("9.2rc3")


def test_a_package_that_does_not_import_is_named(monkeypatch):
    def broken(name):
        raise OSError("a library is missing")

    monkeypatch.setattr(importlib, "import_module", broken)
    assert "does not start (OSError)" in module.package("numpy").line


def test_without_dot_the_advice_is_the_systems_program_and_never_pip(monkeypatch):
    def no_dot(*arguments, **named):
        raise FileNotFoundError("dot")

    monkeypatch.setattr(subprocess, "run", no_dot)
    finding = module.dot()
    assert not finding.good and not finding.needed
    assert "drawn without it too" in finding.fix and "pip" not in finding.fix


@pytest.mark.parametrize(
    ("platform", "command"), [("win32", "winget"), ("darwin", "brew"), ("linux", "graphviz")]
)
def test_every_system_has_its_own_command(monkeypatch, platform, command):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert command in module.how_to_get_dot()
    monkeypatch.setenv("CONDA_PREFIX", "/somewhere")
    assert module.how_to_get_dot().startswith("conda install")


def test_in_an_environment_without_pip_the_advice_is_uv(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "uv pip install torch" in module.how_to_install("torch", needed=False)


def test_nothing_that_is_broken_makes_it_raise(capsys, monkeypatch):
    def broken(*arguments, **named):
        raise OSError("broken")

    for owner, name in [
        (importlib.metadata, "version"),
        (importlib.metadata, "requires"),
        (importlib, "import_module"),
        (subprocess, "run"),
    ]:
        monkeypatch.setattr(owner, name, broken)
    doctor()
    assert "Not ready yet: NumPy, matplotlib" in capsys.readouterr().out


def test_it_imports_nothing_but_the_standard_library(monkeypatch):
    imported = []
    known = builtins.__import__

    def watched(name, *rest):
        imported.append(name.partition(".")[0])
        return known(name, *rest)

    monkeypatch.setattr(builtins, "__import__", watched)
    importlib.reload(module)
    assert set(imported) <= set(sys.stdlib_module_names)
