/** What opens files, fetched with the first that is opened. */
export const opening = () => import('./gather.js');
