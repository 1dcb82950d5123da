import { effect, signal } from '@preact/signals';
import { DARK, LIGHT } from '../palette/index.js';
import { currentTheme } from '../web/index.js';
import { views } from './session.js';

/** What the reader chose; null for what the system prefers. */
export const chosenTheme = signal<'light' | 'dark' | null>(null);
export const openDialog = signal<'palette' | 'help' | null>(null);
export const version = signal('');

export function dialog(which: 'palette' | 'help' | null): void {
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
