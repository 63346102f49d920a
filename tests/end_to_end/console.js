// Records messages to the console, and what the browser itself would write there. Runs before the page's first script.
// The record is kept in the tab's session storage, so that it survives a reload.
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
  // In the capture phase, since the error of a resource that cannot be loaded does not bubble.
  addEventListener("error", (event) => record("error", event.message ?? `${event.target.outerHTML} cannot be loaded`), true);
  addEventListener("unhandledrejection", (event) => record("unhandled rejection", event.reason));
  addEventListener("securitypolicyviolation", (event) => record("policy", event.violatedDirective, event.blockedURI));
}
