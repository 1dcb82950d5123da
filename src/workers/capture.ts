// Capture analysis in a worker of a page.
import { createCaptureService, type Endpoint, serve } from '../client/index.js';

serve(createCaptureService(), globalThis as unknown as Endpoint);
