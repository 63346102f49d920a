import init from "./gallery.js";

const message = document.getElementById("loading");
init().catch((error) => {
  message.textContent = "The explorers of this page do not react in this browser. They need WebAssembly; a newer browser, or another one, may have it.";
  document.body.prepend(message);
  throw error;
});
