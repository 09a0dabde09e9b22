import { defineConfig } from "vitest/config"

/** Packages whose tests leave nothing behind in their process: a worker loads a module once, not once a file. */
const clean = [
  "core",
  "csv-io",
  "cost",
  "dataset",
  "http-api",
  "messages",
  "multipart",
  "openai-batch",
  "openai-simulator",
  "tokens"
]

/** Of these, what counts the modules or the memory of its own process. */
const counting = ["packages/openai-batch/test/StartUp.test.ts", "packages/openai-batch/test/Files.test.ts"]

export default defineConfig({
  test: {
    // Whole-process tests start servers and built binaries of their own: two cores want few workers and patient limits.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    minWorkers: 1,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: clean.map((name) => `packages/${name}/test/**/*.test.ts`),
          exclude: counting,
          isolate: false
        }
      },
      {
        extends: true,
        test: {
          name: "isolated",
          include: [
            ...counting,
            "test/**/*.test.ts",
            "packages/{job-store,labeling}/test/**/*.test.ts",
            "apps/*/test/**/*.test.ts"
          ]
        }
      }
    ]
  }
})
