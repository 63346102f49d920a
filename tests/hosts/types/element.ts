// The types of the package, as a page in TypeScript uses them. Compiled, never run.

import { LoRaRankExplorerElement } from "lora-rank-explorer";
import widget, { stylesheet } from "lora-rank-explorer/standalone";
import { stylesheet as same } from "lora-rank-explorer/stylesheet";

const explorer = document.createElement("lora-rank-explorer");
explorer.targetMatrix = [new Float32Array([4, 3]), [3, 2]];
explorer.targetMatrix = { data: new Float64Array(6), shape: [2, 3] };
explorer.spectrum = null;
explorer.targets = [{ energyAtLeast: 0.95 }, { name: "ours", rule: { atMostBytes: { budget: 1024, bytesPerValue: 2 } } }];
explorer.markers = ["knee", { name: "ours", rank: 8 }];
explorer.axes = { rankScale: { ladder: [4, 8, 16] }, residualView: { ofBase: 3 } };
explorer.addEventListener("rankchange", (event) => {
  const { rank, residual, capturedEnergy } = event.detail;
  explorer.r = rank;
  // @ts-expect-error A residual that is known as a range is null.
  residual.toFixed(3);
  return capturedEnergy?.toFixed(1);
});
const is: boolean = explorer instanceof LoRaRankExplorerElement;
const version: string = LoRaRankExplorerElement.version;
const styles: string[] = [stylesheet, same];
// @ts-expect-error There is no such metric.
explorer.metric = "nuclear";
// @ts-expect-error A spectrum has a shape.
explorer.spectrum = [3, 2, 1];
// @ts-expect-error There is no such rule.
explorer.targets = [{ energy: 0.9 }];

export { is, styles, version, widget };
