import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { dropFromDisk } from '../drop.js';

/** A reader at a page of the studio: everything that is done is an action, counted and said in words. */
export class Reader {
  readonly page: Page;
  readonly #did: string[];

  /** @param before what was done to have the page, such as a command with the names of files */
  constructor(page: Page, before: readonly string[] = []) {
    this.page = page;
    this.#did = [...before];
  }

  /** What was done, one entry an action. */
  get actions(): readonly string[] {
    return this.#did;
  }

  async drop(what: string, ...paths: readonly string[]): Promise<void> {
    this.#did.push(`drop ${what}`);
    await dropFromDisk(this.page, ...paths);
  }

  async click(what: string, selector: string): Promise<void> {
    this.#did.push(`click ${what}`);
    await this.page.click(selector);
  }

  async doubleClick(what: string, selector: string): Promise<void> {
    this.#did.push(`double-click ${what}`);
    await this.page.dblclick(selector);
  }

  /** One key, or several held together. */
  async press(key: string): Promise<void> {
    this.#did.push(key.replace('Control', 'Ctrl'));
    await this.page.keyboard.press(key);
  }

  /** Types into what has the focus. */
  async type(text: string): Promise<void> {
    this.#did.push(`type “${text}”`);
    await this.page.keyboard.type(text);
  }

  /** Writes something else into a field. */
  async fill(what: string, selector: string, text: string): Promise<void> {
    this.#did.push(`write ${text} as ${what}`);
    await this.page.fill(selector, text);
  }

  /** Waits for what is asked for; reading is no action. */
  async sees(selector: string, text: RegExp): Promise<void> {
    await this.page.waitForFunction(
      ([where, source, flags]) => new RegExp(source!, flags).test(document.querySelector(where!)?.textContent ?? ''),
      [selector, text.source, text.flags],
    );
    expect(await this.page.textContent(selector)).toMatch(text);
  }
}
