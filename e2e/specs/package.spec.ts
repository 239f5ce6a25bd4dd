// The npm package of the build that is tested, installed as a stranger would, without a network: the very blocks of its
// README in a page that Vite bundles, in plain Node, and under the TypeScript compiler.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { NOW, candlesOf } from '../exchange/candles.ts';
import { Nginx, freePorts } from '../exchange/nginx.ts';
import { score, scoreAt } from '../exchange/score.ts';
import { DIST, Site } from '../exchange/static.ts';
import { block, spans } from '../pages/document.ts';
import { expect, test } from '../pages/journey.ts';
import { typed } from '../pages/terminal.ts';
import { trapping } from '../pages/trapping.ts';
import { Widget } from '../pages/widget.ts';

// One installation for all.
test.describe.configure({ mode: 'default' });

const E2E = fileURLToPath(new URL('..', import.meta.url));
const XTASK = process.env.TAO_XTASK ?? join(E2E, '../target/debug/xtask');
const TSC = join(E2E, 'node_modules/typescript/bin/tsc');
const COMPONENT = block('npm/README.md', 'In a bundle');
const SCORE = block('npm/README.md', 'The score alone');
const TYPES = block('npm/README.md', 'Types');

/** The folder in which the docs put a release. */
const VERSION = /cp -r release\/v1 \/srv\/tao\/(\S+)`/.exec(readFileSync(join(E2E, '../docs/release.md'), 'utf8'))![1]!;

/** A developer's project with the package, below the folder that has React and its types. */
let app = '';
let release = '';

const npm = (folder: string, ...words: string[]): string =>
  execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--cache', join(app, 'cache')], { cwd: folder, encoding: 'utf8' });

/** What the docs of a release have npm do. */
function words(start: string): string[] {
  const command = spans('docs/release.md').find((span) => span.startsWith(`${start} `));
  if (!command) throw new Error(`docs/release.md has no \`${start} …\``);
  return command.split(' ').slice(1);
}

test.beforeAll(() => {
  test.setTimeout(300_000);
  mkdirSync(join(E2E, 'test-results'), { recursive: true });
  app = mkdtempSync(join(E2E, 'test-results/package-'));
  release = join(app, 'release');
  execFileSync(XTASK, ['dist', '--from', DIST, '--to', release]);
  const [{ filename }] = JSON.parse(npm(app, ...words('npm pack'), '--json')) as { filename: string }[];
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  npm(app, 'install', `./${filename}`);
});

test.afterAll(() => rmSync(app, { recursive: true }));

/** What a program of the project prints. */
function run(code: string): string {
  writeFileSync(join(app, 'program.js'), code);
  return execFileSync(process.execPath, ['program.js'], { cwd: app, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } }).trim();
}

test('it has everything that the release’s package has, and asks for nothing', () => {
  const installed = join(app, 'node_modules/tao-conviction');
  const files = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(folder.length)).sort();
  expect(files(installed)).toEqual(files(join(release, 'npm')));
  for (const file of ['embed.js', 'panel_bg.wasm', 'scoring.d.ts']) expect(readFileSync(join(installed, file))).toEqual(readFileSync(join(DIST, file)));
  const { version, scripts, dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(readFileSync(join(E2E, '../Cargo.toml'), 'utf8')).toContain(`version = "${String(version)}"`);
  expect([scripts, dependencies]).toEqual([undefined, undefined]);
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['tao-conviction']);
});

test('the docs’ command would publish just this, but for a rehearsal', () => {
  const { version } = JSON.parse(readFileSync(join(release, 'npm/package.json'), 'utf8')) as { version: string };
  expect(npm(app, ...words('npm publish'), '--dry-run')).toContain(`+ tao-conviction@${version}\n`);
});

test('plain Node scores by it what the native program scores', () => {
  const candles = { '15m': candlesOf('TAO')['15m'], '1d': candlesOf('TAO')['1d'] };
  writeFileSync(join(app, 'candles.json'), JSON.stringify(candles, (_, value) => (value?.time === undefined ? value : [value.time, value.open, value.high, value.low, value.close, value.volume])));
  const printed = run(`
    import { readFileSync } from "node:fs";
    import init, { assess, initSync } from "tao-conviction/scoring";
    await init();
    const candles = JSON.parse(readFileSync("candles.json", "utf8"));
    console.log(JSON.stringify(assess({ candles, at: ${NOW}, source: "file" })));`);
  expect(printed).toBe(JSON.stringify(scoreAt([NOW], candles)[0]));
});

test('the README’s program runs, and where there is no page the element’s import does nothing', () => {
  expect(run(SCORE)).toMatch(/^-?\d+(\.\d+)? [a-z-]+$/);
  expect(run('console.log(Object.keys(await import("tao-conviction")).length);')).toBe('0');
});

/** A page around the README's component with these attributes, built as a developer does for others. */
async function bundled(name: string, attributes: Record<string, string>): Promise<Site> {
  const root = join(app, name);
  mkdirSync(join(root, 'public/assets'), { recursive: true });
  copyFileSync(join(app, 'node_modules/tao-conviction/catalysts.json'), join(root, 'public/assets/catalysts.json'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An app</title><link rel="icon" href="data:,"></head><body><div id="app"></div><script type="module" src="./app.jsx"></script></body></html>');
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join('');
  writeFileSync(
    join(root, 'app.jsx'),
    `${COMPONENT.replace('<tao-conviction layout="card"', `<tao-conviction${written}`)}
    import { createRoot } from "react-dom/client";
    createRoot(document.querySelector("#app")).render(<Conviction />);`,
  );
  await build({ root, base: './', configFile: false, logLevel: 'error' });
  return Site.open(join(root, 'dist'));
}

const built = test.extend<{ open: (name: string, attributes?: Record<string, string>) => Promise<Widget>; served: Site[] }>({
  served: async ({}, use) => {
    const served: Site[] = [];
    await use(served);
    for (const site of served) await site.close();
  },
  open: async ({ page, exchange, watch, served }, use) => {
    await use(async (name, attributes) => {
      const site = await bundled(name, { proxy: exchange.url, ...attributes });
      served.push(site);
      watch.allowed.push(`${site.url}/`);
      await page.goto(`${site.url}/`);
      return new Widget(page.locator('tao-conviction'));
    });
  },
});

built('in a React page that Vite has bundled the widget is live, in its language, and its events arrive', async ({ page, open, served, watch }) => {
  const widget = await open('card', { locale: 'de' });
  await widget.is('live');
  await expect(page.locator('output')).toHaveText((await widget.assessment()).verdict);
  await expect(widget.root).toHaveAttribute('lang', 'de');
  // What a card needs and no more, under the names that the bundler gave; and the file that has its own, where the README
  // has it put.
  const asked = served[0]!.requests.filter((path) => !path.endsWith('.js'));
  expect(asked.sort()).toEqual(['/', '/assets/catalysts.json', expect.stringMatching(/^\/assets\/catalysts_bg-[\w-]+\.wasm$/), expect.stringMatching(/^\/assets\/tao-conviction_bg-[\w-]+\.wasm$/)]);
  expect(watch.warnings).toEqual([]);
});

built('there a panel comes by its own part', async ({ page, open }) => {
  const widget = await open('panel', { layout: 'panel' });
  await widget.is('live');
  await expect(page.getByRole('tab', { name: 'Gates' })).toBeVisible();
});

built('there a panic is known by the bundler’s names too', async ({ page, open, watch }) => {
  const body = await trapping('handle_seen');
  await page.route('**/tao-conviction_bg-*.wasm', (route) => route.fulfill({ body, contentType: 'application/wasm' }));
  const widget = await open('panic', { catalysts: 'off' });
  await widget.is('live');
  // Told that it is out of view: that is where it traps.
  await page.evaluate(() => document.querySelector<HTMLElement>('#app')!.style.setProperty('margin-top', '300vh'));
  await expect(widget.root).toHaveCount(0);
  expect(watch.trouble.splice(0)).toEqual([expect.stringMatching(/^console\.error: <tao-conviction> stopped, its fallback content is shown: RuntimeError/)]);
});

test('from the address that a CDN of packages gives it, pinned by the release’s hash, it shows a card', async ({ page, blog, exchange, watch }) => {
  const { version } = JSON.parse(readFileSync(join(release, 'npm/package.json'), 'utf8')) as { version: string };
  const place = `npm/tao-conviction@${version}`;
  mkdirSync(join(app, 'cdn/npm'), { recursive: true });
  symlinkSync(join(app, 'node_modules/tao-conviction'), join(app, 'cdn', place));
  const hashes = JSON.parse(readFileSync(join(release, 'integrity.json'), 'utf8')) as Record<string, string>;
  const cdn = await Site.open(join(app, 'cdn'));
  watch.allowed.push(`${cdn.url}/`);
  try {
    await page.goto(blog.show('/post', `<script async src="${cdn.url}/${place}/embed.js" integrity="${hashes['embed.js']}" crossorigin data-proxy="${exchange.url}"></script>`));
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    expect(cdn.requests).toContain(`/${place}/hashes.js`);
    expect(cdn.requests).toContain(`/${place}/tao-conviction_bg.wasm`);
    expect(cdn.requests).toContain(`/${place}/catalysts.json`);
  } finally {
    await cdn.close();
  }
});

/** What the compiler says of the project's files; nothing when all is well. */
function complaints(files: Record<string, string>, ...options: string[]): string[] {
  for (const [name, code] of Object.entries(files)) writeFileSync(join(app, name), code);
  const all = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022', '--lib', 'es2022,dom', '--pretty', 'false', ...options];
  try {
    execFileSync(process.execPath, [TSC, ...all, ...Object.keys(files)], { cwd: app, encoding: 'utf8' });
    return [];
  } catch (error) {
    return String((error as { stdout: string }).stdout).trim().split('\n');
  }
}

const RESOLUTIONS = [
  ['--module', 'nodenext'],
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
];

test('the README’s types compile, and those of the element refuse what it refuses', () => {
  test.setTimeout(180_000);
  const code = `${TYPES}
    const found: { conviction: number | null } | null = document.querySelector("tao-conviction")!.assessment;
    document.addEventListener("tao-setup", ({ detail }) => console.log(detail.setup === "high-conviction", found));
    const set: string | undefined = element.config.layout;
    element.refresh();
    element.config = { layout: null, catalysts: "https://example.org/feed.json" };
    // @ts-expect-error
    element.config = { layout: "kard" };
    // @ts-expect-error
    element.config = { colour: "red" };
    // @ts-expect-error
    element.assessment = null;
    // @ts-expect-error
    element.addEventListener("tao-update", ({ detail }) => detail.conviction.toFixed());
    console.log(set);`;
  for (const resolution of RESOLUTIONS) expect(complaints({ 'check.ts': code }, ...resolution)).toEqual([]);
});

test('the README’s component compiles with the types of React', () => {
  test.setTimeout(180_000);
  const component = COMPONENT.replace('import "tao-conviction";', 'import "tao-conviction";\nimport type {} from "tao-conviction/react";');
  const more = `
    export const right = <tao-conviction symbol="TAO" className="wide" alert={40} ref={(element) => element?.refresh()} />;
    // @ts-expect-error
    export const wrong = <tao-conviction theme="sepia" />;`;
  for (const resolution of RESOLUTIONS) expect(complaints({ 'check.tsx': component + more }, '--jsx', 'react-jsx', ...resolution)).toEqual([]);
  // Without them React's compiler knows no such element.
  expect(complaints({ 'check.tsx': COMPONENT }, '--jsx', 'react-jsx', ...RESOLUTIONS[1]!).join()).toContain("'tao-conviction' does not exist");
});

/** The folder v1 of the release and nothing else, under its two addresses, in nginx as the docs have it. */
const hosted = test.extend<{ home: string }>({
  home: async ({ watch }, use) => {
    const recipe = block('docs/self-hosting.md', 'nginx');
    for (const line of ['listen 80;', 'root /srv/tao;']) expect(recipe).toContain(line);
    const folder = mkdtempSync(join(app, 'srv-'));
    cpSync(join(release, 'v1'), join(folder, VERSION), { recursive: true });
    symlinkSync(VERSION, join(folder, 'v1'));
    const [port] = await freePorts(1);
    const nginx = await Nginx.open(recipe.replace('listen 80;', `listen 127.0.0.1:${port};`).replace('root /srv/tao;', `root ${folder};`), port!);
    watch.allowed.push(`http://127.0.0.1:${port}/`);
    await use(`http://127.0.0.1:${port}`);
    await nginx.close();
  },
});

for (const place of [VERSION, 'v1']) {
  hosted(`from ${place} of the release alone comes a widget that is pinned, on a page that lets nothing else through`, async ({ page, blog, exchange, home }) => {
    test.setTimeout(180_000);
    const received: Record<string, string> = {};
    page.on('response', async (response) => {
      if (response.url().startsWith(home)) received[response.url().slice(home.length)] = `${response.status()} ${(await response.allHeaders())['content-encoding']}`;
    });
    const hashes = JSON.parse(readFileSync(join(release, 'integrity.json'), 'utf8')) as Record<string, string>;
    const policy = `default-src 'none'; script-src ${home} 'wasm-unsafe-eval'; connect-src ${home} ${exchange.url}`;
    blog.pages.set('/strict', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,"><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>
      <script async src="${home}/${place}/embed.js" integrity="${hashes['embed.js']}" crossorigin="anonymous" data-proxy="${exchange.url}" data-live="off" data-catalysts="off"></script></body></html>`);
    await page.goto(`${blog.url}/strict`);
    const widget = new Widget(page.locator('tao-conviction'));
    await expect(widget.root).toHaveAttribute('data-state', 'live', { timeout: 90_000 });
    await widget.agrees((at) => {
      const candles = exchange.served('binance');
      return score({ ...candles, surroundings: { ...candles.surroundings!, feed: undefined } }, at);
    });
    const files = ['embed.js', 'hashes.js', 'tao-conviction.js', 'tao-conviction_bg.wasm'];
    expect(received).toEqual(Object.fromEntries(files.map((file) => [`/${place}/${file}`, '200 br'])));
  });
}

hosted('the release’s hash of another file is refused', async ({ page, blog, watch, home }) => {
  const hashes = JSON.parse(readFileSync(join(release, 'integrity.json'), 'utf8')) as Record<string, string>;
  const refused = page.waitForEvent('console', (message) => message.text().includes('integrity'));
  await page.goto(blog.show('/other', `<script async src="${home}/v1/embed.js" integrity="${hashes['panel.js']}" crossorigin></script>`));
  await refused;
  await expect(page.locator('tao-conviction')).toHaveCount(0);
  expect(watch.trouble.splice(0)).toEqual([expect.stringContaining('integrity')]);
});

test('the sums are those of the files, as the docs have them checked; another byte is named', () => {
  const check = block('docs/release.md', 'Check it');
  expect(typed(check, app)).toBe('');
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: release });
  const [file, text] = [join(release, 'v1/method.md'), readFileSync(join(release, 'v1/method.md'))];
  writeFileSync(file, 'Another method\n');
  expect(() => typed(check, app)).toThrow('WARNING: 1 computed checksum did NOT match');
  writeFileSync(file, text);
});
