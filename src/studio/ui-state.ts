import { effect, signal } from '@preact/signals';
import { DARK, LIGHT } from '../palette/index.js';
import { currentTheme } from '../web/index.js';
import { views } from './session.js';

export type Dialog = 'palette' | 'help' | 'share' | 'agent';

/** What the reader chose; null for what the system prefers. */
export const chosenTheme = signal<'light' | 'dark' | null>(null);
export const openDialog = signal<Dialog | null>(null);
/** Seconds simulated in a second; null for as fast as it goes. */
export const pace = signal<number | null>(null);
/** What is beside the views. */
export const panel = signal<'scenario' | 'code'>('scenario');
/** What the reader is asked, and who waits for the answer. */
export const asked = signal<{ readonly text: string; readonly answer: (yes: boolean) => void } | null>(null);
export const version = signal('');

export function dialog(which: Dialog | null): void {
  openDialog.value = which;
}

/** Keeps the page's colours and those of its plots the same. */
export function followTheme(): void {
  effect(() => {
    const chosen = chosenTheme.value;
    if (chosen === null) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    views.set({ theme: chosen === null ? currentTheme() : chosen === 'dark' ? DARK : LIGHT });
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (chosenTheme.value === null) views.set({ theme: currentTheme() });
  });
}

/** Asks the reader; what nobody answers is a no. */
export function askReader(text: string): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      text,
      answer(yes) {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}
