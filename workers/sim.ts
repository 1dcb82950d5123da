// A simulator in a worker of a page.
import { createSimService, type Endpoint, serve } from '../src/client/index.js';

serve(createSimService(), globalThis as unknown as Endpoint);
