// Extracts one layer: { load: URL } fetches both files, { rank } runs once and answers with what it took.
const { instance } = await WebAssembly.instantiateStreaming(fetch('extract.wasm'), {});
const wasm = instance.exports;
let bytes = 0;

onmessage = async ({ data }) => {
  if (data.load) {
    bytes = 0;
    for (const [side, name] of ['base', 'tuned'].entries()) {
      const file = new Uint8Array(await (await fetch(`${data.load}/${name}`)).arrayBuffer());
      const start = wasm.room(side, file.length);
      new Uint8Array(wasm.memory.buffer, start, file.length).set(file);
      bytes += file.length;
    }
    postMessage(bytes);
  } else if (data.rank) {
    wasm.extract(data.rank);
    postMessage(wasm.memory.buffer.byteLength);
  } else {
    postMessage(wasm.residual());
  }
};
postMessage('ready');
