// Journeys with Bittensor's chain: the public nodes' addresses lead to the fake node, which lives at the venues' time.

import type { Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { Node } from '../exchange/node.ts';
import { test } from './journey.ts';

/** The four public nodes are this one, from now on. */
export async function joinNode(page: Page, node: Node): Promise<void> {
  await page.routeWebSocket(/^wss:/, (socket) => {
    const line = new WebSocket(node.url);
    const waiting: string[] = [];
    line.on('open', () => waiting.splice(0).forEach((message) => line.send(message)));
    line.on('message', (said) => socket.send(String(said)));
    line.on('close', () => void socket.close());
    line.on('error', () => void socket.close());
    socket.onMessage((message) => (line.readyState === WebSocket.OPEN ? line.send(message) : void waiting.push(String(message))));
    socket.onClose(() => line.close());
  });
}

export const withChain = test.extend<{ node: Node }>({
  node: async ({ page, exchange }, use) => {
    const node = await Node.open({ head: { number: 9_188_367, time: exchange.now } });
    await joinNode(page, node);
    await use(node);
    await node.close();
  },
});

