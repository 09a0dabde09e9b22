import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Arguments from "../src/Arguments.js"

const shape: Arguments.Shape = {
  command: "batchlabel run",
  flags: [
    { name: "input", alias: "i", metavar: "FILE" },
    { name: "output", alias: "o", metavar: "FILE" },
    { name: "delimiter", alias: undefined, metavar: "CHAR" },
    { name: "yes", alias: "y", metavar: undefined }
  ],
  positionals: { name: "job", least: 0, most: 1 }
}

const read = (...argv: ReadonlyArray<string>) => Arguments.read(shape, argv)
const codeOf = (...argv: ReadonlyArray<string>) =>
  Either.match(read(...argv), { onLeft: ({ code }) => code, onRight: () => "read" })

describe("reading the command line", () => {
  it("takes flags in any order, with a space, an equals sign or a letter, before and after positionals", () => {
    expect(Either.getOrThrow(read("-i", "a.csv", "job_1", "--output=b.csv", "--yes"))).toEqual({
      flags: ["--input=a.csv", "--output=b.csv", "--yes"],
      positionals: ["job_1"]
    })
  })

  it("names the nearest flag for an unknown one, and never takes it for a positional", () => {
    expect(Either.getLeft(read("--inptu", "a.csv"))).toMatchObject({ value: { code: "BL6001", params: { nearest: "--input" } } })
    expect(Either.getLeft(read("-x"))).toMatchObject({ value: { code: "BL6001", params: { nearest: undefined } } })
    expect(codeOf("--")).toBe("BL6001")
  })

  it("refuses a flag without its value, with one it does not take, or given twice", () => {
    expect(codeOf("--input")).toBe("BL6002")
    expect(codeOf("--input", "--yes")).toBe("BL6002")
    expect(codeOf("--input", "-y")).toBe("BL6002")
    expect(codeOf("--yes=no")).toBe("BL6011")
    expect(codeOf("-i", "a", "--input=b")).toBe("BL6005")
  })

  it("takes a value that begins with a dash, unless it looks like a flag", () => {
    expect(codeOf("--delimiter", "-")).toBe("read")
    expect(codeOf("--input", "--odd.csv")).toBe("BL6002")
    expect(codeOf("--input=--odd.csv")).toBe("read")
  })

  it("refuses more positionals than there may be, and fewer than there must", () => {
    expect(codeOf("job_1", "job_2")).toBe("BL6003")
    expect(Either.isLeft(Arguments.read({ ...shape, positionals: { name: "files", least: 1, most: 9 } }, []))).toBe(true)
  })

  it("keeps every value that is not empty as it was given", () => {
    const some = FastCheck.string({ minLength: 1 })
    const value = some.filter((text) => !/^--[a-z]/i.test(text) && !["-i", "-o", "-y"].includes(text))
    FastCheck.assert(
      FastCheck.property(value, some, (spaced, inline) => {
        const { flags } = Either.getOrThrow(read("--input", spaced, `--output=${inline}`))
        expect(flags).toEqual([`--input=${spaced}`, `--output=${inline}`])
      })
    )
  })
})
