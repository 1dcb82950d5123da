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
    // Its own choice is one fewer than there are processors: on two, half of the time is spent waiting.
    maxWorkers: '100%',
    testTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
