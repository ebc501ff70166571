// For a page that cannot run here: a sentence, and the page to read. Written for old browsers.
(function () {
  var why = "";
  if (location.protocol === "file:") {
    why = "A browser runs no Python from a folder: open this from a web server, or read it here.";
  } else if (typeof WebAssembly !== "object" || typeof Promise !== "function") {
    why = "This browser is too old to run Python: use a newer one, or read it here.";
  }
  if (!why) {
    return;
  }
  var path = (/[?&]path=([^&]+)\.ipynb/.exec(location.search) || ["", ""])[1];
  window.stop(); // of the page nothing else is to come
  document.documentElement.innerHTML = "<body style='font: 1.2rem sans-serif'><p></p></body>";
  var link = document.createElement("a");
  link.href = "../../" + (path ? decodeURIComponent(path) + ".html" : "index.html");
  link.textContent = "The page to read";
  document.body.firstChild.textContent = why + " ";
  document.body.firstChild.appendChild(link);
})();
