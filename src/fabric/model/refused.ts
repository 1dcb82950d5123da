/** What FIM says against a graph, in its own words: the text a client gets to see. */
export class Refused extends Error {}
