// A simulator in a worker of a page.
import { createSimService, type Endpoint, serve } from '../client/index.js';

serve(createSimService(), globalThis as unknown as Endpoint);
