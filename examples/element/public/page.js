// The second explorer answers each change: this page keeps the rank.

const explorer = document.getElementById("controlled");
const output = document.getElementById("said");

explorer.addEventListener("rankchange", (event) => {
  const { rank, residual, capturedEnergy } = event.detail;
  if (rank > 6) {
    event.preventDefault();
    output.textContent = `Rank ${rank} is refused: this page goes up to 6.`;
    return;
  }
  explorer.r = rank;
  output.textContent = `Rank ${rank} leaves ${residual.toFixed(3)} and keeps ${(100 * capturedEnergy).toFixed(1)}% of the energy.`;
});

// Properties take what attributes cannot say: rows, typed arrays with a shape, spectra.
document.getElementById("property").spectrum = {
  rows: 64,
  cols: 64,
  singularValues: Float64Array.from({ length: 64 }, (_, j) => 1 / (j + 1)),
};

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const data = new FormData(event.target);
  document.getElementById("sent").textContent = `${[...data].map(([name, value]) => `${name}=${value}`).join("&")}`;
});
