// Every block of code in every document is claimed: by a call `block('docs/x.md', 'Its heading', 0)` in a spec, which
// runs what it is given, or compares it with what it shows. Who adds a block is told here what is missing. And what
// documents name and link to is there. No browser in this file.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';
import ts from 'typescript';
import { DIST } from '../exchange/static.ts';
import { type Block, DOCUMENTS, ROOT, block, blocks, prose, read, spans } from '../pages/document.ts';

/** Blocks that are gone through without being run, and why; `commands.spec.ts` rehearses each. As few as can be. */
const REHEARSED: Record<string, string> = {
  'core/fuzz/README.md, Fuzzing the scoring core, 0': 'ten million inputs a target, and a tool that is not brought',
  'docs/benchmarks.md, Run it, 0': 'benchmarks: hours on an idle machine, for figures that no test may compare',
};

interface Claim {
  block: string;
  spec: string;
  /** Given to `rehearse`, which calls none of the programs. */
  rehearsed: boolean;
  /** Named and then never mentioned again: read, and not run. */
  idle: boolean;
}

const nameOf = ({ document, heading, place }: Pick<Block, 'document' | 'heading' | 'place'>): string =>
  `${document}, ${heading}, ${place}`;

/** The claim that a call of `block` is; one that can't be read is an error. */
function claimOf(call: ts.CallExpression, spec: string, text: string): Claim {
  const isText = (node?: ts.Node): node is ts.StringLiteral => node !== undefined && ts.isStringLiteral(node);
  const [document, heading, place] = call.arguments;
  if (!isText(document) || !isText(heading) || (place && !ts.isNumericLiteral(place))) {
    throw new Error(`${spec}: ${call.getText()}: document, heading and place must be written out`);
  }
  const around = call.parent;
  const mentioned = (name: string): boolean => text.split(new RegExp(`\\b${name}\\b`)).length > 2;
  return {
    block: nameOf({ document: document.text, heading: heading.text, place: Number(place?.getText() ?? 0) }),
    spec,
    rehearsed: ts.isCallExpression(around) && around.expression.getText() === 'rehearse',
    idle: ts.isExpressionStatement(around) || (ts.isVariableDeclaration(around) && !mentioned(around.name.getText())),
  };
}

function claimsIn(spec: string, text: string): Claim[] {
  const found: Claim[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'block') found.push(claimOf(node, spec, text));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(spec, text, ts.ScriptTarget.Latest, true));
  return found;
}

const SPECS = [...readdirSync(join(ROOT, 'e2e/specs')).map((name) => `e2e/specs/${name}`), 'e2e/serve.ts', 'e2e/exchange/shared-cache.ts'];
const BLOCKS = DOCUMENTS.flatMap(blocks);

test('every block of every document is run or compared by a spec, and every claim is of a block', () => {
  const claims = SPECS.flatMap((spec) => claimsIn(spec, read(spec)));
  const claimed = new Set(claims.filter(({ idle }) => !idle).map(({ block }) => block));
  const there = new Set(BLOCKS.map(nameOf));
  expect(there.size, 'two headings of one name in a document').toBe(BLOCKS.length);
  const unclaimed = [...there].filter((block) => !claimed.has(block));
  expect(unclaimed, 'blocks that nothing runs: take each by block(…) in the spec that runs it').toEqual([]);
  expect(claims.filter(({ block }) => !there.has(block)), 'claims of what is not there').toEqual([]);
  // What is only rehearsed is named with its reason above, and nothing else is.
  const run = new Set(claims.filter(({ rehearsed }) => !rehearsed).map(({ block }) => block));
  expect([...claimed].filter((block) => !run.has(block)).sort()).toEqual(Object.keys(REHEARSED).sort());
});

test('claims are read from calls, not from words', () => {
  const claims = claimsIn(
    'a.spec.ts',
    `// block('README.md', 'No', 1)
    const text = "block('README.md', 'No', 2)";
    typed(block('README.md', 'A'), rehearse(block("docs/x.md", 'B’s', 1), folder, []));
    unblock('README.md', 'No');
    const idle = block('README.md', 'C');`,
  );
  expect(claims).toEqual([
    { block: 'README.md, A, 0', spec: 'a.spec.ts', rehearsed: false, idle: false },
    { block: 'docs/x.md, B’s, 1', spec: 'a.spec.ts', rehearsed: true, idle: false },
    { block: 'README.md, C, 0', spec: 'a.spec.ts', rehearsed: false, idle: true },
  ]);
  expect(() => claimsIn('a.spec.ts', "block('README.md', heading)")).toThrow('written out');
});

test('a block is found by its heading and place, and to the letter', () => {
  const table = blocks('docs/theming.md').map(({ heading, place, language }) => [heading, place, language]);
  expect(table.slice(1, 4)).toEqual([['Theming', 1, 'css'], ['Three themes', 0, 'css'], ['Three themes', 1, 'css']]);
  for (const { document, code, heading } of BLOCKS) {
    expect(code, `${document}, ${heading}`).toMatch(/\S/);
    expect(read(document)).toContain(`\n${code}`);
  }
  // By another name, since this is no claim.
  const find = block;
  expect(() => find('docs/theming.md', 'Three themes', 9)).toThrow('0 blocks number 9 under "Three themes"');
});

/** The anchors that a forge gives the headings of a document: lower case, no punctuation, dashes for spaces. */
function anchors(document: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(document).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const anchor = heading!.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

test('every link within the project leads somewhere, to the heading', () => {
  const links = DOCUMENTS.flatMap((document) => {
    const targets = prose(document).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g);
    return [...targets].map(([, target]) => ({ document, target: target! }));
  }).filter(({ target }) => !/^(https?|mailto):/.test(target));
  expect(links.length).toBeGreaterThan(60);
  const lost = links.filter(({ document, target }) => {
    const [path, anchor] = target.split('#') as [string, string?];
    const file = path === '' ? document : normalize(join(dirname(document), path));
    if (file.startsWith('..') || !existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchors(file).includes(anchor);
  });
  expect(lost).toEqual([]);
  // The package's own is read on a registry, where nothing of the project is beside it.
  expect(links.filter(({ document }) => document === 'npm/README.md')).toEqual([]);
});

/** Files and folders at the top of the project. */
const TOP = new Set(readdirSync(ROOT).filter((name) => !/^(dist|release|target|\.git)$/.test(name)));

test('every file of the project that a document names is there', () => {
  const paths = DOCUMENTS.flatMap((document) => spans(document).map((span) => ({ document, span })))
    .map(({ document, span }) => ({ document, path: /^[\w.-]+\.spec\.ts$/.test(span) ? `e2e/specs/${span}` : span }))
    .filter(({ path }) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(path));
  const ours = paths.filter(({ path }) => TOP.has(path.split('/')[0]!));
  expect(ours.length).toBeGreaterThan(100);
  // NAME and XX stand for what a reader puts there: the folder has to exist.
  const real = (path: string): string => (/^(NAME|XX)\./.test(basename(path)) ? dirname(path) : path);
  expect(ours.filter(({ path }) => !existsSync(join(ROOT, real(path))))).toEqual([]);
  const built = paths.filter(({ path }) => path.startsWith('dist/'));
  expect(built.filter(({ path }) => !existsSync(join(DIST, path.slice('dist/'.length))))).toEqual([]);
});

/** The text of all that is written in Rust in a folder. */
function rust(folder: string): string {
  const files = readdirSync(join(ROOT, folder), { recursive: true }) as string[];
  const own = files.filter((file) => file.endsWith('.rs') && !/\btarget\//.test(file));
  return own.map((file) => readFileSync(join(ROOT, folder, file), 'utf8')).join('\n');
}

test('every test and function that a document names is there', () => {
  const all = ['core', 'src', 'web', 'catalysts', 'scoring', 'xtask'].map(rust).join('\n');
  const named = DOCUMENTS.flatMap((document) =>
    spans(document)
      .filter((span) => /^[a-z0-9]+(_[a-z0-9]+){3,}$/.test(span))
      .map((name) => ({ document, name })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ name }) => !all.includes(name))).toEqual([]);
});

test('the drawing of the rooms names what is there, and a room knows none above it', () => {
  const drawing = block('ARCHITECTURE.md', 'Architecture');
  const rooms = [...drawing.matchAll(/^ (?:roof|living|engine|pipes|ground) +(\S+)/gm)].map(([, room]) => room!);
  expect(rooms).toEqual(['page/', 'src/ui/', 'src/engine/', 'src/market/', 'core/']);
  const files = [...drawing.matchAll(/[\w-][\w./-]*(?:\/(?= )|\.(?:rs|js|html)\b)/g)].map(([path]) => path);
  expect(files).toEqual(expect.arrayContaining(['index.html', 'embed.js', 'src/handle.rs', ...rooms]));
  for (const path of files) expect(existsSync(join(ROOT, path)), path).toBe(true);
  const [ui, engine, market, core] = rooms.slice(1).map((room) => rust(room));
  expect(ui).toMatch(/crate::engine\b/);
  expect(engine).toMatch(/crate::market\b/);
  expect(engine!.match(/crate::ui\b/)).toBeNull();
  expect(market!.match(/crate::(ui|engine)\b/)).toBeNull();
  expect(core!.match(/\b(web_sys|js_sys|leptos|wasm_bindgen)::/)).toBeNull();
});
