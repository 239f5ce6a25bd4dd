// The element in React, Vue and Svelte: the very blocks of docs/embedding.md, bundled as a site would.

import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { compile } from 'svelte/compiler';
import { loader } from '../pages/blog.ts';
import { block } from '../pages/document.ts';
import { expect, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

const BLOCKS = {
  React: block('docs/embedding.md', 'React'),
  Vue: block('docs/embedding.md', 'Vue'),
  Svelte: block('docs/embedding.md', 'Svelte'),
};
type Framework = keyof typeof BLOCKS;

/** A framework's page around the block, pointed at the exchanges: `come` and `go` put it into the page and take it away. */
const FRAMEWORKS: Record<Framework, (block: string) => string> = {
  // Strict, so that React mounts, takes down and mounts again.
  React: (block) => `${block}
    import { StrictMode } from "react";
    import { createRoot } from "react-dom/client";
    let root;
    window.come = () => (root = createRoot(document.querySelector("#app"))).render(<StrictMode><Conviction /></StrictMode>);
    window.go = () => root.unmount();
    come();`,
  Vue: (block) => `${block.replace('app.mount("#app");', '')}
    window.go = () => app.unmount();
    app.mount("#app");`,
  Svelte: (block) => `${compile(block, { filename: 'Conviction.svelte', dev: true }).js.code}
    import { mount, unmount } from "svelte";
    let app;
    window.come = () => (app = mount(Conviction, { target: document.querySelector("#app") }));
    window.go = () => unmount(app);
    come();`,
};

async function bundled(name: Framework, proxy: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: FRAMEWORKS[name](BLOCKS[name].replace('<tao-conviction ', `<tao-conviction proxy="${proxy}" `)),
      loader: 'jsx',
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    alias: { vue: 'vue/dist/vue.esm-bundler.js' },
    define: { 'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    jsx: 'automatic',
    bundle: true,
    write: false,
    format: 'esm',
  });
  return outputFiles[0]!.text;
}

const theme = (page: Page) => page.getByRole('button', { name: 'Theme' }).click();

for (const name of Object.keys(FRAMEWORKS) as Framework[]) {
  test(`${name}: attributes and events are the framework’s own, and what it takes away is gone`, async ({ page, blog, site, exchange, watch }) => {
    blog.pages.set('/app.js', await bundled(name, exchange.url));
    await page.goto(blog.show('/app', `${loader(site)}<div id="app"></div><script type="module" src="/app.js"></script>`));
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await expect(page.locator('output')).toHaveText((await widget.assessment()).verdict);
    await expect(widget.root).toHaveAttribute('data-theme', 'light');
    // Taken for the framework's own element, not made anew.
    const kept = await widget.element.elementHandle();
    await theme(page);
    await expect(widget.root).toHaveAttribute('data-theme', 'dark');
    expect(await kept!.evaluate((element) => element.isConnected)).toBe(true);
    // One set of requests, however often a strict framework mounts.
    const own = exchange.own.filter(({ venue }) => venue === 'binance').length;
    expect(own).toBe(4);
    await page.evaluate('go()');
    await expect(widget.element).toHaveCount(0);
    expect(await kept!.evaluate((element) => element.shadowRoot!.querySelector('.tao'))).toBeNull();
    expect(watch.warnings).toEqual([]);
  });
}

for (const name of ['React', 'Svelte'] as const) {
  test(`${name}: it comes back where it was`, async ({ page, blog, site, exchange }) => {
    blog.pages.set('/app.js', await bundled(name, exchange.url));
    await page.goto(blog.show('/app', `${loader(site)}<div id="app"></div><script type="module" src="/app.js"></script>`));
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await page.evaluate('go()');
    await expect(widget.element).toHaveCount(0);
    await page.evaluate('come()');
    await widget.is('live');
  });
}
