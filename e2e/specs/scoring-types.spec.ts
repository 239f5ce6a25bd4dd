// What is said of the JS API is true: the types fit what it takes and returns, and every example of docs/js-api.md and of
// the README runs.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INTERVALS, LENGTH_MS, NOW, candlesOf } from '../exchange/candles.ts';
import { scoreAt } from '../exchange/score.ts';
import { DIST } from '../exchange/static.ts';
import { block } from '../pages/document.ts';
import { expect, test as base } from '../pages/journey.ts';

const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

/** A developer's folder with the built files in `dist`. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'tao-types-'));
    symlinkSync(DIST, join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** What the compiler says of a module; nothing when all is well. */
function complaints(folder: string, code: string): string[] {
  writeFileSync(join(folder, 'check.ts'), code);
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom', '--pretty', 'false'];
  try {
    execFileSync(process.execPath, [TSC, ...options, 'check.ts'], { cwd: folder, encoding: 'utf8' });
    return [];
  } catch (error) {
    return String((error as { stdout: string }).stdout).trim().split('\n');
  }
}

const IMPORT = `import init, { initSync, score, assess, version, type Assessment, type CandlesByTimeframe } from './dist/scoring.js';\n`;

test('the types are those of real Assessments: nothing missing, nothing that is not there', async ({ page, site, folder }) => {
  const own = (asset: 'TAO' | 'BTC'): Record<string, number[][]> =>
    Object.fromEntries(
      INTERVALS.map((interval) => {
        const closed = candlesOf(asset)[interval].filter(({ time }) => time + LENGTH_MS[interval] <= NOW).slice(-600);
        return [interval, closed.map(({ time, open, high, low, close, volume }) => [time, open, high, low, close, volume])];
      }),
    );
  await page.goto(site.show('/api', ''));
  const reports = await page.evaluate(
    async ([url, tao, btc, at]) => {
      const { default: init, assess } = (await import(url)) as { default(): Promise<unknown>; assess(inputs: unknown): unknown };
      await init();
      const day = 86_400_000;
      const event = { kind: 'regulatory', title: 'A ruling', at: at - day, direction: -1, magnitude: 0.5, halfLifeDays: 10, sourceUrl: 'https://example.org/', riskFlag: 'REGULATORY' };
      const all = {
        candles: tao,
        btc,
        basket: { FET: btc, RENDER: tao, NEAR: btc },
        chain: { lastHalving: at - 20 * day, stakedShare: 0.7, nakamoto: 3, emissionHhi: 0.3, launches: [{ netuid: 64, at: at - day }] },
        feed: [event],
        depth: 60_000,
        at,
      };
      return [
        assess({ ...all, confirmation: { source: 'kraken', close: 1 } }),
        assess({ ...all, confirmation: { source: 'kraken', close: tao['1h'].at(-1)?.[4] } }),
        assess({ candles: { '1h': [] }, at }),
      ];
    },
    [`${site.url}/scoring.js`, own('TAO'), own('BTC'), NOW] as const,
  );
  const native = scoreAt([NOW, 0], { '1h': candlesOf('TAO')['1h'] }, { btc: { '1d': candlesOf('BTC')['1d'] } });
  const literals = [...reports, ...native].map((report) => JSON.stringify(report));
  const code = literals.flatMap((literal, index) => [
    `const fits${index}: Assessment = ${literal};`,
    `const whole${index}: Whole<Assessment> = ${literal};`,
  ]);
  const whole = 'type Whole<T> = T extends readonly (infer E)[] ? readonly Whole<E>[] : T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;\n';
  expect(complaints(folder, IMPORT + whole + code.join('\n'))).toEqual([]);

  // The check can fail: one field more, one field less, one wrong word.
  const [literal] = literals;
  const broken = [
    literal.replace('"schema":1', '"schema":1,"more":1'),
    literal.replace('"aligned":', '"lined":'),
    literal.replace(/"verdict":"[^"]*"/, '"verdict":"hopeful"'),
    literal.replace('"confirmedBy":', '"confirmed":'),
  ];
  for (const wrong of broken) expect(complaints(folder, `${IMPORT}const wrong: Assessment = ${wrong};`).join()).toContain('check.ts');
});

test('the types take what the API takes and refuse what it refuses', ({ folder }) => {
  const code = `
    const flat = new Float64Array(6);
    const rows = [[0, 1, 1, 1, 1, 1]] as const;
    const objects = [{ openTime: 0, open: 1, high: 1, low: 1, close: 1, volume: 1, trades: 5 }];
    const columns = { openTime: flat, open: [1], high: [1], low: new Int32Array(1), close: flat, volume: [1] };
    const candles: CandlesByTimeframe = { '15m': flat, '1h': rows, '4h': objects, '1d': columns };
    await init(); await init({ module_or_path: new Uint8Array() }); initSync({ module: new Uint8Array() });
    const words: [string, number | null] = [version(), score(candles).conviction];
    score({ '1h': [[0, 1, 1, 1, 1, 1]] }, { at: 1, symbol: 'TAO', quote: 'USD', price: null, source: undefined, parameters: { warmUp: 500, periods: { ema: [1, 2, 3] } } });
    assess({ candles, btc: candles, basket: { FET: candles }, chain: { nakamoto: 3, launches: [{ netuid: 1, at: 1 }] },
      feed: [{ kind: 'listing', title: 'a', at: 1, direction: 1, magnitude: 0.5, halfLifeDays: 1, sourceUrl: 'https://a' }],
      depth: 1, dropped: 1, confirmation: { source: 'b', close: 1 }, state: 'live' }, { parameters: {} });
    // @ts-expect-error
    score({ '2h': flat });
    // @ts-expect-error
    score({ '1h': new Float32Array(6) });
    // @ts-expect-error
    score({ '1h': [[0, 1, 1, 1, 1]] });
    // @ts-expect-error
    score({ '1h': [['0', 1, 1, 1, 1, 1]] });
    // @ts-expect-error
    score(candles, { btc: candles });
    // @ts-expect-error
    score(candles, { at: new Date() });
    // @ts-expect-error
    score(candles, { parameters: { warmup: 5 } });
    // @ts-expect-error
    assess({ at: 1 });
    // @ts-expect-error
    assess({ candles, state: 'LIVE' });
    // @ts-expect-error
    score(candles).conviction.toFixed();
    console.log(words);`;
  expect(complaints(folder, IMPORT + code)).toEqual([]);
});

test('the documentation’s example for Node runs, and the one with types compiles', ({ folder }) => {
  writeFileSync(join(folder, 'example.mjs'), block('docs/js-api.md', 'In Node'));
  const printed = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(printed).toMatch(/^\d+\.\d+\.\d+ insufficient-data unavailable\n$/);
  expect(complaints(folder, block('docs/js-api.md', 'With types'))).toEqual([]);
});

for (const [what, code, printed] of [
  ['for a page', block('docs/js-api.md', 'In a page'), /^-?\d+(\.\d+)? insufficient-data null$/],
  ['for a page with a worker', block('docs/js-api.md', 'In a worker', 1), /^warming up: 1 of 461 closed candles$/],
  // What it takes for granted, and what it would go on with.
  ['of the README', `const candles = [[0, 400, 402, 399, 401, 12.5]];\n${block('README.md', 'From JavaScript')}console.log(conviction, verdict);`, /^null insufficient-data$/],
] as const) {
  test(`the example ${what} runs`, async ({ page, site }) => {
    site.pages.set('/worker.js', block('docs/js-api.md', 'In a worker', 0));
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(site.show('/example', `<script type="module">${code.replaceAll('https://HOST/v1', site.url)}</script>`));
    await expect.poll(() => said).toEqual([expect.stringMatching(printed)]);
  });
}
