// Run Python in the Pyodide of a site, by Node: `node in_pyodide.mjs SITE/lite REPOSITORY CODE`.
// The repository is at /course there; packages are those that the site loads first.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [lite, repository, code] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${lite}/static/pyodide/pyodide.mjs`));
const settings = JSON.parse(readFileSync(`${lite}/jupyter-lite.json`))["jupyter-config-data"];
const kernel = settings.litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
const pyodide = await loadPyodide({
  indexURL: `${lite}/static/pyodide/`,
  ...kernel.loadPyodideOptions,
  stdout: (text) => process.stdout.write(`${text}\n`),
  stderr: (text) => process.stderr.write(`${text}\n`),
});
pyodide.FS.mkdirTree("/course");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: repository }, "/course");
await pyodide.runPythonAsync(code);
