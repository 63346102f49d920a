// Draws what our page has shown with Observable Plot, a step in each frame.
const {found, steps, blocks, modules} = JSON.parse(sessionStorage.getItem("found"));
const stage = document.getElementById("stage");
const draw = (step) => {
  // Our cells go module by module.
  const data = step.map((value, i) => ({block: i % blocks, module: modules[Math.floor(i / blocks)], value}));
  const plot = Plot.plot({
    width: blocks * 32 + 180,
    marginLeft: 150,
    height: modules.length * 24 + 50,
    padding: 0.03,
    color: {type: "threshold", domain: [50, 70, 80, 90, 95, 99, 100], scheme: "purples"},
    x: {axis: "top"},
    y: {domain: modules},
    marks: [
      Plot.cell(data, {x: "block", y: "module", fill: "value"}),
      Plot.text(data, {x: "block", y: "module", text: "value"}),
    ],
  });
  stage.replaceChildren(plot);
};
const measure = async () => {
  draw(steps[0]);
  await pause(1500);
  const times = [];
  for (const step of steps) times.push(await timed(() => draw(step)));
  found.plot = summary(times);
  await post(JSON.stringify(found));
};
measure().catch((error) => post(String(error)));
