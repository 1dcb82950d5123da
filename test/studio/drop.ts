import type { Page } from 'playwright-core';

/** Drops files or folders as a reader's hand does it: the browser itself hands them over. */
export async function dropFromDisk(page: Page, ...paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 200, y: 400, data });
}
