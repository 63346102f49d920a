// The README's recipe, and what the tests do to it: another metric, a limit, removal, settled ranks.

import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { Lesson } from "./Lesson";

function Limited() {
  const [r, setR] = useState(1);
  const [metric, setMetric] = useState<"frobenius" | "spectral">("frobenius");
  const [isShown, setShown] = useState(true);
  const [settled, setSettled] = useState<number>();
  return (
    <section id="limited">
      {isShown && (
        <lora-rank-explorer
          heading="Up to rank 3"
          r={r}
          metric={metric}
          markers={["knee", { name: "ours", rank: 2 }]}
          onrankchange={({ detail }) => setR(Math.min(detail.rank, 3))}
          onrankcommit={({ detail }) => setSettled(detail.rank)}
        />
      )}
      <p id="settled">{settled}</p>
      <button id="metric" onClick={() => setMetric("spectral")}>Spectral</button>
      <button id="toggle" onClick={() => setShown(!isShown)}>Toggle</button>
      <button id="program" onClick={() => setR(2)}>Rank 2</button>
    </section>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <main>
      <div id="lesson">
        <Lesson />
      </div>
      <Limited />
    </main>
  </StrictMode>,
);
