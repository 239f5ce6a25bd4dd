// Pages of strangers who embed the widget: the tags they paste, in a post of theirs.

import type { Page } from '@playwright/test';
import type { Exchange } from '../exchange/server.ts';
import type { Site } from '../exchange/static.ts';
import { Widget } from './widget.ts';

type Attributes = Record<string, string>;

const STYLE = 'body{font:18px/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;color:#333;background:#fdf6e3}';

function written(attributes: Attributes, prefix = ''): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${prefix}${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('');
}

/** The one line that puts a card where it stands. */
export function scriptTag(site: Site, attributes: Attributes): string {
  return `<script async src="${site.url}/embed.js"${written(attributes, 'data-')}></script>`;
}

/** The loader, for people who place elements themselves. */
export function loader(site: Site): string {
  return `<script type="module" src="${site.url}/embed.js"></script>`;
}

export function element(attributes: Attributes, fallback = '<a href="#">TAO conviction</a>'): string {
  return `<tao-conviction${written(attributes)}>${fallback}</tao-conviction>`;
}

/** Opens a post with `body` in it; widgets are asked for by their place in it. */
export async function openPost(page: Page, blog: Site, body: string): Promise<(index?: number) => Widget> {
  const url = blog.show('/post', `<h1>What I watch</h1><p id="before">Every morning:</p>${body}<p id="after">That is all.</p>`, STYLE);
  await page.goto(url);
  return (index = 0) => new Widget(page.locator('tao-conviction').nth(index));
}

/** A post with one element in it, pointed at the exchanges. */
export async function openEmbed(page: Page, blog: Site, site: Site, exchange: Exchange, attributes: Attributes = {}): Promise<Widget> {
  const widget = await openPost(page, blog, loader(site) + element({ proxy: exchange.url, ...attributes }));
  return widget();
}
