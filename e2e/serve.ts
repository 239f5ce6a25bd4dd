// The first of the two commands of the README, run as it stands there: what it serves, the widget in it, and that it
// builds anew. It is a build of its own, so `cargo xtask test` runs this apart from the journeys; by hand:
// TAO_SERVE=1 npx playwright test --project=serve

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './exchange/nginx.ts';
import { ROOT, block, read } from './pages/document.ts';
import { expect, test as base } from './pages/journey.ts';
import { Widget } from './pages/widget.ts';

const COMMANDS = [block('README.md', 'Two commands'), block('CONTRIBUTING.md', 'Contributing')];

/** The command without what is said of it, and what is said of it. */
const [[COMMAND, ABOUT], OTHER] = COMMANDS.map((code) => code.split('\n')[0]!.split(/ +# /)) as [string, string][];

/** A server that was started by words in a shell, and all that it says. */
class Served {
  said = '';

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (text: Buffer) => (this.said += text.toString()));
    }
  }

  static async start(command: string, url: string): Promise<Served> {
    // A group of its own, so that a build that is under way ends with it.
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    const child = spawn('bash', ['-c', `exec ${command}`], { cwd: ROOT, detached: true, stdio });
    const served = new Served(url, child);
    let ended: string | undefined;
    child.on('exit', (code, signal) => (ended = `it ended with ${code ?? signal}`));
    while (!(await fetch(`${url}/embed.js`).then(({ ok }) => ok, () => false))) {
      if (ended !== undefined) throw new Error(`\`${command}\` serves nothing: ${ended}\n${served.said.slice(-5_000)}`);
      await new Promise((later) => setTimeout(later, 250));
    }
    return served;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((end) => this.child.once('exit', end));
    process.kill(-this.child.pid!, 'SIGTERM');
    await ended;
  }
}

const test = base.extend<{ served: Served }>({
  served: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'tao-serve-'));
      const [port] = await freePorts(1);
      // Not the usual port, which may be taken, and not `dist`, which may hold a release build.
      const served = await Served.start(`${COMMAND} -- --port ${port} --dist ${folder}`, `http://127.0.0.1:${port}`);
      await use(served);
      await served.end();
      rmSync(folder, { recursive: true });
    },
    // From nothing it builds all crates.
    { timeout: 1_800_000 },
  ],
});

test('the page with a live widget, built anew when a file changes', async ({ page, exchange, watch, served }) => {
  test.setTimeout(600_000);
  expect(OTHER).toEqual([COMMAND, `${ABOUT}, built anew when a file changes`]);
  expect(ABOUT).toBe('the page at http://127.0.0.1:8080');
  expect(read('Trunk.toml')).toContain('addresses = ["127.0.0.1"]\nport = 8080\n');

  for (const [path, type] of [
    ['/', 'text/html'],
    ['/embed.js', 'text/javascript'],
    ['/tao-conviction.js', 'text/javascript'],
    ['/tao-conviction_bg.wasm', 'application/wasm'],
    ['/panel_bg.wasm', 'application/wasm'],
    ['/catalysts_bg.wasm', 'application/wasm'],
    ['/scoring.js', 'text/javascript'],
    ['/scoring_bg.wasm', 'application/wasm'],
    ['/locale/de.card.js', 'text/javascript'],
  ]) {
    const { status, headers } = await fetch(served.url + path);
    expect([path, status, headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, type]);
  }

  // A debug build, which is slower by far than what ships.
  const { root } = new Widget(page.locator('tao-conviction').first());
  const isLive = () => expect(root).toHaveAttribute('data-state', 'live', { timeout: 120_000 });
  watch.allowed.push(`${served.url}/`);
  await page.goto(`${served.url}/?${new URLSearchParams({ proxy: exchange.url })}`);
  await isLive();

  // As an editor that saves: the page loads again by itself.
  await page.evaluate(() => Object.assign(window, { before: true }));
  const [file, saved] = [join(ROOT, 'index.html'), join(ROOT, 'index.html.saved')];
  copyFileSync(file, saved);
  renameSync(saved, file);
  const before = () => page.evaluate(() => 'before' in window).catch(() => true);
  await expect.poll(before, { timeout: 300_000 }).toBe(false);
  await isLive();
});
