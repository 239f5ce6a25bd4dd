// What is said of the JS API is true: the types fit what it takes and returns, and every example of docs/js-api.md runs.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INTERVALS, LENGTH_MS, NOW, candlesOf } from '../exchange/candles.ts';
import { scoreAt } from '../exchange/score.ts';
import { DIST } from '../exchange/static.ts';
import { expect, test as base } from '../pages/journey.ts';

const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const DOCS = readFileSync(new URL('../../docs/js-api.md', import.meta.url), 'utf8');

/** The code blocks of the documentation that open with these words. */
function examples(opening: string): string[] {
  const blocks = [...DOCS.matchAll(/^```(js|ts)\n([^]*?)^```/gm)].map(([, language, code]) => [language, code] as const);
  return blocks.filter(([language, code]) => (language === 'ts' ? 'ts' : code.split('\n')[0]) === opening).map(([, code]) => code);
}

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

test('the documentation’s examples for Node run, and those with types compile', ({ folder }) => {
  const printed = examples('// in Node').map((code) => {
    writeFileSync(join(folder, 'example.mjs'), code);
    return execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  });
  expect(printed).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+ insufficient-data unavailable\n$/)]);
  const typed = examples('ts');
  expect(typed).toHaveLength(1);
  for (const code of typed) expect(complaints(folder, code)).toEqual([]);
});

test('the documentation’s examples for pages and workers run', async ({ page, site }) => {
  const [worker, ...others] = examples('// in a worker');
  expect(others).toEqual([]);
  site.pages.set('/worker.js', worker);
  const printed: string[] = [];
  page.on('console', (message) => printed.push(message.text()));
  for (const [index, code] of examples('// in a page').entries()) {
    const script = code.replaceAll('https://HOST/v1', site.url);
    await page.goto(site.show('/example', `<script type="module">${script}</script>`));
    await expect.poll(() => printed).toHaveLength(index + 1);
  }
  expect(printed).toEqual([
    expect.stringMatching(/^-?\d+(\.\d+)? insufficient-data null$/),
    'warming up: 1 of 461 closed candles',
  ]);
});

test('the messages of the documentation are the API’s', () => {
  const spec = readFileSync(new URL('scoring.spec.ts', import.meta.url), 'utf8');
  const listed = [...DOCS.matchAll(/^(\S+ is .+): expected .+$/gm)].map(([, start]) => start);
  expect(listed).toHaveLength(5);
  for (const start of listed) expect(spec).toContain(start);
});
