// Extracts two layers in two workers, in turns with the peers, and posts the result as a table.
const { peer, rank } = await (await fetch('peer.json')).json();
const ask = async (...path) => (await fetch([peer, ...path].join('/'))).json();
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const worst = (residuals, optimal) => Math.max(...residuals.map((residual, i) => residual / optimal[i]));
const answer = (worker) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = reject;
});
const lines = [
  '| two layers of 4096×4096 in bf16 | two workers, s | mergekit, s | ratio | svd_lowrank, s | ratio | residual / least | svd_lowrank’s | mergekit’s | memory / layer |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

async function measure(kind, title, workers) {
  const post = (of) => Promise.all(workers.map((worker, i) => {
    worker.postMessage(of(i));
    return answer(worker);
  }));
  const bytes = await post((i) => ({ load: `${peer}/${kind}/${i}` }));
  const optimal = await ask(kind, 'optimal');
  const [ours, theirs] = [[], []];
  let lowrank, memory;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    memory = await post(() => ({ rank }));
    ours.push((performance.now() - start) / 1000);
    lowrank = await ask(kind, 'svd_lowrank');
    theirs.push(lowrank.seconds);
  }
  const residuals = await post(() => ({}));
  const mergekit = await ask(kind, 'mergekit');
  const [own, low] = [median(ours), median(theirs)];
  // What a layer takes at least: both sides as they are in the files, and their difference in 32 bits.
  const least = (i) => bytes[i] + 4096 * 4096 * 4;
  lines.push(
    `| ${title}, rank ${rank} | ${own.toFixed(2)} | ${mergekit.seconds.toFixed(1)} | ${(own / mergekit.seconds).toFixed(3)} | ` +
      `${low.toFixed(2)} | ${(own / low).toFixed(2)} | ${worst(residuals, optimal).toFixed(5)} | ` +
      `${worst(lowrank.residuals, optimal).toFixed(5)} | ${worst(mergekit.residuals, optimal).toFixed(5)} | ` +
      `${Math.max(...memory.map((size, i) => size / least(i))).toFixed(2)} |`,
  );
}

try {
  for (const [kind, title] of [['planted', '32 planted directions over the rounding'], ['falling', 'σ = 2/j over the rounding']]) {
    const workers = [0, 1].map(() => new Worker('worker.js', { type: 'module' }));
    await Promise.all(workers.map(answer));
    await measure(kind, title, workers);
    workers.forEach((worker) => worker.terminate());
  }
} catch (error) {
  lines.push(`The page failed: ${error.stack ?? error.message}`);
}
await fetch('result', { method: 'POST', body: lines.join('\n') });
