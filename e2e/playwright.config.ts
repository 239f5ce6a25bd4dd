// How the end-to-end tests run: real Chromium on loopback only, against the fake exchanges of exchange/.
// TAO_DIST, TAO_SCORE and TAO_CHROMIUM say what is tested with what, TAO_CANDLES on which candles; without them the usual
// places are taken.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** The browser that Debian or the reader's system brings; Playwright's own download is not needed. */
function chromium(): string | undefined {
  const named = process.env.TAO_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    '/usr/bin/chromium',
    ...['chromium', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => existsSync(path));
}

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  globalSetup: './exchange/candles.ts',
  workers: 2,
  retries: 0,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'off',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        // Nothing but this machine is there, and that is known at once: a resolver without a network may take its time.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'journeys', testMatch: 'specs/*.spec.ts' },
    // A build of its own: `cargo xtask test` runs it before.
    ...(process.env.TAO_SERVE ? [{ name: 'serve', testMatch: 'serve.ts' }] : []),
    // Pictures for the eye, not checks: `cargo xtask gallery`.
    ...(process.env.TAO_GALLERY
      ? [
          { name: 'gallery', testMatch: 'gallery.ts', grepInvert: /sheet of/ },
          { name: 'sheets', testMatch: 'gallery.ts', grep: /sheet of/, dependencies: ['gallery'] },
        ]
      : []),
  ],
});
