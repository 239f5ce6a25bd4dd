// Draws the PNG icons of the page from icons/icon.svg: node icons.mjs, in this folder, after `cargo xtask setup`. What it
// writes is committed: a build needs no browser.

import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const FOLDER = new URL('../icons/', import.meta.url);
const svg = await readFile(new URL('icon.svg', FOLDER), 'utf8');
/** Up to the edges, for systems that cut icons to a shape of their own. */
const full = svg.replace(/ rx="\d+"/, '');
/** The sign in the middle 80 %, which each of these shapes leaves. */
const safe = full.replace('<g id="sign"', '<g id="sign" transform="translate(256 256) scale(.76) translate(-256 -266)"');

const browser = await chromium.launch({ executablePath: process.env.TAO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const [name, size, drawing] of [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['maskable-512.png', 512, safe],
  ['apple-touch-180.png', 180, full],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`);
  await writeFile(new URL(name, FOLDER), await page.screenshot({ omitBackground: true }));
}
await browser.close();
