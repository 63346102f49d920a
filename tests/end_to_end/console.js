// Writes down what goes to the console, and what the browser itself would write there, from before the page's first script.
// It is kept in the tab's own storage, so that a page that is loaded again does not lose it.
{
  globalThis.consoleIsRecorded = true;
  const record = (...words) => {
    const lines = JSON.parse(sessionStorage.getItem("console") ?? "[]");
    lines.push(words.map(String).join(" "));
    sessionStorage.setItem("console", JSON.stringify(lines));
  };
  for (const level of ["debug", "log", "info", "warn", "error", "trace", "assert"]) {
    const original = console[level];
    console[level] = (...words) => {
      if (level !== "assert" || !words[0]) record(level, ...words);
      original.apply(console, words);
    };
  }
  // Captured, since a resource that cannot be loaded tells only its own element.
  addEventListener("error", (event) => record("error", event.message ?? `${event.target.outerHTML} cannot be loaded`), true);
  addEventListener("unhandledrejection", (event) => record("unhandled rejection", event.reason));
  addEventListener("securitypolicyviolation", (event) => record("policy", event.violatedDirective, event.blockedURI));
}
