import { useState } from "react";
import "lora-rank-explorer/react";
import "lora-rank-explorer/style.css";

const spectrum = { rows: 64, cols: 64, singularValues: Array.from({ length: 64 }, (_, j) => 1 / (j + 1)) };

export function Lesson() {
  const [r, setR] = useState(4);
  return (
    <>
      <lora-rank-explorer r={r} spectrum={spectrum} onrankchange={(event) => setR(event.detail.rank)} />
      <p>Rank {r} of {spectrum.cols}</p>
    </>
  );
}
