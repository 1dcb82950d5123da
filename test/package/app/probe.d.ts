export function probe(): Promise<unknown>;
