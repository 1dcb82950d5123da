/** What a text from outside may hold. A slice of a hundred nodes has 1000 elements and 200 kB. */
export const LIMITS = {
  /** Characters of a graph's text: the server's advertisement of the whole testbed has 5 million. */
  textChars: 32 * 1024 * 1024,
  /** Nodes and edges. */
  elements: 200_000,
  /** Elements within elements; GraphML needs four. */
  depth: 32,
  /** Characters that entities of a document type may expand to, all together. */
  entityChars: 64 * 1024,
} as const;
