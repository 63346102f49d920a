// Reads files in pages within this one, each opened anew, and posts the measurements to /result.
const TURNS = 7;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

// The page at this query, opened, with what it takes to measure it.
const open = async (query) => {
  const frame = document.createElement("iframe");
  frame.src = `index.html${query}`;
  // As large as a window, so that it is drawn.
  Object.assign(frame, {width: innerWidth, height: innerHeight});
  document.body.prepend(frame);
  await new Promise((done) => (frame.onload = done));
  const page = frame.contentWindow;
  const text = (id) => page.document.getElementById(id)?.textContent ?? "";
  const until = async (what, test) => {
    const end = performance.now() + 120_000;
    while (!test()) {
      if (performance.now() > end) throw new Error(`timed out waiting for ${what}: ${text("status")}`);
      await pause(5);
    }
  };
  await until("the page", () => page.document.getElementById("sample"));
  // Its workers start.
  await pause(500);
  return {frame, page, text, until};
};

const read = async (query, files) => {
  const {frame, page, text, until} = await open(query);
  const tasks = [];
  const observe = (list) => tasks.push(...list.getEntries().map((entry) => entry.duration));
  new page.PerformanceObserver(observe).observe({type: "longtask"});
  const frames = [];
  let [last, runs] = [performance.now(), true];
  const tick = (now) => {
    frames.push(now - last);
    last = now;
    if (runs) page.requestAnimationFrame(tick);
  };
  page.requestAnimationFrame(tick);
  const [data, input] = [new page.DataTransfer(), page.document.getElementById("file")];
  for (const file of files) data.items.add(file);
  const begun = performance.now();
  input.files = data.files;
  input.dispatchEvent(new page.Event("change", {bubbles: true}));
  await until("the list", () => page.document.getElementById("grid"));
  const list = performance.now() - begun;
  await until("all layers", () => / read\./.test(text("status")));
  const whole = performance.now() - begun;
  // Tasks are reported a little after they end.
  await pause(300);
  runs = false;
  const status = text("status");
  const [, all, largest] = status.match(/([\d.]+) MiB of memory(?:, the largest ([\d.]+))?/);
  frame.remove();
  return {
    list: list / 1000,
    whole: whole / 1000,
    task: Math.max(0, ...tasks),
    frame: Math.max(...frames),
    workers: parseInt(status.match(/(\d+) workers/)?.[1] ?? "1"),
    memory: (parseFloat(all) * 2 ** 20) / 1e6,
    largest: (parseFloat(largest ?? all) * 2 ** 20) / 1e6,
  };
};

const fetched = async (name) => new File([await (await fetch(`large/${name}`)).blob()], name);

// 20,000 pairs with small sides, in PEFT's names.
const many = () => {
  const header = {};
  const [side, rank] = [16, 2];
  let begin = 0;
  for (let i = 0; i < 20_000; i++) {
    for (const [factor, shape] of [["A", [rank, side]], ["B", [side, rank]]]) {
      const name = `base_model.model.model.layers.${Math.floor(i / 7)}.part.${i % 7}_proj.lora_${factor}.weight`;
      header[name] = {dtype: "F32", shape, data_offsets: [begin, (begin += 4 * side * rank)]};
    }
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const numbers = Float32Array.from({length: begin / 4}, (_, i) => Math.sin(i * i));
  return [
    new File([new BigUint64Array([BigInt(text.length)]), text, numbers], "adapter_model.safetensors"),
    new File([JSON.stringify({peft_type: "LORA", r: rank, lora_alpha: 4})], "adapter_config.json"),
  ];
};

const measure = async () => {
  const files = [await fetched("adapter_model.safetensors"), await fetched("adapter_config.json")];
  await read("", files);
  const turns = [];
  for (let turn = 0; turn < TURNS; turn++) turns.push([await read("", files), await read("?workers=1", files)]);
  const [several, one] = [0, 1].map((i) => turns.map((turn) => turn[i]));
  const opened = [];
  for (let turn = 0; turn < 3; turn++) opened.push(await read("", many()));
  const most = (key) => Math.max(...opened.map((run) => run[key]));
  return {
    workers: several[0].workers,
    several: median(several.map((run) => run.whole)),
    one: median(one.map((run) => run.whole)),
    ratio: median(turns.map(([several, one]) => several.whole / one.whole)),
    memory: Math.max(...several.map((run) => run.memory)),
    largest: Math.max(...several.map((run) => run.largest)),
    manyList: median(opened.map((run) => run.list)),
    manyRead: median(opened.map((run) => run.whole)),
    manyTask: most("task"),
    manyFrame: most("frame"),
    manyMemory: most("memory"),
    turns: turns.map((turn) => turn.map((run) => run.whole)),
  };
};

if (top === window) {
  measure().then(
    (found) => fetch("/result", {method: "POST", body: JSON.stringify(found)}),
    (error) => fetch("/result", {method: "POST", body: String(error)}),
  );
}
