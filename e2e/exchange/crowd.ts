// Many readers at once, without their browsers: each has an address and connections of its own, and asks what one real
// widget was seen to ask.

import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';

/** One question of a widget. */
export interface Ask {
  method: string;
  /** Path and query. */
  path: string;
  body?: string;
}

export interface Outcome {
  answers: number;
  /** How many answers had which status. */
  statuses: Record<number, number>;
  /** Different answers that readers got, by question; one each when all got the same. */
  different: Map<string, Set<string>>;
  /** Bytes of the answers' bodies, as they travelled. */
  bytes: number;
  milliseconds: number;
}

export interface Crowd {
  readers: number;
  /** How many of them ask at a time. */
  atOnce: number;
  /** Whether each has an address of its own, within 127.0.0.0/8; else all share one, as in an office. */
  apart?: boolean;
}

/** As the browser says who it is, and more than a venue should hear. */
const HEADERS = {
  'accept-encoding': 'gzip, br',
  'accept-language': 'de-AT',
  'content-type': 'application/json',
  'user-agent': 'Mozilla/5.0 (a reader)',
  'x-forwarded-for': '203.0.113.9',
  cookie: 'reader=1',
  origin: 'https://blog.example',
  referer: 'https://blog.example/post',
};

/** One answer, as it is on the wire. */
export function answerTo(origin: string, { method, path, body }: Ask, agent?: Agent, from?: string): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { 'content-type': type, ...others } = HEADERS;
    const headers = body === undefined ? others : { ...others, 'content-type': type };
    const asking = request(origin + path, { method, headers, agent, localAddress: from }, async (response) => {
      try {
        const answer = Buffer.concat((await response.toArray()) as Buffer[]);
        resolve({ status: response.statusCode!, headers: response.headers, body: answer });
      } catch (error) {
        reject(error as Error);
      }
    });
    asking.on('error', reject).end(body);
  });
}

/** All readers ask everything, six connections each as a browser has, and hear every answer to its end. */
export async function gather(origin: string, asks: Ask[], { readers, atOnce, apart = true }: Crowd): Promise<Outcome> {
  const outcome: Outcome = { answers: 0, statuses: {}, different: new Map(), bytes: 0, milliseconds: 0 };
  const begun = performance.now();
  const view = async (reader: number): Promise<void> => {
    const from = apart ? `127.1.${reader >> 8}.${reader & 255}` : '127.0.0.1';
    const agent = new Agent({ keepAlive: true, maxSockets: 6 });
    await Promise.all(
      asks.map(async (ask) => {
        const { status, body } = await answerTo(origin, ask, agent, from);
        outcome.answers += 1;
        outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
        outcome.bytes += body.length;
        const question = `${ask.method} ${ask.path} ${ask.body ?? ''}`;
        const known = outcome.different.get(question) ?? new Set();
        outcome.different.set(question, known.add(createHash('sha1').update(body).digest('base64')));
      }),
    );
    agent.destroy();
  };
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < readers) await view(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, readers) }, one));
  outcome.milliseconds = performance.now() - begun;
  return outcome;
}
