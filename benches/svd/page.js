// Measures all solvers in turn and posts the result as tables.
import { SVD, SingularValueDecomposition } from './peers.js';

const SIZES = [[8, 8], [16, 16], [32, 32], [64, 64], [128, 128], [256, 256], [512, 512], [1024, 1024], [512, 64], [64, 512]];
const lines = [];
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const digits = (ms) => (ms < 0.1 ? ms.toFixed(4) : ms < 10 ? ms.toFixed(3) : ms.toFixed(0));

async function load(file) {
  const response = await fetch(file);
  return (await WebAssembly.instantiateStreaming(response, {})).instance.exports;
}

function timed(call, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) call();
  return (performance.now() - start) / repeats;
}

// The median time of each call. Takes one sample of each call, then the next of each. A sample takes at least 20 ms.
function interleaved(calls) {
  const repeats = calls.map((call) => {
    timed(call, 1);
    let repeats = 1;
    while (timed(call, repeats) * repeats < 20) repeats *= 2;
    return repeats;
  });
  const samples = calls.map(() => []);
  const start = performance.now();
  for (let round = 0; round < 9 && (round < 3 || performance.now() - start < 10_000); round++) {
    calls.forEach((call, i) => samples[i].push(timed(call, repeats[i])));
  }
  return samples.map(median);
}

async function full() {
  const fast = await load('fast.wasm');
  const small = await load('small.wasm');
  lines.push('', '| full, ms | ours | ours at opt-level z | nalgebra | faer | ml-matrix | svd-js | ours / fastest | z / ours |');
  lines.push('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const [m, n] of SIZES) {
    const pointer = fast.prepare_full(m, n);
    small.prepare_full(m, n);
    const flat = new Float64Array(fast.memory.buffer, pointer, m * n);
    const rows = Array.from({ length: m }, (_, i) => Array.from(flat.subarray(i * n, (i + 1) * n)));
    const tall = m >= n ? rows : rows[0].map((_, j) => rows.map((row) => row[j]));
    const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true };
    const inJavaScript = [() => new SingularValueDecomposition(rows, options), () => SVD(tall, false, false)];
    const calls = [fast.full_ours, small.full_ours, fast.full_nalgebra, fast.full_faer, ...inJavaScript];
    const [ours, z, ...peers] = interleaved(calls);
    const shown = peers.map(digits).join(' | ');
    const ratios = `${(ours / Math.min(...peers)).toFixed(2)} | ${(z / ours).toFixed(2)}`;
    lines.push(`| ${m}×${n} | ${digits(ours)} | ${digits(z)} | ${shown} | ${ratios} |`);
  }
}

// Also interleaved: ours, ours at opt-level z, and scikit-learn's, which runs natively on each request.
async function leading() {
  const peer = await (await fetch('peer.txt')).text();
  const ask = async (...path) => (await fetch([peer, ...path].join('/'))).json();
  lines.push('', '| leading of 4096×4096 f32 | ours, s | z, s | scikit-learn, s | ratio | error/σ₁ | scikit-learn’s | converged | memory / input |');
  lines.push('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const [power, name, title] of [[1, 'power', '1/j'], [0, 'gauss', 'Gaussian']]) {
    const truth = await ask(name);
    for (const rank of [64, 256]) {
      const both = [await load('fast.wasm'), await load('small.wasm')];
      both.forEach((wasm) => wasm.prepare_leading(4096, power));
      const samples = [[], [], []];
      let theirs;
      for (let round = 0; round < 5; round++) {
        both.forEach((wasm, i) => samples[i].push(timed(() => wasm.leading_ours(rank), 1) / 1000));
        theirs = await ask(name, rank);
        samples[2].push(theirs.seconds);
      }
      const [ours] = both;
      const [fast, small, native] = samples.map(median);
      let error = 0;
      for (let j = 0; j < rank; j++) error = Math.max(error, Math.abs(ours.leading_value(j) - truth[j]) / truth[0]);
      const memory = ours.memory.buffer.byteLength / (4096 * 4096 * 4);
      lines.push(
        `| ${rank}, ${title} | ${fast.toFixed(2)} | ${small.toFixed(2)} | ${native.toFixed(2)} | ` +
          `${(fast / native).toFixed(2)} | ${error.toExponential(1)} | ${theirs.error.toExponential(1)} | ` +
          `${ours.leading_converged()} | ${memory.toFixed(3)} |`,
      );
    }
  }
}

async function steps() {
  const wasm = await load('fast.wasm');
  wasm.prepare_leading(4096, 1);
  wasm.prepare_steps(64);
  const longest = (step, most) => {
    let [count, longest, done] = [0, 0, false];
    while (!done && count < most) {
      longest = Math.max(longest, timed(() => (done = step(30_000_000)), 1));
      count++;
    }
    return `${longest.toFixed(1)} ms of ${count}`;
  };
  // All 4096 values take a minute, so we stop early; the first steps of the reduction are the longest.
  const [leading, full] = [longest(wasm.step_leading, 1e6), longest(wasm.step_full, 200)];
  lines.push('', `Longest step of 30 million operations at 4096×4096: ${leading} (64 leading values), ${full} (all values, first steps only).`);
}

async function factors() {
  lines.push('', '| factors, ms | ours | z |', '| --- | --- | --- |');
  for (const [m, r, n] of [[4096, 16, 4096], [14336, 256, 4096]]) {
    const both = [await load('fast.wasm'), await load('small.wasm')];
    both.forEach((wasm) => wasm.prepare_factors(m, r, n));
    const [ours, z] = interleaved(both.map((wasm) => wasm.factors_ours));
    lines.push(`| ${m}×${r} · ${r}×${n} | ${digits(ours)} | ${digits(z)} |`);
  }
}

async function bits() {
  const wasm = await load('fast.wasm');
  lines.push('', `simd128 gives the same bits as all other platforms: ${wasm.fingerprint_is_expected() ? 'yes' : 'NO'}`);
}

try {
  for (const part of [bits, factors, steps, leading, full]) await part();
} catch (error) {
  lines.push(`The page failed: ${error.stack}`);
}
await fetch('result', { method: 'POST', body: lines.join('\n') });
