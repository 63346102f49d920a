// Tests in WebKit's shell, where only wasm runs, whether WebKit computes the same bits each time: see CONTRIBUTING.md.
// Usage: `jsc webkit.js -- WASM TIMES`
const [file, times] = arguments;
const bytes = read(file, "binary");
const results = {};
for (let i = 0; i < Number(times); i++) {
  let result;
  try {
    // A new module each time, so that WebKit compiles it again while it runs.
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    result = exports.fingerprint_is_expected() ? "as expected" : "other numbers";
  } catch (error) {
    result = error.message.replace(/ \(evaluating.*/, "");
  }
  results[result] = (results[result] ?? 0) + 1;
}
print(JSON.stringify(results));
