#!/usr/bin/env node
// Browser measurements of a LoRaRankExplorer page; prints one JSON object on stdout (progress on stderr).
//
//   node measure.mjs --serve                                       # the page in React: starts config.serve, stops it by pid
//   node measure.mjs --config ours.config.json --url http://127.0.0.1:8080
//   options: --only size,load,drag,move,heap,mount   --repeats 3   --loads 15   --out file.json
//
// Nothing below knows about React. Everything page-specific is in the config; see README.md for the contract.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

// ---------------------------------------------------------------- options

const argv = process.argv.slice(2);
const option = (name, fallback) => {
  const i = argv.indexOf(`--${name}`);
  return i < 0 ? fallback : argv[i + 1];
};
const configPath = option('config', path.join(here, 'react.config.json'));
const config = {
  name: 'page',
  url: 'http://127.0.0.1:4173',
  root: '[role=figure]',
  slider: 'input[type=range]', // looked up inside root
  readout: 'dl', // looked up inside root
  pages: { main: '/', drag: [], lifecycle: null },
  hooks: { mount: 'window.__bench?.mount', unmount: 'window.__bench?.unmount' },
  heap: { cycles: [10, 100, 100, 100] },
  serve: null,
  ...JSON.parse(readFileSync(configPath, 'utf8')),
};
const base = option('url', config.url).replace(/\/$/, '');
const repeats = Number(option('repeats', 3));
const loads = Number(option('loads', 15));
const only = option('only', 'size,load,drag,move,heap,mount').split(',');

const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const EXECUTABLE = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
const VIEWPORT = { width: 1280, height: 1000 };
const LONG = 15 * 60_000;

const log = (...parts) => process.stderr.write(`[${new Date().toISOString().slice(11, 19)}] ${parts.join(' ')}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// ---------------------------------------------------------------- statistics

const round = (x, digits = 4) => (Number.isFinite(x) ? Number(x.toFixed(digits)) : x);
function quantile(sorted, q) {
  if (!sorted.length) return null;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}
function stats(values, digits = 4) {
  const s = values.filter((x) => Number.isFinite(x)).sort((a, b) => a - b);
  if (!s.length) return null;
  const q = (p) => round(quantile(s, p), digits);
  return { n: s.length, median: q(0.5), p95: q(0.95), p99: q(0.99), min: q(0), max: q(1) };
}
/** Pooled statistics plus the median of each run, so run-to-run noise stays visible. */
const pooled = (runs, digits) => ({
  ...stats(runs.flat(), digits),
  runMedians: runs.map((run) => stats(run, digits)?.median ?? null),
});

// ---------------------------------------------------------------- browser plumbing

async function withBrowser(task) {
  // headless:false only stops Playwright from adding its own --headless; the mode is --headless=new above.
  // launch() (not a persistent context) makes a fresh temporary user-data-dir and deletes it on close.
  const browser = await chromium.launch({ executablePath: EXECUTABLE, headless: false, args: ARGS });
  try {
    return await task(browser);
  } finally {
    await browser.close();
  }
}

async function openPage(browser, { reducedMotion = 'no-preference' } = {}) {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  return { context, page, cdp, errors };
}

/** The same counters on the wall clock and on the main thread's own CPU clock (robust to a busy machine). */
async function counters({ context, page, cdp }) {
  const cpu = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'timeTicks' });
  await cpu.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (session) =>
    Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  return async () => ({ wall: await read(cdp), cpu: await read(cpu) });
}
const DURATIONS = ['TaskDuration', 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration'];
const difference = (before, after, keys, scale) =>
  Object.fromEntries(keys.map((key) => [key, ((after[key] ?? NaN) - (before[key] ?? NaN)) * scale]));

async function processCpu(browserCdp) {
  const { processInfo } = await browserCdp.send('SystemInfo.getProcessInfo');
  const total = {};
  for (const p of processInfo) total[p.type] = (total[p.type] ?? 0) + p.cpuTime;
  return total;
}

const selectors = { root: config.root, slider: config.slider, readout: config.readout };
async function ready(page, count = 1) {
  await page.waitForFunction(
    ({ s, count }) => {
      const roots = document.querySelectorAll(s.root);
      return roots.length >= count && roots[0].querySelector(s.slider) && roots[0].querySelector(s.readout);
    },
    { s: selectors, count },
    { timeout: LONG },
  );
}
const hookExists = (page, expression) =>
  page.evaluate((e) => { try { return typeof (0, eval)(e) === 'function'; } catch { return false; } }, expression);

// Injected before each drag: one slider change per animation frame.
function dragInPage({ s, cycles, bare }) {
  const root = bare ? document : document.querySelector(s.root);
  const slider = root.querySelector(s.slider);
  const text = () => (bare ? '' : root.querySelector(s.readout).textContent);
  const low = Number(slider.min);
  const high = Number(slider.max);
  const values = [];
  for (let c = 0; c < cycles; c++) {
    for (let r = low + 1; r <= high; r++) values.push(String(r));
    for (let r = high - 1; r >= low; r--) values.push(String(r));
  }
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const stamps = [];
  let changes = 0;
  const first = text();
  let last = first;
  return new Promise((resolve) => {
    let i = 0;
    const step = (stamp) => {
      stamps.push(stamp);
      const now = text(); // what the previous frame's change led to
      if (now !== last) changes++;
      last = now;
      if (i === values.length) {
        resolve({ stamps, frames: values.length, changes, low, high, endsAsItBegan: text() === first });
        return;
      }
      set.call(slider, values[i++]);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

// Fixed integer+float work; its time says how fast the machine was at that moment.
const calibrate = (page) =>
  page.evaluate(() => {
    const t = performance.now();
    let x = 1;
    for (let i = 0; i < 2e7; i++) x = (x * 1.0000001 + i) % 1000003;
    return { ms: performance.now() - t, x };
  }).then((r) => r.ms);

// ---------------------------------------------------------------- 1. size

// The command-line tools where they exist: Node's zlib is Chromium's fork and differs by a fraction of a percent.
function compressed(command, bytes, fallback) {
  const r = spawnSync(command[0], command.slice(1), { input: bytes, maxBuffer: 1 << 28 });
  return r.status === 0 ? r.stdout.length : fallback();
}
const gzip9 = (bytes) => compressed(['gzip', '-9', '-n', '-c'], bytes, () => zlib.gzipSync(bytes, { level: 9 }).length);
const brotli11 = (bytes) =>
  compressed(['brotli', '-q', '11', '-c'], bytes, () => {
    const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
    return zlib.brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  });

async function measureSize() {
  return withBrowser(async (browser) => {
    const { page, cdp } = await openPage(browser);
    const responses = new Map();
    const done = new Map();
    cdp.on('Network.responseReceived', (e) => responses.set(e.requestId, e.response));
    cdp.on('Network.loadingFinished', (e) => done.set(e.requestId, e.encodedDataLength));
    await page.goto(base + config.pages.main, { waitUntil: 'load' });
    await ready(page);
    await sleep(1000);
    const assets = [];
    for (const [id, response] of responses) {
      if (response.url.startsWith('data:')) continue;
      const bytes = await cdp.send('Network.getResponseBody', { requestId: id }).then(
        ({ body, base64Encoded }) => Buffer.from(body, base64Encoded ? 'base64' : 'utf8'),
        async () => Buffer.from(await (await fetch(response.url)).arrayBuffer()), // a streamed body is not always kept
      );
      assets.push({
        path: new URL(response.url).pathname,
        mime: response.mimeType,
        raw: bytes.length,
        gzip9: gzip9(bytes),
        brotli11: brotli11(bytes),
        onTheWire: done.get(id) ?? null,
        status: response.status,
      });
    }
    const sum = (list) => ({
      files: list.length,
      raw: list.reduce((t, a) => t + a.raw, 0),
      gzip9: list.reduce((t, a) => t + a.gzip9, 0),
      brotli11: list.reduce((t, a) => t + a.brotli11, 0),
    });
    return {
      assets,
      jsAndCss: sum(assets.filter((a) => /javascript|css/.test(a.mime))),
      jsCssAndWasm: sum(assets.filter((a) => /javascript|css|wasm/.test(a.mime))),
      everything: sum(assets),
    };
  });
}

// ---------------------------------------------------------------- 2. cold load

// Runs before any page script. Times are performance.now(), i.e. since navigationStart.
function loadProbe(s) {
  const probe = { attempts: 0 };
  window.__probe = new Promise((resolve) => (probe.resolve = resolve));
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  let root, before;
  const text = () => root.querySelector(s.readout)?.textContent;
  const changed = () => {
    if (probe.interactive || before === undefined || text() === before) return;
    probe.interactive = performance.now();
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const navigation = performance.getEntriesByType('navigation')[0];
      probe.resolve({
        inDom: probe.inDom,
        interactive: probe.interactive,
        attempts: probe.attempts,
        domContentLoaded: navigation.domContentLoadedEventEnd,
      });
    }));
  };
  const attempt = () => {
    if (probe.interactive) return;
    probe.attempts++;
    const slider = root.querySelector(s.slider);
    before = text();
    // never back to the starting value, so a page that coalesces changes per frame still shows one
    set.call(slider, probe.attempts % 2 ? slider.max : slider.max - 1);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    changed();
    setTimeout(attempt, 4); // no reaction: not interactive yet, try again
  };
  const look = () => {
    if (root) return changed();
    const candidate = document.querySelector(s.root);
    if (!candidate?.querySelector(s.slider) || !candidate.querySelector(s.readout)) return;
    root = candidate;
    probe.inDom = performance.now();
    attempt();
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true, characterData: true });
}

async function measureLoad() {
  const targets = [{ id: 'main', path: config.pages.main }];
  if (config.pages.single) targets.push({ id: 'single', path: config.pages.single });
  const out = {};
  const samples = {};
  for (let run = 0; run < repeats; run++) {
    for (const target of targets) {
      for (const throttle of [1, 4]) {
        const key = `${target.id}_cpu${throttle}x`;
        log(`load ${key} run ${run + 1}/${repeats}`);
        await withBrowser(async (browser) => {
          const list = [];
          for (let i = 0; i < loads + 1; i++) {
            const session = await openPage(browser); // new context: empty cache, new renderer
            const { page, cdp, context } = session;
            const read = await counters(session);
            await page.addInitScript(loadProbe, selectors);
            if (throttle > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttle });
            await sleep(500); // the previous renderer is gone and this one is up: only the load itself is timed
            await page.goto(base + target.path, { waitUntil: 'commit' });
            const sample = await page.evaluate(() => window.__probe);
            const { cpu } = await read();
            for (const name of ['TaskDuration', 'ScriptDuration', 'V8CompileDuration']) {
              sample[`cpu_${name}_ms`] = (cpu[name] ?? NaN) * 1000;
            }
            sample.jsHeapUsedMB = cpu.JSHeapUsedSize / 1e6;
            await sleep(300); // paint timing is reported late
            sample.firstContentfulPaint = await page.evaluate(
              () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
            );
            // The first load of each browser warms up the browser itself; it is not counted.
            if (i > 0) list.push(sample);
            else ((out.calibrationMs ??= {})[key] ??= []).push(round(await calibrate(page), 1));
            await context.close();
          }
          (samples[key] ??= []).push(list);
        });
      }
    }
  }
  for (const [key, runs] of Object.entries(samples)) {
    out[key] = {};
    for (const field of Object.keys(runs[0][0])) {
      out[key][field] = pooled(runs.map((run) => run.map((sample) => sample[field])), 2);
    }
  }
  return out;
}

// ---------------------------------------------------------------- 3. drag

const BARE = (max) =>
  `data:text/html,<!doctype html><body style="font-family:sans-serif"><input type="range" style="width:560px" min="1" max="${max}" step="1" value="1">`;

async function dragOnce(browser, drag, throttle) {
  const session = await openPage(browser, { reducedMotion: drag.reducedMotion ? 'reduce' : 'no-preference' });
  const { page, cdp, context, errors } = session;
  try {
    const bare = Boolean(drag.bare);
    const t0 = Date.now();
    await page.goto(bare ? BARE(drag.bare) : base + drag.path, { timeout: LONG });
    if (!bare) await ready(page);
    const readyMs = Date.now() - t0;
    await sleep(1500);
    if (throttle > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    // one warm-up cycle, then settle
    await page.evaluate(dragInPage, { s: selectors, cycles: drag.warmup ?? 2, bare });
    await sleep(1500);
    const read = await counters(session);
    const browserCdp = await browser.newBrowserCDPSession();
    const cpuBefore = await processCpu(browserCdp);
    const before = await read();
    const result = await page.evaluate(dragInPage, { s: selectors, cycles: drag.cycles, bare });
    const after = await read();
    const cpuAfter = await processCpu(browserCdp);
    await sleep(1500); // let the springs finish
    const idle0 = await read();
    await sleep(2000);
    const idle1 = await read();
    const per = 1000 / result.frames;
    const intervals = result.stamps.slice(1).map((t, i) => t - result.stamps[i]);
    return {
      readyMs,
      frames: result.frames,
      readoutChanges: result.changes,
      endsAsItBegan: result.endsAsItBegan,
      errors,
      wallMsPerFrame: difference(before.wall, after.wall, DURATIONS, per),
      cpuMsPerFrame: difference(before.cpu, after.cpu, DURATIONS, per),
      layoutsPerFrame: (after.wall.LayoutCount - before.wall.LayoutCount) / result.frames,
      recalcsPerFrame: (after.wall.RecalcStyleCount - before.wall.RecalcStyleCount) / result.frames,
      processCpuMsPerFrame: Object.fromEntries(
        ['renderer', 'GPU', 'browser'].map((type) => [type, ((cpuAfter[type] ?? NaN) - (cpuBefore[type] ?? NaN)) * per]),
      ),
      idleTaskCpuMsPerSecond: ((idle1.cpu.TaskDuration - idle0.cpu.TaskDuration) * 1000) / 2,
      intervals,
    };
  } finally {
    await context.close();
  }
}

function dragList() {
  const list = config.pages.drag.map((d) => ({ throttle: [1], ...d }));
  const bare = list
    .filter((d) => !d.reducedMotion)
    .map((d) => ({ id: `bare-range-${d.ranks}`, bare: d.ranks, ranks: d.ranks, cycles: d.cycles, throttle: [1] }));
  return [...list, ...bare];
}

async function measureDrag() {
  const out = {};
  const collected = {};
  for (let run = 0; run < repeats; run++) {
    for (const drag of dragList()) {
      for (const throttle of drag.throttle) {
        const key = throttle > 1 ? `${drag.id}_cpu${throttle}x` : drag.id;
        log(`drag ${key} run ${run + 1}/${repeats}`);
        (collected[key] ??= []).push(await withBrowser((browser) => dragOnce(browser, drag, throttle)));
      }
    }
  }
  for (const [key, runs] of Object.entries(collected)) {
    const over = (pick, digits = 4) => stats(runs.map(pick), digits);
    const each = (group, names) => Object.fromEntries(names.map((name) => [name, over((r) => r[group][name])]));
    const intervals = runs.map((r) => r.intervals);
    const flat = intervals.flat();
    out[key] = {
      runs: runs.length,
      framesPerRun: runs[0].frames,
      readoutChangesPerRun: runs.map((r) => r.readoutChanges),
      endsAsItBegan: runs.every((r) => r.endsAsItBegan),
      errors: runs.flatMap((r) => r.errors),
      navigationToReadyMs: over((r) => r.readyMs, 0),
      wallMsPerFrame: each('wallMsPerFrame', DURATIONS),
      cpuMsPerFrame: each('cpuMsPerFrame', DURATIONS),
      processCpuMsPerFrame: each('processCpuMsPerFrame', ['renderer', 'GPU', 'browser']),
      layoutsPerFrame: over((r) => r.layoutsPerFrame, 2),
      recalcsPerFrame: over((r) => r.recalcsPerFrame, 2),
      idleTaskCpuMsPerSecond: over((r) => r.idleTaskCpuMsPerSecond, 3),
      frameIntervalMs: { ...pooled(intervals, 2), over25ms: flat.filter((x) => x > 25).length, total: flat.length },
    };
  }
  return out;
}

/** Sends all explorers to their other end every twelve frames, so that every spring moves all the time. */
function moveInPage({ s, frames }) {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const sliders = [...document.querySelectorAll(`${s.root} ${s.slider}`)];
  return new Promise((resolve) => {
    let frame = 0;
    const step = () => {
      if (frame === frames) return resolve(sliders.length);
      if (frame % 12 === 0) {
        for (const slider of sliders) {
          set.call(slider, frame % 24 ? slider.min : slider.max);
          slider.dispatchEvent(new Event('input', { bubbles: true }));
        }
      }
      frame++;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

async function measureMove() {
  const [count, frames] = [100, 240];
  const runs = [];
  for (let run = 0; run < repeats; run++) {
    log(`move run ${run + 1}/${repeats}`);
    runs.push(
      await withBrowser(async (browser) => {
        const session = await openPage(browser);
        await session.page.goto(base + config.pages.lifecycle);
        await sleep(700);
        await session.page.evaluate(mountInPage, { s: selectors, mount: config.hooks.mount, count });
        await session.page.evaluate(moveInPage, { s: selectors, frames: 48 }); // warm-up
        await sleep(1500);
        const read = await counters(session);
        const before = await read();
        const moved = await session.page.evaluate(moveInPage, { s: selectors, frames });
        const after = await read();
        if (moved !== count) throw new Error(`${moved} sliders instead of ${count}`);
        return difference(before.cpu, after.cpu, DURATIONS, 1000 / frames);
      }),
    );
  }
  return { explorers: count, frames, cpuMsPerFrame: Object.fromEntries(DURATIONS.map((d) => [d, stats(runs.map((r) => r[d]))])) };
}

// ---------------------------------------------------------------- 4. leak check, 5. many instances

const usage = async (cdp) => {
  for (let i = 0; i < 3; i++) { await cdp.send('HeapProfiler.collectGarbage'); await sleep(100); }
  const heap = await cdp.send('Runtime.getHeapUsage');
  const dom = await cdp.send('Memory.getDOMCounters');
  return { ...heap, ...dom };
};

function cyclesInPage({ s, mount, unmount, cycles }) {
  const mountFn = (0, eval)(mount);
  const unmountFn = (0, eval)(unmount);
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  return (async () => {
    for (let i = 0; i < cycles; i++) {
      await mountFn(1, 8);
      let root;
      for (let k = 0; k < 200 && !(root = document.querySelector(s.root)); k++) await frame();
      const slider = root.querySelector(s.slider);
      set.call(slider, slider.max);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await frame();
      await frame(); // unmount with the springs still in flight
      await unmountFn();
      for (let k = 0; k < 200 && document.querySelector(s.root); k++) await frame();
      await frame();
    }
    return document.querySelectorAll(s.root).length;
  })();
}

async function measureHeap() {
  if (!config.pages.lifecycle) return { skipped: 'no pages.lifecycle in the config' };
  const runs = [];
  for (let run = 0; run < repeats; run++) {
    log(`heap run ${run + 1}/${repeats}`);
    const result = await withBrowser(async (browser) => {
      const { page, cdp } = await openPage(browser);
      await page.goto(base + config.pages.lifecycle);
      await sleep(1000);
      if (!(await hookExists(page, config.hooks.mount)) || !(await hookExists(page, config.hooks.unmount))) return { skipped: 'no mount/unmount hooks' };
      await cdp.send('HeapProfiler.enable');
      const args = { s: selectors, mount: config.hooks.mount, unmount: config.hooks.unmount };
      // The bytes of WebAssembly memory, where the page says them.
      const memory = async () =>
        config.hooks.memory ? { wasmBytes: await page.evaluate((hook) => (0, eval)(hook)(), config.hooks.memory) } : {};
      const all = async () => ({ ...(await usage(cdp)), ...(await memory()) });
      const go = async (cycles) => { await page.evaluate(cyclesInPage, { ...args, cycles }); await sleep(2000); return all(); };
      const points = [{ cycles: 0, ...(await all()) }];
      for (const cycles of config.heap.cycles) points.push({ cycles: points.at(-1).cycles + cycles, ...(await go(cycles)) });
      return points;
    });
    if (result.skipped) return result;
    runs.push(result);
  }
  const fields = Object.keys(runs[0][0]).filter((f) => f !== 'cycles');
  const slope = (field, i) =>
    stats(runs.map((r) => (r[i][field] - r[i - 1][field]) / (r[i].cycles - r[i - 1].cycles)), 1);
  return {
    points: runs[0].map((p, i) => ({
      afterCycles: p.cycles,
      ...Object.fromEntries(fields.map((f) => [f, stats(runs.map((r) => r[i][f]), 0)])),
    })),
    perCycle: runs[0].slice(1).map((p, i) => ({
      from: runs[0][i].cycles,
      to: p.cycles,
      usedBytes: slope('usedSize', i + 1),
      nodes: slope('nodes', i + 1),
      listeners: slope('jsEventListeners', i + 1),
    })),
  };
}

function mountInPage({ s, mount, count }) {
  const mountFn = (0, eval)(mount);
  return new Promise((resolve) => {
    const t0 = performance.now();
    let inDom;
    const observer = new MutationObserver(() => {
      if (inDom || document.querySelectorAll(s.root).length < count) return;
      inDom = performance.now() - t0;
      observer.disconnect();
      requestAnimationFrame(() => {
        const channel = new MessageChannel(); // first task after the frame has been rendered
        channel.port1.onmessage = () => resolve({ inDom, rendered: performance.now() - t0 });
        channel.port2.postMessage(0);
      });
    });
    observer.observe(document, { childList: true, subtree: true });
    mountFn(count, 8);
  });
}

async function measureMount() {
  if (!config.pages.lifecycle) return { skipped: 'no pages.lifecycle in the config' };
  const cold = [], coldRendered = [], warm = [], warmRendered = [], cpu = [], heapPer = [], works = [], idle = [];
  for (let run = 0; run < repeats; run++) {
    log(`mount run ${run + 1}/${repeats}`);
    const result = await withBrowser(async (browser) => {
      const r = { cold: [], coldRendered: [], warm: [], warmRendered: [], cpu: [] };
      for (let i = 0; i < 5; i++) {
        const session = await openPage(browser);
        const { page, cdp, context } = session;
        await page.goto(base + config.pages.lifecycle);
        await sleep(700);
        if (!(await hookExists(page, config.hooks.mount))) return { skipped: 'no mount hook' };
        await cdp.send('HeapProfiler.enable');
        const read = await counters(session);
        const empty = await usage(cdp);
        const args = { s: selectors, mount: config.hooks.mount, count: 100 };
        const before = await read();
        const first = await page.evaluate(mountInPage, args);
        const after = await read();
        r.cold.push(first.inDom);
        r.coldRendered.push(first.rendered);
        r.cpu.push((after.cpu.TaskDuration - before.cpu.TaskDuration) * 1000);
        await sleep(1000);
        if (i === 0) {
          const full = await usage(cdp);
          heapPer.push((full.usedSize - empty.usedSize) / 100);
          const idle0 = await read();
          await sleep(2000);
          const idle1 = await read();
          idle.push(((idle1.cpu.TaskDuration - idle0.cpu.TaskDuration) * 1000) / 2);
          works.push(await page.evaluate((s) => {
            const root = [...document.querySelectorAll(s.root)].at(-1);
            const slider = root.querySelector(s.slider);
            const before = root.querySelector(s.readout).textContent;
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, slider.max);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            return new Promise((resolve) => setTimeout(() => resolve(root.querySelector(s.readout).textContent !== before), 100));
          }, selectors));
        }
        for (let k = 0; k < 3; k++) {
          await page.evaluate(({ unmount }) => (0, eval)(unmount)(), { unmount: config.hooks.unmount });
          await sleep(300);
          await cdp.send('HeapProfiler.collectGarbage');
          const again = await page.evaluate(mountInPage, args);
          r.warm.push(again.inDom);
          r.warmRendered.push(again.rendered);
          await sleep(300);
        }
        await context.close();
      }
      return r;
    });
    if (result.skipped) return result;
    cold.push(result.cold); coldRendered.push(result.coldRendered); warm.push(result.warm);
    warmRendered.push(result.warmRendered); cpu.push(result.cpu);
  }
  return {
    instances: 100,
    coldInDomMs: pooled(cold, 2),
    coldRenderedMs: pooled(coldRendered, 2),
    coldMainThreadCpuMs: pooled(cpu, 2),
    warmInDomMs: pooled(warm, 2),
    warmRenderedMs: pooled(warmRendered, 2),
    heapBytesPerInstance: stats(heapPer, 0),
    idleTaskCpuMsPerSecond: stats(idle, 3),
    lastInstanceInteractive: works,
  };
}

// ---------------------------------------------------------------- main

function versions() {
  const v = { node: process.version, playwrightCore: require('playwright-core/package.json').version };
  for (const name of config.packages ?? []) {
    const file = path.join(here, 'node_modules', name, 'package.json');
    if (existsSync(file)) v[name] = JSON.parse(readFileSync(file, 'utf8')).version;
  }
  return v;
}

async function startServer() {
  if (!argv.includes('--serve') || !config.serve) return null;
  const child = spawn(config.serve[0], config.serve.slice(1), { cwd: path.dirname(path.resolve(configPath)), stdio: 'ignore' });
  let reason;
  for (let i = 0; i < 100; i++) {
    try { await fetch(base + config.pages.main); return child; } catch (error) { reason = error.cause ?? error; await sleep(100); }
  }
  child.kill();
  throw new Error(`server did not start: ${reason}`);
}

const sections = {
  size: measureSize, load: measureLoad, drag: measureDrag, move: measureMove, heap: measureHeap, mount: measureMount,
};

const server = await startServer();
try {
  const out = {
    name: config.name,
    url: base,
    startedAt: new Date().toISOString(),
    machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, memoryGB: round(os.totalmem() / 2 ** 30, 1), kernel: os.release() },
    versions: { ...versions(), chromium: await withBrowser(async (b) => b.version()) },
    chromiumArgs: ARGS,
    viewport: VIEWPORT,
    repeats,
    loadsPerRun: loads,
    loadAverage: {},
  };
  for (const name of only) {
    const before = os.loadavg()[0];
    const t = Date.now();
    out[name] = await sections[name]();
    out.loadAverage[name] = { before: round(before, 2), after: round(os.loadavg()[0], 2), seconds: round((Date.now() - t) / 1000, 0) };
    if (option('out')) writeFileSync(option('out'), JSON.stringify(out, null, 1) + '\n'); // keep what is done so far
  }
  out.finishedAt = new Date().toISOString();
  const json = JSON.stringify(out, null, 1);
  if (option('out')) writeFileSync(option('out'), json + '\n');
  process.stdout.write(json + '\n');
} finally {
  server?.kill();
}
