import { page } from './page.js';
import { watch } from './watch.js';

watch(() => page());
