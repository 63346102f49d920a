import { chromium } from 'playwright-core';
const b=await chromium.launch({executablePath:'/usr/bin/chromium',headless:true,args:['--headless=new','--no-sandbox','--disable-gpu']});
for(const it of (process.argv[2]||'1200:light,1200:dark,320:light').split(',')){ const [w,s,f]=it.split(':');
 const c=await b.newContext({viewport:{width:+w,height:900},colorScheme:s,forcedColors:f?'active':'none'}); const p=await c.newPage();
 p.on('console',m=>console.log(m.type(),m.text())); p.on('pageerror',e=>console.log(String(e)));
 await p.goto('http://127.0.0.1:8099/gallery/'); await p.waitForSelector('[data-lora-rank-explorer]'); await p.waitForTimeout(1200);
 for(const id of (process.argv[3]||'choose-together,choose-markers,choose-observed,choose-comparison').split(',')) { const l=p.locator('#'+id+' .live'); await l.scrollIntoViewIfNeeded(); await p.waitForTimeout(400);
  if(id=='choose-together') {await l.locator('li button').first().hover(); await p.waitForTimeout(300);}
  if(id=='choose-markers'||id=='choose-observed') {await l.locator('[data-part=terms] summary').click(); await p.waitForTimeout(200);}
  await l.screenshot({path:`/tmp/shots/m-${id}-${w}-${s}${f?'-fc':''}.png`}); }
 await c.close(); }
await b.close();
