#!/usr/bin/env bash
# nbformat: nine tenths of the time to import it go into 38 grammars that it never uses.
# Versions: nbformat 5.11.1, jsonschema 4.26.0, rfc3987-syntax 1.1.0, jupyter-events 0.12.1, on the
# CPU, with Python 3.11.
# Guess: a fifth of a second, with or without JupyterLab beside it.
# Seen: jupyter-events asks for jsonschema with its formats; jsonschema then imports rfc3987_syntax,
# which compiles a grammar for each kind of address in an international form, in every process that
# imports nbformat. Where that package cannot be imported, nbformat does without and is several
# times as fast.
# Output:
#   with the grammars more than three times as long: True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbformat==5.11.1 jsonschema==4.26.0 rfc3987-syntax==1.1.0 jupyter-events==0.12.1
"$folder/venv/bin/python" - <<'END'
import subprocess
import sys

MEASURE = """
import sys, time
{before}
began = time.process_time()
import nbformat
print(time.process_time() - began)
"""


def seconds(before):
    """The least CPU time of five imports, each in a process of its own."""
    code = [sys.executable, "-c", MEASURE.format(before=before)]
    return min(float(subprocess.check_output(code)) for _ in range(5))


alone = seconds("sys.modules['rfc3987_syntax'] = None")
print("with the grammars more than three times as long:", seconds("") > 3 * alone)
assert seconds("") > 3 * alone
END
