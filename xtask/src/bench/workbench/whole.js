// Uses the page as a person would, and posts the measurements to /result. Loaded before the page's own script.
const memories = [];
const instantiate = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (...words) => {
  const result = await instantiate.apply(WebAssembly, words);
  memories.push(Object.values(result.instance.exports).find((value) => value instanceof WebAssembly.Memory));
  return result;
};

const tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({type: "longtask"});
const frames = [];
let last = performance.now();
const frame = () => {
  frames.push(performance.now() - last);
  last = performance.now();
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
let heap = 0;
setInterval(() => (heap = Math.max(heap, performance.memory.usedJSHeapSize)), 20);

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const id = (name) => document.getElementById(name);
const text = (name) => id(name)?.textContent ?? "";
const until = async (what, test) => {
  const end = performance.now() + 120_000;
  while (!test()) {
    if (performance.now() > end) throw new Error(`timed out waiting for ${what}: ${text("status")}`);
    await pause(5);
  }
};
// The tasks and frames since the last call. Waits first, since tasks are reported a little after they end.
const longest = async () => {
  await pause(300);
  const found = {task: Math.max(0, ...tasks.splice(0)), frames: frames.splice(0)};
  return found;
};
const give = (...files) => {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  id("file").files = data.files;
  id("file").dispatchEvent(new Event("change", {bubbles: true}));
};
const fetched = async (name) => new File([await (await fetch(`large/${name}`)).blob()], name);
const choose = (name, value) => {
  id(name).value = value;
  id(name).dispatchEvent(new Event(id(name).tagName === "SELECT" ? "change" : "input", {bubbles: true}));
};
// 48 blocks of 128 experts with 3 projections, in PEFT's names: 18,432 pairs with small sides.
const experts = () => {
  const header = {};
  const [side, rank] = [16, 2];
  let begin = 0;
  for (let block = 0; block < 48; block++) {
    for (let expert = 0; expert < 128; expert++) {
      for (const projection of ["gate", "up", "down"]) {
        for (const [factor, shape] of [["A", [rank, side]], ["B", [side, rank]]]) {
          const name = `base_model.model.model.layers.${block}.mlp.experts.${expert}.${projection}_proj.lora_${factor}.weight`;
          header[name] = {dtype: "F32", shape, data_offsets: [begin, (begin += 4 * side * rank)]};
        }
      }
    }
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const numbers = Float32Array.from({length: begin / 4}, (_, i) => Math.sin(i));
  const config = {peft_type: "LORA", r: rank, lora_alpha: 4, target_modules: ["gate_proj", "up_proj", "down_proj"]};
  return [
    new File([new BigUint64Array([BigInt(text.length)]), text, numbers], "adapter_model.safetensors"),
    new File([JSON.stringify(config)], "adapter_config.json"),
  ];
};
const sort = (numbers) => numbers.toSorted((a, b) => a - b);

const measure = async () => {
  const found = {};
  await until("the page", () => id("sample"));
  const [file, config] = [await fetched("adapter_model.safetensors"), await fetched("adapter_config.json")];
  await longest();
  heap = 0;
  const begun = performance.now();
  give(file, config);
  await until("all layers", () => / read\./.test(text("status")));
  found.read = (performance.now() - begun) / 1000;
  found.file = file.size / 1e6;
  found.layers = parseInt(text("layers"));
  found.heap = heap / 1e6;
  const [, all, largest] = text("status").match(/([\d.]+) MiB of memory(?:, the largest ([\d.]+))?/);
  found.workerMemory = (parseFloat(largest ?? all) * 2 ** 20) / 1e6;
  found.pageMemory = memories[0].buffer.byteLength / 1e6;
  const read = await longest();
  [found.readTask, found.readFrame] = [read.task, Math.max(...read.frames)];

  await until("the choice", () => id("way-rule"));
  id("way-rule").click();
  await pause(100);
  await longest();
  for (const [rule, threshold] of [["sv_fro", "0.9"], ["quantile", "0.8"], ["peft", "0.95"]]) {
    choose("rule", rule);
    choose("threshold", threshold);
    await pause(50);
  }
  found.ruleTask = (await longest()).task;
  id("way-budget").click();
  await pause(100);
  await longest();
  for (const size of ["20", "60", "40"]) {
    choose("budget", size);
    await pause(50);
  }
  found.budgetTask = (await longest()).task;
  const write = performance.now();
  id("resize").click();
  await until("the file", () => text("resized").startsWith("Written"));
  found.resize = (performance.now() - write) / 1000;
  found.resizeTask = (await longest()).task;

  const mixture = experts();
  await longest();
  const opened = performance.now();
  give(...mixture);
  await until("the experts", () => text("layers") === "18,432" && id("grid"));
  await new Promise(requestAnimationFrame);
  found.expertsList = (performance.now() - opened) / 1000;
  found.expertsListTask = Math.max(0, ...tasks.splice(0));
  await until("all experts", () => / read\./.test(text("status")));
  found.expertsRead = (performance.now() - opened) / 1000;
  found.expertsReadTask = (await longest()).task;

  const spectrum = (i) => ({
    module: `model.layers.${i}.q_proj`, rows: 4096, cols: 4096, rank: 16, scale: 2,
    singular_values: Array.from({length: 16}, (_, j) => (1 + (i % 7)) * (0.5 + (i % 5) / 10) ** j),
  });
  const many = JSON.stringify(Array.from({length: 1000}, (_, i) => spectrum(i)));
  await longest();
  give(new File([many], "spectra.json"));
  await until("a thousand layers", () => / read\./.test(text("status")) && text("layers") === "1,000");
  await until("the list", () => id("grid")?.ariaRowCount === "1001");
  found.manyTask = (await longest()).task;
  id("way-rule").click();
  await pause(200);
  found.manyRuleTask = (await longest()).task;
  const list = document.querySelector(".scroll");
  list.scrollIntoView({block: "center"});
  await longest();
  for (let i = 0; i < 240; i++) {
    list.scrollTop += 160;
    await new Promise(requestAnimationFrame);
  }
  const scrolled = frames.splice(0);
  found.scrollFrame = sort(scrolled)[Math.floor(scrolled.length * 0.95)];
  found.scrollTask = (await longest()).task;
  return found;
};

// Module scripts run in order, so the page's own runs after this one.
measure().then(
  (found) => fetch("/result", {method: "POST", body: JSON.stringify(found)}),
  (error) => fetch("/result", {method: "POST", body: String(error)}),
);
