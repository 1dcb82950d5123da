/** The flow that the program in the editor drives. */
export const MINE = 'my program';

export function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

export function range(id: string): HTMLInputElement {
  return place(id) as HTMLInputElement;
}

export function select(id: string): HTMLSelectElement {
  return place(id) as HTMLSelectElement;
}
