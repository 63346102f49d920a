// Whether WebKit computes the same bits each time, in its shell, where nothing but wasm runs: see CONTRIBUTING.md.
// `jsc webkit.js -- WASM TIMES`
const [file, times] = arguments;
const bytes = read(file, "binary");
const results = {};
for (let i = 0; i < Number(times); i++) {
  let result;
  try {
    // A module of its own: compiled anew, while it runs.
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    result = exports.fingerprint_is_expected() ? "as expected" : "other numbers";
  } catch (error) {
    result = error.message.replace(/ \(evaluating.*/, "");
  }
  results[result] = (results[result] ?? 0) + 1;
}
print(JSON.stringify(results));
