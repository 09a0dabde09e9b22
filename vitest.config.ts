import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    // Whole-process tests start servers and built binaries of their own: two cores want few workers and patient limits.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // On a machine that others load, a server's own limit of time can strike first; a promise that is broken is broken three times.
    retry: process.env["CI"] === undefined ? 0 : 2,
    maxWorkers: 2,
    minWorkers: 1
  }
})
