// Repeatedly mounts an explorer on the page at argv[2], moves its slider and unmounts it during the animation. Prints the bytes
// of WebAssembly memory after one thousand cycles and after three thousand. Needs playwright-core, and Chromium at argv[3].
import { chromium } from 'playwright-core';

const args = ['--headless=new', '--no-sandbox', '--disable-gpu'];
const browser = await chromium.launch({ executablePath: process.argv[3], headless: false, args });
try {
  const page = await browser.newPage();
  await page.goto(process.argv[2]);
  await page.waitForFunction('window.bench');
  const cycle = (count) =>
    page.evaluate(async (count) => {
      for (let i = 0; i < count; i++) {
        bench.mount(1, 8);
        const slider = document.querySelector('[role=figure] input[type=range]');
        slider.value = slider.max;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
        bench.unmount();
      }
      return bench.memory();
    }, count);
  console.log(JSON.stringify([await cycle(1000), await cycle(2000)]));
} finally {
  await browser.close();
}
