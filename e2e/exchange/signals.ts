// Stands in for the three hosts of the signals, which the widget asks at their own addresses: GitHub's REST API,
// OpenRouter's list of models and alternative.me. Bodies have the documented shapes and sizes; what is wrong is said by
// a test.

import type { Page, Route } from '@playwright/test';

export const HOSTS = { github: 'api.github.com', openrouter: 'openrouter.ai', mood: 'api.alternative.me' } as const;

export type Host = keyof typeof HOSTS;

export type Wrong =
  /** Another status, with more headers; without CORS headers the page can't read it. */
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string>; cors?: boolean }
  /** What GitHub says when the hour's sixty questions are used up, and until when. */
  | { kind: 'spent'; reset: number }
  /** 202: the statistics are being computed. */
  | { kind: 'computing' }
  /** The repository is elsewhere: 301 to an address that is really asked. */
  | { kind: 'moved'; to: string }
  | { kind: 'silence' }
  | { kind: 'reset' }
  /** A web page, with status 200. */
  | { kind: 'html' }
  | { kind: 'truncated' }
  /** The right answer behind so many bytes of white space. */
  | { kind: 'huge'; bytes: number }
  /** Any JSON in place of the answer. */
  | { kind: 'body'; body: unknown };

interface Trouble {
  host: Host;
  path: RegExp;
  wrong: Wrong;
}

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** As OpenRouter's list was in 2026. */
const MODELS = 420;

export class Signals {
  /** Addresses without their scheme, in order of arrival. */
  readonly requests: string[] = [];
  private troubles: Trouble[] = [];
  /** The first of GitHub's names that the repository is known by. */
  repository = 'RaoFoundation/subtensor';

  private constructor(public now: number) {}

  /** Answers in place of the hosts for all that `page` asks them. */
  static async join(page: Page, now: number): Promise<Signals> {
    const signals = new Signals(now);
    for (const host of Object.values(HOSTS)) await page.route(`https://${host}/**`, (route) => signals.answer(route));
    return signals;
  }

  /** From now on a host goes wrong where `path` fits; the newest that fits is taken. */
  fail(host: Host, wrong: Wrong, path = /./): void {
    this.troubles.unshift({ host, path, wrong });
  }

  heal(): void {
    this.troubles = [];
  }

  of(host: Host): string[] {
    return this.requests.filter((url) => url.startsWith(`${HOSTS[host]}/`));
  }

  private async answer(route: Route): Promise<void> {
    const url = new URL(route.request().url());
    // The widget's library ends every query with an ampersand, which servers pass over.
    this.requests.push((url.host + url.pathname + url.search).replace(/&$/, ''));
    const host = (Object.keys(HOSTS) as Host[]).find((name) => HOSTS[name] === url.host)!;
    const wrong = this.troubles.find((trouble) => trouble.host === host && trouble.path.test(url.pathname))?.wrong;
    const right = this.right(host, url);
    const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset' };
    const headers = { ...cors, 'content-type': 'application/json; charset=utf-8' };
    const text = JSON.stringify(right.body);
    switch (wrong?.kind) {
      case undefined:
        return route.fulfill({ status: right.status, headers, body: text });
      case 'silence':
        return undefined;
      case 'reset':
        return route.abort('connectionreset');
      case 'status': {
        const type = { 'content-type': 'application/json' };
        return route.fulfill({ status: wrong.status, headers: { ...(wrong.cors === false ? type : headers), ...wrong.headers }, body: JSON.stringify(wrong.body ?? {}) });
      }
      case 'spent':
        return route.fulfill({
          status: 403,
          headers: { ...headers, 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(wrong.reset / 1_000)) },
          body: JSON.stringify({ message: "API rate limit exceeded for 192.0.2.1. (But here's the good news: Authenticated requests get a higher rate limit.)" }),
        });
      case 'computing':
        return route.fulfill({ status: 202, headers, body: '{}' });
      case 'moved':
        return route.fulfill({ status: 301, headers: { ...headers, location: wrong.to }, body: '{}' });
      case 'html':
        return route.fulfill({ status: 200, headers: { ...cors, 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>Unicorn!</title>' });
      case 'truncated':
        return route.fulfill({ status: 200, headers, body: text.slice(0, text.length / 2) });
      case 'huge':
        return route.fulfill({ status: 200, headers, body: ' '.repeat(wrong.bytes) + text });
      case 'body':
        return route.fulfill({ status: 200, headers, body: JSON.stringify(wrong.body) });
    }
  }

  private right(host: Host, url: URL): { status: number; body: unknown } {
    const { now } = this;
    const ok = (body: unknown) => ({ status: 200, body });
    if (host === 'mood') return ok(fearAndGreed(now));
    if (host === 'openrouter') return ok(url.pathname.endsWith('/count') ? { data: { count: MODELS } } : models(now));
    if (url.pathname === '/rate_limit') return ok({ resources: {}, rate: { limit: 60, remaining: 59 } });
    if (url.pathname === `/repos/${this.repository}/releases`) return ok(releases(this.repository, now));
    if (url.pathname === `/repos/${this.repository}/stats/commit_activity`) return ok(weeks(now));
    return { status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' } };
  }
}

/** Ten releases, one every eight days, the newest three days old. */
export function releases(repository: string, now: number): Record<string, unknown>[] {
  return Array.from({ length: 10 }, (_, index) => {
    const tag = `v3.${470 - index}`;
    const published = new Date(now - (3 + 8 * index) * DAY).toISOString().replace(/\.\d+Z/, 'Z');
    return {
      url: `https://api.github.com/repos/${repository}/releases/${9_000 - index}`,
      html_url: `https://github.com/${repository}/releases/tag/${tag}`,
      id: 9_000 - index,
      tag_name: tag,
      name: index === 1 ? null : `Runtime ${470 - index}`,
      draft: false,
      prerelease: false,
      created_at: published,
      published_at: published,
      body: 'What changed: '.padEnd(2_000, 'x'),
    };
  });
}

/** 52 weeks, oldest first, of which the last one still runs. */
export function weeks(now: number): { days: number[]; total: number; week: number }[] {
  const sunday = now - ((now + 4 * DAY) % WEEK);
  return Array.from({ length: 52 }, (_, index) => {
    const total = COMMITS[index % COMMITS.length]!;
    return { days: [0, total, 0, 0, 0, 0, 0], total, week: (sunday - (51 - index) * WEEK) / 1_000 };
  });
}

const COMMITS = [31, 22, 45, 17, 60, 28, 39, 12, 51, 33];

/** z of the last whole week by its definition. */
export function z(all: { total: number }[]): number {
  const [week, ...before] = all.slice(0, -1).map(({ total }) => total).reverse();
  const trailing = before.slice(0, 13);
  const mean = trailing.reduce((sum, total) => sum + total, 0) / trailing.length;
  const squares = trailing.reduce((sum, total) => sum + (total - mean) ** 2, 0);
  return (week! - mean) / Math.sqrt(squares / (trailing.length - 1));
}

/** About half a megabyte: one model every 30 hours, of five labs by turns. */
export function models(now: number): { data: { id: string; created: number }[]; links: object; total_count: number } {
  const labs = ['openai', 'anthropic', 'qwen', 'mistralai', 'deepseek'];
  const data = Array.from({ length: MODELS }, (_, index) => {
    const id = `${labs[index % labs.length]}/model-${MODELS - index}`;
    return {
      id,
      canonical_slug: id,
      name: id,
      created: Math.floor((now - (index + 1) * 30 * 3_600_000) / 1_000),
      description: 'A model. '.repeat(90),
      context_length: 131_072,
      architecture: { modality: 'text->text', input_modalities: ['text'], tokenizer: 'Other' },
      pricing: { prompt: '0.00003', completion: '0.00006' },
      top_provider: { context_length: 131_072, is_moderated: false },
    };
  });
  return { data, links: { next: null }, total_count: MODELS };
}

function fearAndGreed(now: number): object {
  const today = Math.floor(now / DAY) * DAY;
  return {
    name: 'Fear and Greed Index',
    data: [{ value: '40', value_classification: 'Fear', timestamp: String(today / 1_000), time_until_update: '68499' }],
    metadata: { error: null },
  };
}
