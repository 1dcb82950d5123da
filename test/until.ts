/** Waits until it holds, however busy the machine; throws, with what was waited for, after `ms`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (await holds()) return;
  }
  throw new Error(`waited ${ms} ms in vain until ${what}`);
}
