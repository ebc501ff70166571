"""A real browser, and the few verbs that browser tests are written in.

A widget runs in the browser alone, so most tests ask for `stored`, a plain page with what would be
stored, and write `stored.player(cells)` or `stored.widget(lesson, "draw(e)")`. Tests of what
JupyterLab has a part in, its keys, its themes, its kernel and its files, ask for `lab` and write
`lab.save("name.ipynb", cells)`, `lab.open_and_run("name.ipynb")`, `lab.page.locator(...)`.
Everything lives in temporary folders: the settings, the history and the home folder of the person
who runs the tests are neither read nor written. Without Chromium the tests are skipped.
"""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS_TO_START, SECONDS_FOR_A_KERNEL = 90, 45
SECONDS_TO_WAIT = 120
LIGHT, DARK = "light", "dark"
SCROLL_TO = """start => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const sources = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
    const place = sources.findIndex(source => source.startsWith(start));
    return notebook.scrollToItem(place, "start");
}"""
# A favicon or a source map that is missing is not a fault of a lesson. Nor is the "removeChild"
# that JupyterLab itself trips over now and then on a busy machine: no script of ours calls it.
HARMLESS = (
    *("favicon", ".map", "Failed to load resource", "Failed to execute 'removeChild'"),
    "reading 'footer'",  # JupyterLab looks for the focus in a notebook that is closed
    "Could not restore the debugger state",  # it asked a kernel that has been closed
)


def browser_program() -> str | None:
    """The Chromium to drive: `$CHROMIUM`, else the first one on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def isolated_environment(folder: Path) -> dict[str, str]:
    """This environment with every place Jupyter, IPython and matplotlib write moved to `folder`."""
    places = {
        "HOME": "home",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_CACHE_HOME": "home/.cache",
        "XDG_DATA_HOME": "home/.local/share",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    for place in places.values():
        (folder / place).mkdir(parents=True, exist_ok=True)
    notices = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notices.parent.mkdir(parents=True, exist_ok=True)
    notices.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return {**os.environ, **{name: str(folder / place) for name, place in places.items()}}


class Lab:
    """A JupyterLab page: open a notebook, run it, look at it."""

    def __init__(self, url: str, folder: Path, page):
        """Wait until the application at `url` has started in `page`."""
        self.url, self.folder, self.page = url, folder, page
        self.console_errors: list[str] = []
        page.on("pageerror", lambda error: self.note(str(error)))
        page.on("console", lambda said: said.type == "error" and self.note(said.text))
        page.goto(f"{url}/lab?reset")
        page.wait_for_function("window.jupyterapp")
        page.evaluate("window.jupyterapp.started.then(() => null)")

    def note(self, error: str) -> None:
        """Remember what goes wrong on the page, or is written to its console as an error."""
        if not any(words in error for words in HARMLESS):
            self.console_errors.append(error)

    def save(self, name: str, cells: list, is_trusted: bool = False) -> Path:
        """Write a notebook; a string is a code cell, anything else is a cell already made."""
        made = [nbformat.v4.new_code_cell(c) if isinstance(c, str) else c for c in cells]
        notebook = nbformat.v4.new_notebook(cells=made)
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.folder / name
        nbformat.write(notebook, path)
        if is_trusted:
            NotebookNotary(data_dir=str(self.folder.parent / "data")).sign(notebook)
        return path

    @property
    def notebook(self):
        """The notebook in front, as a locator."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")

    def command(self, name: str, **arguments) -> None:
        """Execute a command of JupyterLab, the same as choosing it from a menu."""
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => null)",
            [name, arguments],
        )

    def wait_for_kernel(self, status: str = "idle", seconds: float = SECONDS_TO_WAIT) -> None:
        """Wait until the kernel of the open notebook has this status."""
        self.page.wait_for_function(
            "wanted => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
            "?.status === wanted",
            arg=status,
            timeout=1000 * seconds,
        )

    def open(self, name: str) -> None:
        """Open a notebook without running it."""
        self.command("docmanager:open", path=name, factory="Notebook")
        self.notebook.locator(".jp-Cell").first.wait_for()

    def open_and_run(self, name: str) -> None:
        """Open a notebook and run all its cells."""
        from playwright.sync_api import TimeoutError as TookTooLong

        self.open(name)
        try:
            self.wait_for_kernel(seconds=SECONDS_FOR_A_KERNEL)
        except TookTooLong:  # two kernels that drew the same port at once: neither ever answers
            self.close_everything()
            self.open(name)
            self.wait_for_kernel()
        self.command("notebook:run-all-cells")
        self.wait_for_kernel()

    def player(self, name: str, cells: list, selector: str = ".autograd-player"):
        """The first player, or other widget, of a notebook that is written, opened and run."""
        self.save(name, cells)
        self.open_and_run(name)
        widget = self.notebook.locator(selector).first
        widget.wait_for()
        assert self.errors_in_cells() == []
        return widget

    def widget(self, start: str, name: str):
        """The widget of this name in the cell that begins with `start`, scrolled into sight."""
        self.page.evaluate(SCROLL_TO, start)  # cells out of sight are not on the page
        widget = self.notebook.get_by_role("group", name=name)
        widget.wait_for()
        return widget

    def errors_in_cells(self) -> list[str]:
        """Every traceback and everything on stderr that the open notebook shows."""
        kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
        selector = ", ".join(f'[data-mime-type="{kind}"]' for kind in kinds)
        return self.notebook.locator(selector).all_text_contents()  # out of sight too

    def theme(self, name: str) -> None:
        """Switch to the theme "light" or "dark" and wait until the page is that."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name.title()}")
        wanted = "true" if name == LIGHT else "false"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{wanted}"]', state="attached")

    def python(self, code: str, value: str = "None") -> str:
        """Run `code` in the kernel of the open notebook; the repr of the expression `value`."""
        return self.page.evaluate(
            """async ([code, value]) => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const asked = {code, store_history: false, user_expressions: {value}};
                const reply = await kernel.requestExecute(asked).done;
                return reply.content.user_expressions.value.data["text/plain"];
            }""",
            [code, value],
        )

    def close_everything(self) -> None:
        """Close all notebooks without asking to save them, and stop their kernels."""
        self.page.evaluate(
            """async () => {
                const {shell, serviceManager} = window.jupyterapp;
                [...shell.widgets("main")].forEach(widget => widget.dispose());
                await serviceManager.sessions.shutdownAll();
            }"""
        )

    def look(self, name: str, shown) -> None:
        """Save what `shown()` finds in both themes, if $SCREENSHOTS names a folder for it."""
        for theme in (LIGHT, DARK):
            self.theme(theme)
            widget = shown()
            if folder := os.environ.get("SCREENSHOTS"):
                self.screenshot(Path(folder) / f"{name} {theme}.png", widget)
        self.theme(LIGHT)

    def screenshot(self, path: Path, locator=None) -> None:
        """Save what `locator` shows, or the whole window, as a PNG."""
        (locator or self.page).screenshot(path=str(path))


class Stored:
    """A plain page with what a notebook stores of its cells, without JupyterLab and a kernel."""

    def __init__(self, page):
        """Note from now on what goes wrong on the page."""
        self.page, self.errors = page, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))

    def show(self, *bundles, theme: str = LIGHT) -> None:
        """Show the HTML of outputs, one below the other."""
        shown = "".join(f"<div>{html_of(bundle)}</div>" for bundle in bundles)
        self.page.set_content(
            "<!doctype html><style>:root {color-scheme: light dark} body {font: 14px sans-serif}"
            f"</style><body>{shown}"
        )
        self.theme(theme)

    def player(self, cells: list[str], selector: str = ".autograd-player"):
        """The first player, or other widget, that these cells show when they are run here."""
        self.show(*values_of(cells))
        return self.page.locator(selector).first

    def widget(self, lesson: Path, start: str):
        """The widget that is stored of the cell that begins with `start`."""
        cells = nbformat.read(lesson, as_version=4).cells
        line = r"(prediction\(.*\n+)?"  # the learner's, where it can be predicted
        (outputs,) = (c.outputs for c in cells if re.match(line + re.escape(start), c.source))
        self.show(*(output.data for output in outputs if "text/html" in output.data))
        return self.page.locator(".autograd-player").first

    def theme(self, name: str) -> None:
        """What JupyterLab does to the page when its theme is this."""
        is_light = "true" if name == LIGHT else "false"
        self.page.evaluate("is => document.body.dataset.jpThemeLight = is", is_light)

    def in_both_themes(self, name: str = "", shown=None) -> Iterator[str]:
        """Each theme in turn, with a picture of `shown` at its end, if $SCREENSHOTS is a folder."""
        for theme in (LIGHT, DARK):
            self.theme(theme)
            yield theme
            if shown and (folder := os.environ.get("SCREENSHOTS")):
                shown.screenshot(path=str(Path(folder) / f"{name} {theme}.png"))
        self.theme(LIGHT)

    def look(self, name: str, shown) -> None:
        """Save `shown` in both themes, if $SCREENSHOTS names a folder for it."""
        for _ in self.in_both_themes(name, shown):
            pass


def html_of(output) -> str:
    """The HTML that is stored of an output, or of a value that a cell ends on."""
    bundle = output if isinstance(output, dict) else output._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    return bundle["text/html"]


def values_of(cells: list[str]) -> list:
    """The values that the cells end on, run one after the other as in a notebook."""
    namespace: dict = {}
    found = []
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), namespace)
        if last:
            found.append(eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace))
    return found


def at_step(player, step: int) -> None:
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def press(player, key: str, step: int) -> None:
    """Press a key in the player, and wait for the step to which it leads."""
    player.press(key)
    at_step(player, step)


def apart(widget) -> list[str]:
    """The names in its lists, on a wide page, that what is said of them does not stand beside."""
    return widget.evaluate("""widget => [...widget.querySelectorAll("dd")].flatMap(said => {
        const name = said.previousElementSibling;
        const [one, other] = [name, said].map(each => each.getBoundingClientRect());
        const isBeside = other.left >= one.right && Math.abs(other.top - one.top) < 2;
        return isBeside ? [] : [name.textContent];
    })""")


def is_seen(player, id_: str) -> bool:
    """Whether the line of an arrow can be seen."""
    style = "element => getComputedStyle(element).visibility"
    return player.locator(f'[id="{id_}"] .line').evaluate(style) == "visible"


@pytest.fixture(scope="session")
def chromium():
    """A running headless Chromium with an empty profile."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = browser_program()
    if program is None:
        pytest.skip("no Chromium found: install one, or name it in the variable CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def plain_page(chromium):
    """The one page that all tests of what is stored share."""
    page = chromium.new_page(
        viewport={"width": 1100, "height": 1000}, reduced_motion="reduce", color_scheme=LIGHT
    )
    page.set_default_timeout(20_000)
    yield page
    page.close()


@pytest.fixture
def stored(plain_page):
    """A plain page to show outputs on; what went wrong in its scripts fails the test."""
    shown = Stored(plain_page)
    yield shown
    assert shown.errors == []


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory, chromium):
    """The address of a JupyterLab of our own, and the folder it serves."""
    place = tmp_path_factory.mktemp("jupyter")
    served = place / "notebooks"
    served.mkdir()
    url = f"http://127.0.0.1:{free_port()}"
    log = place / "lab.log"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={url.rpartition(':')[2]}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password="),
        f"--ServerApp.root_dir={served}",
        *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url="),
    ]
    with log.open("w") as written:
        server = subprocess.Popen(
            command, env=isolated_environment(place), stdout=written, stderr=written
        )
    try:
        wait_until_it_answers(server, f"{url}/lab", log)
        yield url, served
    finally:
        server.terminate()
        server.wait(20)


def wait_until_it_answers(server: subprocess.Popen, url: str, log: Path) -> None:
    """Return when `url` answers; fail with the end of the log when it never does."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start; its log ends with:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def lab_page(lab_server, chromium):
    """The one page that all tests share: loading JupyterLab takes longer than most tests."""
    url, folder = lab_server
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(SECONDS_TO_WAIT * 1000)
    yield Lab(url, folder, page)
    page.close()


@pytest.fixture
def lab(lab_page):
    """The page as if it were new: nothing open, no kernel, the light theme, no errors so far."""
    lab_page.theme(LIGHT)
    lab_page.console_errors.clear()
    yield lab_page
    lab_page.close_everything()
