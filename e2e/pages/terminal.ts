// What a document says to type, typed: the text goes to bash as it stands. Programs that a machine may lack, or that
// would take hours, have stand-ins, which are first on PATH.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * What is printed by `script`, of which every line must end well. `standIns` are programs by their names: for Node, or
 * with a first line that says for what.
 */
export function typed(script: string, folder: string, standIns: Record<string, string> = {}): string {
  const place = mkdtempSync(join(tmpdir(), 'tao-programs-'));
  try {
    for (const [name, code] of Object.entries(standIns)) {
      writeFileSync(join(place, name), code.startsWith('#!') ? code : `#!${process.execPath}\n${code}`);
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
  // Words end with a zero, calls with an empty one.
  const note = (program: string): string => `#!/bin/sh\nprintf '%s\\0' ${program} "$PWD" "$@" "" >> '${record}'\n`;
  try {
    typed(script, folder, Object.fromEntries(programs.map((program) => [program, note(program)])));
    const calls = readFileSync(record, 'utf8').split('\0\0').filter(Boolean);
    return calls.map((call) => {
      const [program, place, ...words] = call.split('\0') as [string, string, ...string[]];
      return { program, folder: place, words };
    });
  } finally {
    rmSync(place, { recursive: true });
  }
}
