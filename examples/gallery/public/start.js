import init from "./gallery.js";

try {
  const theme = localStorage.getItem("lora-rank-explorer-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing for this page has no choice to restore.
}

const message = document.getElementById("loading");
init().catch((error) => {
  message.textContent = "The explorers of this page do not react in this browser. They need WebAssembly; a newer browser, or another one, may have it.";
  document.body.prepend(message);
  throw error;
});
