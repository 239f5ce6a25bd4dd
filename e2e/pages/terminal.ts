// What a document says to type, typed: the text goes to bash as it stands. Programs that a machine may lack, or that
// would take hours, have stand-ins, which are first on PATH.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What is printed by `script`, of which every line must end well. `standIns` are programs for Node by their names. */
export function typed(script: string, folder: string, standIns: Record<string, string> = {}): string {
  const place = mkdtempSync(join(tmpdir(), 'tao-programs-'));
  try {
    for (const [name, code] of Object.entries(standIns)) {
      writeFileSync(join(place, name), `#!${process.execPath}\n${code}`);
      chmodSync(join(place, name), 0o755);
    }
    return execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 1 << 28,
      env: { ...process.env, LC_ALL: 'C', PATH: [place, process.env.PATH].join(delimiter) },
    });
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** A program as it was called, instead of being run. */
export interface Call {
  program: string;
  /** Where it was called. */
  folder: string;
  words: string[];
}

/** What `script` would run of these programs; everything else in it is run. */
export function rehearse(script: string, folder: string, programs: readonly string[]): Call[] {
  const place = mkdtempSync(join(tmpdir(), 'tao-calls-'));
  const record = join(place, 'calls');
  writeFileSync(record, '');
  const note = (program: string): string => `require("fs").appendFileSync(${JSON.stringify(record)},
    JSON.stringify({ program: "${program}", folder: process.cwd(), words: process.argv.slice(2) }) + "\\n");`;
  try {
    typed(script, folder, Object.fromEntries(programs.map((program) => [program, note(program)])));
    return readFileSync(record, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Call);
  } finally {
    rmSync(place, { recursive: true });
  }
}
