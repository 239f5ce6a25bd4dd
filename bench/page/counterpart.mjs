// What the benchmarks of this folder run against: the journeys' own exchanges, node and files, with the packages of e2e/,
// and the browser.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { CHROMIUM = 'chromium' } = process.env;
const e2e = fileURLToPath(new URL('../../e2e/', import.meta.url));

/** A package of e2e/. */
export const its = createRequire(`${e2e}package.json`);

/** The modules of e2e/exchange as one: Node.js 20 takes no TypeScript. Two folders below the project's, as its sources are. */
export async function counterpart() {
  mkdirSync(`${e2e}test-results`, { recursive: true });
  const outfile = `${e2e}test-results/counterpart.mjs`;
  const modules = ['candles', 'crowd', 'market', 'nginx', 'node', 'server', 'shared-cache', 'static'].map((name) => `export * from './exchange/${name}.ts';`);
  await its('esbuild').build({
    stdin: { contents: modules.join('\n'), resolveDir: e2e, loader: 'ts' },
    bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error',
  });
  const loaded = await import(pathToFileURL(outfile));
  rmSync(outfile);
  return loaded;
}

/** The browser, which reaches this machine alone. */
export const browser = () =>
  its('playwright-core').chromium.launch({
    executablePath: CHROMIUM.includes('/') ? CHROMIUM : process.env.PATH.split(delimiter).map((folder) => join(folder, CHROMIUM)).find((path) => existsSync(path)),
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** Runs in the page: its clock is the exchange's, and what a wasm exports is kept in `wasms`, marked in a trace. */
export function prepare(shift) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length > 0 ? given : [Real.now() + shift]));
    }
    static now() {
      return Real.now() + shift;
    }
  };
  globalThis.wasms = [];
  for (const name of ['instantiateStreaming', 'instantiate']) {
    const own = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await own.apply(WebAssembly, given);
      performance.mark('wasm');
      globalThis.wasms.push((made.instance ?? made).exports);
      return made;
    };
  }
}
