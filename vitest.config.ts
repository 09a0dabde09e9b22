import { defineConfig } from "vitest/config"

/** Packages whose tests start no process and ask no server: what fails here once is a fault. */
const pure = ["core", "csv-io", "cost", "dataset", "http-api", "multipart"].map((name) => `packages/${name}/test/**/*.test.ts`)

export default defineConfig({
  test: {
    // Whole-process tests start servers and built binaries of their own: two cores want few workers and patient limits.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    minWorkers: 1,
    projects: [
      { extends: true, test: { name: "rules", include: pure } },
      {
        extends: true,
        test: {
          name: "processes",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
          exclude: pure
        }
      }
    ]
  }
})
