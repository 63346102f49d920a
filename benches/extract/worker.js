// Extracts one layer: { load: URL } fetches both files, { rank } runs once and answers with what it took.
let files = [];
const copy = (side, from, to, bytes) => new Uint8Array(wasm.memory.buffer, to, bytes).set(files[side].subarray(from, from + bytes));
const { instance } = await WebAssembly.instantiateStreaming(fetch('extract.wasm'), { env: { copy } });
const wasm = instance.exports;

onmessage = async ({ data }) => {
  if (data.load) {
    const sides = ['base', 'tuned'].map(async (name) => (await fetch(`${data.load}/${name}`)).arrayBuffer());
    files = (await Promise.all(sides)).map((bytes) => new Uint8Array(bytes));
    postMessage(files[0].length + files[1].length);
  } else if (data.rank) {
    wasm.extract(files[0].length, files[1].length, data.rank);
    postMessage(wasm.memory.buffer.byteLength);
  } else {
    postMessage(wasm.residual());
  }
};
postMessage('ready');
