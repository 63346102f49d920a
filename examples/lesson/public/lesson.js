// Predict, commit, see: each explorer is shown once the reader has said a rank. Without this script the explorers are there from the start.

const SHARE = 0.99;

/** The smallest rank whose captured energy is at least `SHARE`, and the energy at each rank. */
function energies({ singular_values: values }) {
  const total = values.reduce((sum, value) => sum + value ** 2, 0);
  let kept = 0;
  const shares = values.map((value) => (kept += value ** 2) / total);
  return { needed: shares.findIndex((share) => share >= SHARE) + 1, at: (rank) => shares[Math.min(rank, shares.length) - 1] };
}

/** As the explorer prints it: only a share of exactly 1 is 100.0%. */
const percentage = (share) => (share >= 0.9995 && share < 1 ? ">99.9%" : `${(100 * share).toFixed(1)}%`);

function form(id, last) {
  const form = document.createElement("form");
  form.noValidate = true;
  form.innerHTML = `
    <label for="${id}-guess">My prediction, a rank from 1 to ${last}</label>
    <input id="${id}-guess" name="guess" type="number" min="1" max="${last}" step="1" required aria-describedby="${id}-said">
    <button>Commit and see</button>
    <p id="${id}-said" role="status"></p>`;
  return form;
}

for (const section of document.querySelectorAll(".exercise")) {
  const explorer = section.querySelector("lora-rank-explorer");
  const answer = section.querySelector(".answer");
  const id = section.querySelector("h2").id;
  const spectrum = JSON.parse(explorer.getAttribute("spectrum"));
  const { needed, at } = energies(spectrum);
  const last = JSON.parse(explorer.getAttribute("axes") ?? "{}").maxRank ?? Math.min(spectrum.rows, spectrum.cols);
  const predict = form(id, last);
  const [input, said] = [predict.elements.guess, predict.querySelector("p")];
  explorer.hidden = answer.hidden = true;
  explorer.before(predict);

  predict.addEventListener("submit", (event) => {
    event.preventDefault();
    const guess = Number(input.value);
    if (!Number.isInteger(guess) || guess < 1 || guess > last) {
      input.setAttribute("aria-invalid", "true");
      said.textContent = `A rank is a whole number from 1 to ${last}.`;
      input.focus();
      return;
    }
    input.removeAttribute("aria-invalid");
    explorer.value = guess;
    explorer.hidden = answer.hidden = false;
    const kept = `Rank ${guess} keeps ${percentage(at(guess))} of the energy`;
    if (guess === needed) said.textContent = `${kept}, and no smaller rank keeps 99%: that is it.`;
    else if (guess > needed) said.textContent = `${kept}. That is enough, and rank ${needed} would be, too.`;
    else said.textContent = `${kept}. For 99% it takes rank ${needed}.`;
  });
}
