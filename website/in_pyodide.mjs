// Run Python in Pyodide, by Node: `node in_pyodide.mjs PYODIDE FOLDER CODE`.
// FOLDER is at /here there; the packages are those that lie beside Pyodide.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [place, folder, code] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${place}/pyodide.mjs`));
const lock = JSON.parse(readFileSync(`${place}/pyodide-lock.json`));
const isHere = ([, { file_name }]) => !file_name.includes("/");
const pyodide = await loadPyodide({
  indexURL: `${place}/`,
  packages: Object.entries(lock.packages).filter(isHere).map(([name]) => name),
  env: { PYTHONNODEBUGRANGES: process.env.PYTHONNODEBUGRANGES ?? "" },
  stdout: (text) => process.stdout.write(`${text}\n`),
  stderr: (text) => process.stderr.write(`${text}\n`),
});
pyodide.FS.mkdirTree("/here");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/here");
try {
  await pyodide.runPythonAsync(code);
} catch (error) {
  console.error(error.message); // not the line of Pyodide's script, which is all of it
  process.exit(1);
}
