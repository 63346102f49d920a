// Not a module: it runs before the page is drawn, so that no other theme is seen.
try {
  const theme = localStorage.getItem("lora-rank-explorer-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing for this page has no choice to restore.
}
