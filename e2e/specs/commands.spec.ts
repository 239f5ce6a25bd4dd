// The commands of the documents, typed as they stand there: run where they may be, and where that would take hours or
// build everything anew, rehearsed: bash goes through all of it, and every program, target and file that it calls for
// is there. No browser in this file.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test as base } from '@playwright/test';
import {
  type Asset,
  type Candle,
  INTERVALS,
  type Interval,
  LENGTH_MS,
  candlesOf,
  recorded,
  simulated,
  toCsv,
} from '../exchange/candles.ts';
import { PROGRAM as RECORD } from '../exchange/record.ts';
import { PROGRAM as SCORE } from '../exchange/score.ts';
import { DIST } from '../exchange/static.ts';
import { DOCUMENTS, ROOT, block, read, spans } from '../pages/document.ts';
import { type Call, rehearse, typed } from '../pages/terminal.ts';

const XTASK = process.env.TAO_XTASK ?? join(ROOT, 'target/debug/xtask');

/** A folder of its own for what a command writes. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'tao-commands-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** Cargo for examples of the core: the programs that it has built, since it would ask the registry and build again. */
const CARGO = `
  const { spawnSync } = require("child_process");
  const words = process.argv.slice(2);
  const program = ${JSON.stringify({ score: SCORE, record: RECORD })}[words[5]];
  const start = words.slice(0, 5).join(" ");
  if (start !== "run --release -p tao-conviction-core --example" || !program || words[6] !== "--") {
    throw new Error("not as an example is run: " + words.join(" "));
  }
  process.exitCode = spawnSync(program, words.slice(7), { stdio: "inherit" }).status ?? 127;`;

/** All candles of a series, told so that the last one closes at `at`. */
function upTo(at: number, asset: Asset, interval: Interval): Candle[] {
  const candles = candlesOf(asset)[interval];
  const later = at - LENGTH_MS[interval] - candles.at(-1)!.time;
  return candles.map((candle) => ({ ...candle, time: candle.time + later }));
}

/** As the JS API takes them. */
const rows = (candles: readonly Candle[]): number[][] =>
  candles.map(({ time, open, high, low, close, volume }) => [time, open, high, low, close, volume]);

test('the method’s command prints what the JS API says of the same files', async ({ folder }) => {
  const command = block('docs/method.md', '8. The same numbers yourself');
  const at = Number(/--at (\d+)/.exec(command)![1]);
  const own = INTERVALS.map((interval) => [interval, upTo(at, 'TAO', interval)] as const);
  const hours = (asset: Asset) => [asset, upTo(at, asset, '1h')] as const;
  const [btc, ...basket] = (['BTC', 'FET', 'NEAR', 'ICP'] as const).map(hours);
  [...own, btc!, ...basket].forEach(([, candles], index) => {
    writeFileSync(join(folder, `${'ABCDEFGH'[index]}.csv`), toCsv(candles));
  });
  const facts = { chain: { stakedShare: 0.7 }, depth: 90_000, confirmation: { source: 'kraken', close: 400 } };
  writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts));

  const printed = typed(command, folder, { cargo: CARGO }).trim();

  const api = (await import(pathToFileURL(join(DIST, 'scoring.js')).href)) as {
    default(source: { module_or_path: Uint8Array }): Promise<unknown>;
    assess(inputs: unknown): { families: { value: number | null }[] };
  };
  await api.default({ module_or_path: readFileSync(join(DIST, 'scoring_bg.wasm')) });
  const assessment = api.assess({
    ...facts,
    candles: Object.fromEntries(own.map(([interval, candles]) => [interval, rows(candles)])),
    btc: { '1h': rows(btc![1]) },
    // The program takes them in the order of their names, and a sum of floats depends on it.
    basket: Object.fromEntries(basket.sort().map(([name, candles]) => [name, { '1h': rows(candles) }])),
    source: 'file',
    at,
  });
  expect(JSON.parse(printed)).toEqual(assessment);
  // The simulated hours of the AI tokens are too few for what is asked of the basket.
  expect(assessment.families.map(({ value }) => value !== null)).toEqual([true, true, true, !simulated]);
});

for (const [asset, command, report] of [
  ['TAO', block('docs/record.md', 'TAO', 0), block('docs/record.md', 'TAO', 1)],
  ['BTC', block('docs/record.md', 'Bitcoin', 0), block('docs/record.md', 'Bitcoin', 1)],
] as const) {
  test(`the record’s command for ${asset} prints the record`, ({ folder }) => {
    const lines = (text: string): string[] => text.split('\n').filter(Boolean);
    const published = lines(report);
    if (!simulated) {
      // Bitcoin's list of stretches is left out in the document.
      const printed = lines(typed(command, recorded, { cargo: CARGO }));
      expect(printed.filter((line) => asset === 'TAO' || !/^ {2}20\d\d-/.test(line))).toEqual(published);
      return;
    }
    // The files are not here, so others of their names: the command runs, and of what it prints only the form is known.
    for (const [, interval, name, symbol] of command.matchAll(/(\w+)=((TAO|BTC)\S*\.csv)/g)) {
      writeFileSync(join(folder, name!), toCsv(candlesOf(symbol as Asset)[interval as Interval]));
    }
    const [first] = lines(typed(command, folder, { cargo: CARGO }));
    const form = (text: string): string => text.replaceAll(/\d+/g, '0');
    expect(form(first!)).toBe(form(published[0]!));
  });
}

test('the sample’s command writes the three files again, byte for byte the same', ({ folder }) => {
  const command = block('sample/README.md', 'Simulated candles');
  // Elsewhere, since all other tests read them where they are.
  expect(command).toMatch(/^cargo xtask sample +#/);
  typed(command, ROOT, { cargo: `#!/bin/sh\nshift\nexec '${XTASK}' "$@" '${folder}'\n` });
  expect(readdirSync(folder).sort()).toEqual(['BTC.json', 'ETH.json', 'TAO.json']);
  for (const file of readdirSync(folder)) {
    expect(readFileSync(join(folder, file), 'utf8') === read(`sample/${file}`), file).toBe(true);
  }
});

test('the sample’s form is that of the files', () => {
  type Sample = { timeframes: Record<string, { start: number; rows: number[][] }> };
  const { timeframes, ...head } = JSON.parse(read('sample/TAO.json')) as Sample;
  const [first, ...others] = Object.keys(timeframes);
  const { start, rows } = timeframes[first!]!;
  expect(rows.every((row) => row.length === 5)).toBe(true);
  const shown = [
    `"${first}":{"start":${start}, "rows":[[open,high,low,close,volume], …]}`,
    ...others.map((name) => `"${name}":…`),
  ];
  const written = `${JSON.stringify(head).slice(0, -1)},"timeframes":{${shown.join(', ')}}}`;
  const plain = (text: string): string => text.replaceAll(/\s+/g, '');
  expect(plain(block('sample/README.md', 'Format'))).toBe(plain(written));
});

/** The packages of the workspace: their folders by their names. */
const PACKAGES = new Map(
  ['', 'catalysts/', 'core/', 'scoring/', 'web/', 'xtask/'].map((folder) => {
    const [, name] = /^\[package\]\nname = "(.*)"$/m.exec(read(`${folder}Cargo.toml`))!;
    return [name!, folder];
  }),
);

/** The verbs that xtask's own reading of the command line knows. */
const VERBS = new Set([...read('xtask/src/main.rs').matchAll(/^ {8}"([a-z-]+)".* =>/gm)].map(([, verb]) => verb!));

let help = '';
const xtaskHelp = (): string => (help ||= execFileSync(XTASK, ['help'], { encoding: 'utf8' }));

/** What is wrong with a call of cargo, node, npm or npx; nothing when all that it names is there. */
function missing({ program, folder, words }: Call): string[] {
  const there = (path: string): boolean => existsSync(join(folder, path));
  const named = (option: string): string[] => words.filter((_, index) => words[index - 1] === option);
  const wrong: string[] = [];
  const must = (right: boolean, what: string): void => {
    if (!right) wrong.push(`${program} ${words.join(' ')}: ${what}`);
  };
  if (program === 'cargo') {
    const [verb, next] = words;
    must(/^(xtask|run|test|build|check|doc|fmt|clippy|install)$/.test(verb!), `no verb ${verb}`);
    if (verb === 'xtask') must(VERBS.has(next!) && xtaskHelp().includes(`cargo xtask ${next} `), `no verb ${next}`);
    if (verb === 'install') must(next === 'cargo-fuzz', `not a tool of ours: ${next}`);
    const names = named('-p');
    for (const name of names) must(PACKAGES.has(name), `no package ${name}`);
    const own = names.length > 0 ? join(ROOT, PACKAGES.get(names[0]!) ?? '') : folder;
    const manifest = ['xtask', 'install'].includes(verb!) ? '' : readFileSync(join(own, 'Cargo.toml'), 'utf8');
    for (const name of named('--example')) must(existsSync(join(own, `examples/${name}.rs`)), `no example ${name}`);
    for (const name of named('--test')) must(existsSync(join(own, `tests/${name}.rs`)), `no test ${name}`);
    for (const name of named('--features')) must(manifest.includes(`\n${name} = [`), `no feature ${name}`);
    for (const name of named('--profile')) must(manifest.includes(`[profile.${name}]`), `no profile ${name}`);
    for (const name of named('--target')) must(name === 'wasm32-unknown-unknown', `no target ${name}`);
    if (words.includes('--lib')) must(existsSync(join(own, 'src/lib.rs')), 'no library');
    if (verb === 'run' && named('--example').length === 0) must(existsSync(join(own, 'src/main.rs')), 'no program');
  } else if (program === 'node') {
    // Named for what it does, of any file.
    if (words.join() === '--check') return [];
    must(there(words[0]!), 'no such file');
    if (there(words[0]!)) execFileSync(process.execPath, ['--check', words[0]!], { cwd: folder });
  } else if (program === 'npm') {
    must(['install', 'ci'].includes(words[0]!) && words.length === 1, 'not an installation');
    must(there('package.json') && there('package-lock.json'), 'no lock file');
  } else {
    must(program === 'npx' && words.slice(0, 2).join(' ') === 'playwright test', 'unknown');
    for (const file of words.slice(2).filter((word) => !/NAME/.test(word))) must(there(file), `no ${file}`);
  }
  return wrong;
}

test('the two commands are what serves the page and what runs these tests', () => {
  // The first is run by e2e/serve.ts. The second is the run that this is part of: a machine calls it just so.
  const texts = [block('README.md', 'Two commands'), block('CONTRIBUTING.md', 'Contributing')];
  const commands = texts.map((code) => code.replaceAll(/ *#.*/g, ''));
  expect(commands).toEqual(Array(2).fill('cargo xtask serve\ncargo xtask test\n'));
  expect(rehearse(commands[0]!, ROOT, ['cargo']).flatMap(missing)).toEqual([]);
  expect(read('.ci/run')).toContain('exec cargo xtask test\n');
  expect(read('xtask/src/test.rs')).toContain('"\\n{} passed, {} failed"');
});

/** A folder of the project made of links to what is in it, so that what commands write stays out of the project. */
function linked(folder: string, place: string, without: string): string {
  const copy = join(place, folder);
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(join(ROOT, folder)).filter((name) => name !== without)) {
    symlinkSync(join(ROOT, folder, name), join(copy, name));
  }
  return copy;
}

test('rehearsed: fuzzing, which takes minutes for each target and another tool', ({ folder }) => {
  linked('core/fuzz', folder, 'corpus');
  const calls = rehearse(block('core/fuzz/README.md', 'Fuzzing the scoring core'), folder, ['cargo']);
  const targets = [...read('core/fuzz/Cargo.toml').matchAll(/^name = "(\w+)"\npath = "(.*)"$/gm)];
  for (const [, , path] of targets) expect(existsSync(join(ROOT, 'core/fuzz', path!)), path).toBe(true);
  expect(calls.map(({ words }) => words[6]).sort()).toEqual(targets.map(([, name]) => name).sort());
  const START = 'fuzz run --fuzz-dir core/fuzz --sanitizer none';
  for (const { folder: where, words } of calls) {
    const [target, corpus, seeds, dashes, ...options] = words.slice(6);
    expect([words.slice(0, 6).join(' '), dashes]).toEqual([START, '--']);
    // It was made by the first line, and the seeds are kept.
    expect(corpus).toBe(`core/fuzz/corpus/${target}`);
    expect(statSync(join(where, corpus!)).isDirectory()).toBe(true);
    expect(readdirSync(join(where, seeds!)).length, seeds).toBeGreaterThan(0);
    for (const option of options) expect(option).toMatch(/^-(runs=\d+|max_len=\d+|dict=.+)$/);
    const dictionary = options.find((option) => option.startsWith('-dict='))?.slice(6);
    if (dictionary) expect(existsSync(join(where, dictionary)), dictionary).toBe(true);
  }
});

test('rehearsed: the benchmarks, which take a machine of their own for hours', ({ folder }) => {
  const bench = linked('bench', folder, 'target');
  const calls = rehearse(block('docs/benchmarks.md', 'Run it'), bench, ['cargo', 'npm', 'node']);
  expect(calls.length).toBeGreaterThanOrEqual(5);
  expect(calls.flatMap(missing)).toEqual([]);
  // The file that the second line writes is the one that the others read.
  const library = /^name = "(.*)"$/m.exec(read('bench/Cargo.toml'))![1]!.replaceAll('-', '_');
  const given = calls.flatMap(({ words }) => words.filter((word) => word.endsWith('.wasm')));
  expect([...new Set(given)]).toEqual([`../target/wasm32-unknown-unknown/release/${library}.wasm`]);
});

/** Where a document's commands are typed. */
const PLACES: Record<string, string> = { 'docs/benchmarks.md': 'bench', 'docs/contributing.md': '' };
const PROGRAMS = ['cargo', 'npm', 'npx', 'node'];

test('every command within a sentence calls for what is there', () => {
  test.setTimeout(120_000);
  const starts = new RegExp(`^([A-Z_]+=\\S+ )*(cd \\S+ && |${PROGRAMS.map((program) => `${program} `).join('|')})`);
  let last = '';
  const wrong = DOCUMENTS.flatMap((document) =>
    spans(document)
      // Of npm these are run by package.spec.ts.
      .filter((span) => starts.test(span) && !/^npm (publish|pack) /.test(span))
      .flatMap((span) => {
        const inE2e = span.includes('npx ') && !span.startsWith('cd ');
        const usual = join(ROOT, inE2e ? 'e2e' : span.startsWith('cargo') ? '' : (PLACES[document] ?? ''));
        // "… `node X` there": in the folder of the command before.
        const folder = span.startsWith('node ') ? last : usual;
        last = span.startsWith('cd ') ? join(usual, /^cd (\S+)/.exec(span)![1]!) : usual;
        const calls = rehearse(span, folder, PROGRAMS);
        return calls.flatMap(missing).map((what) => `${document}: ${what}`);
      }),
  );
  expect(wrong).toEqual([]);
});

test('every verb that xtask knows is in its help, but the one that Trunk calls', () => {
  const told = [...xtaskHelp().matchAll(/^ {4}cargo xtask ([\w-]+) /gm)].map(([, verb]) => verb!);
  expect(told.sort()).toEqual([...VERBS].filter((verb) => verb !== 'optimize').sort());
  expect(() => execFileSync(XTASK, ['no-such-verb'], { stdio: 'pipe' })).toThrow('there is no such verb');
});
