import { defineConfig } from "vitest/config"

/** Packages whose tests start no process and ask no server: what fails here once is a fault. */
const pure = ["core", "csv-io", "cost", "dataset", "http-api", "multipart", "tokens"].map(
  (name) => `packages/${name}/test/**/*.test.ts`
)

/** What counts the modules, the warnings or the memory of its own process. */
const alone = [
  "apps/http/test/Attacks.test.ts",
  "apps/http/test/OneClient.test.ts",
  "packages/openai-batch/test/StartUp.test.ts",
  "packages/openai-batch/test/Files.test.ts",
  "packages/job-store/test/NodeSqlite.test.ts"
]

export default defineConfig({
  test: {
    // Whole-process tests start servers and built binaries of their own: two cores want few workers and patient limits.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    minWorkers: 1,
    // A worker loads a module once, not once a file: half of the time of the suite was spent on loading.
    isolate: false,
    projects: [
      { extends: true, test: { name: "rules", include: pure } },
      {
        extends: true,
        test: {
          name: "processes",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
          exclude: [...pure, ...alone]
        }
      },
      { extends: true, test: { name: "alone", include: alone, isolate: true } }
    ]
  }
})
