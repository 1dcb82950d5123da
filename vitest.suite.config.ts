import { defineConfig } from 'vitest/config';

// The suites that need more than a unit test: browsers, other people's programs, root. They
// share machines and ports, so their files run one after another.
export default defineConfig({
  test: {
    include: ['examples/**/*.test.ts', 'test/{bpf,browser,fuzz,interop,package,scale,studio,testbed}/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    passWithNoTests: true,
  },
});
