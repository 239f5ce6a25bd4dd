// The project's documents as they are written, and the blocks of code in them: what a spec runs of one is what stands
// there. `documents.spec.ts` fails for a block that no spec asks for.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export interface Block {
  document: string;
  /** The nearest heading before it. */
  heading: string;
  /** Its place among the blocks under that heading, from 0. */
  place: number;
  /** What stands behind the fence; empty for a block without. */
  language: string;
  code: string;
}

/** What is made, brought or hidden is no document of ours. */
const OTHERS = /^(\.|node_modules$|target$|dist$|release$|test-results$)/;

/** Every document, by its path in the project. */
export const DOCUMENTS: readonly string[] = documentsIn('');

function documentsIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter(({ name }) => !OTHERS.test(name));
  return entries.flatMap((entry) => {
    const path = folder + entry.name;
    if (entry.isDirectory()) return documentsIn(`${path}/`);
    return path.endsWith('.md') ? [path] : [];
  });
}

/** All blocks of a document, in its order. */
export function blocks(document: string): Block[] {
  const found: Block[] = [];
  const counts = new Map<string, number>();
  let heading = '';
  let open: Block | undefined;
  for (const line of read(document).split('\n')) {
    const [, language] = /^ *```(.*)$/.exec(line) ?? [];
    if (language === undefined) {
      if (open) open.code += `${line}\n`;
      else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    } else if (open) {
      found.push(open);
      open = undefined;
    } else {
      const place = counts.get(heading) ?? 0;
      counts.set(heading, place + 1);
      open = { document, heading, place, language, code: '' };
    }
  }
  if (open) throw new Error(`${document}: the last block under "${heading}" has no end`);
  return found;
}

/**
 * The code of a block, to be run or compared: this call is the claim that it is. Three literals, so that
 * `documents.spec.ts` can read it.
 */
export function block(document: string, heading: string, place = 0): string {
  const found = blocks(document).filter((one) => one.heading === heading && one.place === place);
  if (found.length !== 1) throw new Error(`${document} has ${found.length} blocks number ${place} under "${heading}"`);
  return found[0]!.code;
}

/** A document without its blocks. */
export const prose = (document: string): string => read(document).replace(/^ *```[^]*?^ *```$/gm, '');

/** What stands between single backticks, outside of blocks. */
export const spans = (document: string): string[] =>
  [...prose(document).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
