// usage: node abl.tmp.mjs BASE N cycles repeats "variant;variant"  (variant = comma list of part:attr dropped, or - )
import { chromium } from 'playwright-core';
const [base, n, cycles, repeats, list] = process.argv.slice(2);
const names = list.split(';').map((v) => { const [url, drop = '', js = ''] = v.split('@'); return { url, drop, js }; });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const sums = new Map();
for (let k = 0; k < +repeats; k++) for (const v of names) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  const page = await context.newPage();
  await page.addInitScript((drop) => {
    const set = Element.prototype.setAttribute; const dropped = new Set(drop.split(',')); window.on = false; window.count = {};
    Element.prototype.setAttribute = function (name, value) {
      const key = `${this.dataset?.part}:${name}`; if (window.on) { window.count[key] = (window.count[key] ?? 0) + 1; if (dropped.has(key)) return; }
      return set.call(this, name, value);
    };
  }, v.drop);
  await page.goto(`${base}${v.url}/?n=${n}`);
  await page.waitForSelector('[role=figure] input[type=range]');
  await page.waitForTimeout(800);
  if (v.js) await page.evaluate(v.js);
  const cpu = await context.newCDPSession(page);
  await cpu.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => Object.fromEntries((await cpu.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  const drag = (cycles) => page.evaluate((cycles) => {
    window.on = true;
    const slider = document.querySelector('[role=figure] input[type=range]');
    const values = []; const [lo, hi] = [+slider.min, +slider.max];
    for (let c = 0; c < cycles; c++) { for (let r = lo + 1; r <= hi; r++) values.push(r); for (let r = hi - 1; r >= lo; r--) values.push(r); }
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    return new Promise((done) => { let i = 0; const step = () => { if (i === values.length) return done(values.length); set.call(slider, values[i++]); slider.dispatchEvent(new Event('input', { bubbles: true })); requestAnimationFrame(step); }; requestAnimationFrame(step); });
  }, cycles);
  await drag(Math.max(1, Math.round(cycles / 4)));
  await page.evaluate(() => { window.count = {}; });
  await page.waitForTimeout(1200);
  const a = await read(); const frames = await drag(+cycles); const b = await read();
  const d = (k) => (b[k] - a[k]) * 1000 / frames;
  const key = `${v.url}@${v.drop}@${v.js}`;
  if (!sums.has(key)) sums.set(key, []);
  sums.get(key).push([d('TaskDuration'), d('ScriptDuration'), d('RecalcStyleDuration'), d('LayoutDuration')]);
  if (false) console.log(key, JSON.stringify(Object.fromEntries(Object.entries(await page.evaluate(() => window.count)).map(([k, c]) => [k, +(c / frames).toFixed(2)]))));
  await context.close();
}
const med = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
for (const [key, rows] of sums) console.log(key.slice(0,200).padEnd(60), ['task', 'script', 'style', 'layout'].map((w, i) => `${w} ${med(rows.map((r) => r[i])).toFixed(3)}`).join('  '));
await browser.close();
