// What a machine can tell of WCAG 2.2 AA (axe-core).

import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect } from './journey.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Findings {
  passes: unknown[];
  violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[];
}

/** What axe objects to inside `selector`, a line for each element. */
export async function objections(page: Page, selector: string): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  // It pauses between its checks.
  await page.clock.resume();
  const { passes, violations } = await page.evaluate(async (context): Promise<Findings> => {
    const { axe } = window as unknown as { axe: { run(context: string, options: object): Promise<Findings> } };
    return axe.run(context, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  }, selector);
  // Silence must not come from having looked at nothing.
  expect(passes.length).toBeGreaterThan(3);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${JSON.stringify(node.target)}: ${node.failureSummary}`));
}
