import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/bpf/**',
      'test/fuzz/**',
      'test/interop/**',
      'test/testbed/**',
      'test/browser/**',
      'test/package/**',
      'test/scale/**',
      'test/studio/**',
    ],
    testTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
