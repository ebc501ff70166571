// Before anything is painted: the theme that was chosen here before. Without a choice it is the
// system's. The attribute is the one that JupyterLab has, which the pictures follow.

const keptTheme = {
  get() {
    try {
      return localStorage.getItem("autograd-theme");
    } catch {
      return null; // this browser keeps nothing
    }
  },
  set(theme) {
    if (theme) document.documentElement.dataset.jpThemeLight = String(theme === "light");
    else delete document.documentElement.dataset.jpThemeLight;
    try {
      if (theme) localStorage.setItem("autograd-theme", theme);
      else localStorage.removeItem("autograd-theme");
    } catch {
      // it holds for this page alone
    }
  },
};
if (keptTheme.get()) keptTheme.set(keptTheme.get());
