// Opens 1,001 layers in our page and moves the slider of sizes, a step in each frame.
const [BLOCKS, RANK] = [143, 16];
const MODULES = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
const layer = (i) => ({
  module: `model.layers.${Math.floor(i / MODULES.length)}.${MODULES[i % MODULES.length]}`,
  rows: 4096, cols: 4096, rank: RANK, scale: 2,
  singular_values: Array.from({length: RANK}, (_, j) => (1 + (i % 7)) * (0.4 + (i % 11) / 20) ** j),
});
const until = async (what, test) => {
  const end = performance.now() + 60_000;
  while (!test()) {
    if (performance.now() > end) throw new Error(`timed out waiting for ${what}`);
    await pause(10);
  }
};
const cells = () => [...document.querySelectorAll("#map [id^=cell-]")];

const measure = async () => {
  await until("the page", () => document.getElementById("file"));
  const data = new DataTransfer();
  data.items.add(new File([JSON.stringify(Array.from({length: BLOCKS * MODULES.length}, (_, i) => layer(i)))], "spectra.json"));
  document.getElementById("file").files = data.files;
  document.getElementById("file").dispatchEvent(new Event("change", {bubbles: true}));
  await until("the map", () => cells().length === BLOCKS * MODULES.length && document.querySelector(".tradeoff input[type=range]"));
  await until("all of the page", () => document.getElementById("resize") && cells()[0].textContent !== "…");
  document.getElementById("map").scrollIntoView({block: "center"});
  const slider = document.querySelector(".tradeoff input[type=range]");
  const first = Number(slider.min) + 5;
  const choose = (percent) => {
    slider.value = percent;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
  };
  choose(first);
  await pause(1500);
  const [times, steps] = [[], []];
  for (let i = 1; i <= 60; i++) {
    times.push(await timed(() => choose(first + i)));
    steps.push(cells().map((cell) => Number(cell.textContent)));
  }
  const changed = steps.slice(1).map((step, i) => step.filter((value, cell) => value !== steps[i][cell]).length);
  const found = {ours: summary(times), cells: steps[0].length, changed: summary(changed).median};
  sessionStorage.setItem("found", JSON.stringify({found, steps, blocks: BLOCKS, modules: MODULES}));
  location.href = "plot.html";
};
measure().catch((error) => post(String(error)));
