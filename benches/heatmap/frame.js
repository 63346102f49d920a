// The time in ms that `change` takes on the main thread in a frame: its own, and that of style, layout and paint after it.
const timed = (change) =>
  new Promise((done) =>
    requestAnimationFrame(() => {
      const start = performance.now();
      const {port1, port2} = new MessageChannel();
      // Delivered once the frame has been painted.
      port1.onmessage = () => done(performance.now() - start);
      change();
      port2.postMessage(null);
    }),
  );
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const summary = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  return {median: sorted[sorted.length >> 1], high: sorted[Math.floor(sorted.length * 0.95)]};
};
const post = (body) => fetch("/result", {method: "POST", body});
