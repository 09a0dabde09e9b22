/** Where files are going to be written: folders that are made, places that are tried, files that are one. */
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import * as CsvCut from "../src/CsvCut.js"
import type { CsvError } from "../src/CsvError.js"
import * as Folder from "../src/Folder.js"
import * as OutputFile from "../src/OutputFile.js"
import { onDisk, temporaryFolder } from "./support.js"

const reasonOf = <A>(effect: Effect.Effect<A, CsvError, FileSystem.FileSystem>) =>
  Effect.map(Effect.either(effect), (done) => (Either.isLeft(done) ? done.left.reason._tag : "done"))

const refusing = (reason: "PermissionDenied" | "Unknown", syscall: string) =>
  Effect.map(FileSystem.FileSystem, (fs) => ({
    ...fs,
    open: (path: string) =>
      Effect.fail(new SystemError({ reason, module: "FileSystem", method: "open", pathOrDescriptor: path, description: syscall }))
  }))

describe("a folder", () => {
  it.effect("is made with what is missing above it, and left as it is where it is there", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        yield* Folder.make(join(root, "a/b/c"))
        writeFileSync(join(root, "a/b/c/kept"), "x")
        yield* Folder.make(join(root, "a/b/c"))
        assert.deepStrictEqual(readdirSync(join(root, "a/b/c")), ["kept"])
      })
    )
  )

  it.live("is refused at once where nothing can be made, or a file is in the way", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        writeFileSync(join(root, "file"), "")
        for (const path of ["/proc/x", "/proc/x/y/z", "/dev/fd/none/x", join(root, "file"), join(root, "file/below")]) {
          const made = yield* Effect.either(Folder.make(path)).pipe(Effect.timeout("5 seconds"))
          assert.isTrue(Either.isLeft(made), path)
        }
      })
    )
  )

  it.effect("that is not there yet is known by the one above it", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        assert.strictEqual(yield* Folder.nearest(join(root, "not/yet")), root)
        assert.strictEqual(yield* Folder.nearest(root), root)
      })
    )
  )
})

describe("the place of an output", () => {
  it.effect("is tried without a trace, and what is there is not touched", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        writeFileSync(join(root, "there.csv"), "kept")
        yield* OutputFile.probe(join(root, "there.csv"))
        yield* OutputFile.probe(join(root, "new.csv"))
        assert.deepStrictEqual(readdirSync(root), ["there.csv"])
        assert.strictEqual(readFileSync(join(root, "there.csv"), "utf8"), "kept")
      })
    )
  )

  it.effect("is refused with its own reason: no folder, a file as a folder, a folder, a device, a name that is too long", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        writeFileSync(join(root, "file"), "")
        mkdirSync(join(root, "folder"))
        const reasons = {
          [join(root, "none/out.csv")]: "FolderMissing",
          [join(root, "file/out.csv")]: "NotAFolder",
          [join(root, "file/deep/out.csv")]: "NotAFolder",
          [join(root, "folder")]: "OutputNotAFile",
          "/dev/null": "OutputNotAFile",
          "/dev/full": "OutputNotAFile",
          "/proc/out.csv": "FileFailed",
          [join(root, `${"x".repeat(250)}.csv`)]: "FileFailed"
        }
        for (const [path, reason] of Object.entries(reasons)) {
          assert.strictEqual(yield* reasonOf(OutputFile.probe(path)), reason, path)
        }
      })
    )
  )

  it.effect("is refused where the system refuses to make a file: no permission, read-only, a full disk", () =>
    onDisk(
      Effect.gen(function* () {
        const path = join(yield* temporaryFolder, "out.csv")
        const denied = yield* refusing("PermissionDenied", "EACCES: permission denied")
        assert.strictEqual(
          yield* reasonOf(Effect.provideService(OutputFile.probe(path), FileSystem.FileSystem, denied)),
          "PermissionDenied"
        )
        for (const detail of ["EROFS: read-only file system", "ENOSPC: no space left on device"]) {
          const failing = yield* refusing("Unknown", detail)
          const failed = yield* Effect.flip(Effect.provideService(OutputFile.probe(path), FileSystem.FileSystem, failing))
          assert.include(failed.message, detail)
        }
      })
    )
  )

  it.effect("may be a folder that is yet to be made, but not below a file or in /proc", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        writeFileSync(join(root, "file"), "")
        yield* OutputFile.probeFolder(join(root, "yet/to/be/made"))
        assert.deepStrictEqual(readdirSync(root), ["file"])
        assert.strictEqual(yield* reasonOf(OutputFile.probeFolder(join(root, "file"))), "NotAFolder")
        assert.strictEqual(yield* reasonOf(OutputFile.probeFolder(join(root, "file/below"))), "NotAFolder")
        assert.strictEqual(yield* reasonOf(OutputFile.probeFolder("/proc/x")), "FileFailed")
      })
    )
  )
})

describe("two paths", () => {
  it.effect("are one file by symbolic links, hard links and detours, and not by being equal, empty or absent", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        const input = join(root, "input.csv")
        writeFileSync(input, "text\na\n")
        writeFileSync(join(root, "equal.csv"), "text\na\n")
        mkdirSync(join(root, "sub"))
        symlinkSync(input, join(root, "symbolic.csv"))
        symlinkSync(root, join(root, "sub/up"))
        symlinkSync(join(root, "symbolic.csv"), join(root, "twice.csv"))
        symlinkSync(join(root, "gone.csv"), join(root, "dangling.csv"))
        linkSync(input, join(root, "hard.csv"))
        for (const path of ["symbolic.csv", "twice.csv", "hard.csv", "sub/up/input.csv", "sub/../input.csv"]) {
          assert.isTrue(yield* OutputFile.isSame(join(root, path), input), path)
        }
        for (const path of ["equal.csv", "none.csv", "dangling.csv"]) {
          assert.isFalse(yield* OutputFile.isSame(join(root, path), input), path)
        }
        assert.isFalse(yield* OutputFile.isSame(join(root, "none.csv"), join(root, "none.csv")))
        const found = yield* OutputFile.findSame(join(root, "hard.csv"), [join(root, "equal.csv"), input])
        assert.deepStrictEqual(found, Option.some(input))
      })
    )
  )
})

describe("cutting and joining", () => {
  const content = "text\na\nb\nc\n"

  it.effect("never replace a file that they read, by whatever name it is reached, not even with force", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        const input = join(root, "input.csv")
        writeFileSync(input, content)
        writeFileSync(join(root, "other.csv"), content)
        linkSync(input, join(root, "hard.csv"))
        symlinkSync(input, join(root, "symbolic.csv"))
        for (const out of ["input.csv", "hard.csv", "symbolic.csv"]) {
          const joined = CsvCut.concat([join(root, "other.csv"), input], join(root, out), { force: true })
          assert.strictEqual(yield* reasonOf(joined), "OutputIsInput", out)
        }
        assert.strictEqual(readFileSync(input, "utf8"), content)
      })
    )
  )

  it.effect("never take the input for a part of an earlier split, which force would replace or remove", () =>
    onDisk(
      Effect.gen(function* () {
        const root = yield* temporaryFolder
        for (const name of ["part-00001.csv", "part-00009.csv"]) {
          writeFileSync(join(root, name), content)
          const split = CsvCut.split(join(root, name), { rows: 1, directory: root, prefix: "part-", force: true })
          assert.strictEqual(yield* reasonOf(split), "OutputIsInput", name)
          assert.strictEqual(readFileSync(join(root, name), "utf8"), content)
        }
      })
    )
  )
})
