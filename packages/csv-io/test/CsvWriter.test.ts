import { Buffer } from "node:buffer"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { AlreadyExists, CsvError } from "../src/CsvError.js"
import * as CsvWriter from "../src/CsvWriter.js"
import { fileOf, onDisk, readFile, temporaryFolder } from "./support.js"

const rows = [
  ["text", "n"],
  ["가", "1"]
]

/** A test in a folder of its own, with what it holds by name. */
const inFolder = <A, E>(
  use: (
    folder: string,
    fs: FileSystem.FileSystem,
    names: Effect.Effect<ReadonlyArray<string>>
  ) => Effect.Effect<A, E, FileSystem.FileSystem>
) =>
  onDisk(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* temporaryFolder
      return yield* use(folder, fs, Effect.orDie(fs.readDirectory(folder)))
    })
  )

describe("stringify", () => {
  it("quotes only the cells that need it", () => {
    assert.strictEqual(CsvWriter.stringify([["a", "b c", "", "1.5", "가", "it's"]]), "a,b c,,1.5,가,it's\n")
    assert.strictEqual(
      CsvWriter.stringify([["a,b", 'c"d', "e\nf", "g\rh", " i", "j ", "\tk", "\ufeffl", "m\r"]]),
      '"a,b","c""d","e\nf","g\rh"," i","j ","\tk","\ufeffl","m\r"\n'
    )
  })

  it("quotes for the delimiter in use, and none for another", () => {
    assert.strictEqual(CsvWriter.stringify([["a,b", "c;d"]], { delimiter: ";" }), 'a,b;"c;d"\n')
    assert.strictEqual(CsvWriter.stringify([["a,b", "c\td"]], { delimiter: "\t" }), 'a,b\t"c\td"\n')
  })

  it("quotes an empty cell that is alone in its row", () => {
    assert.strictEqual(CsvWriter.stringify([["a"], [""], ["b"]]), 'a\n""\nb\n')
  })

  it("ends every row with the line end asked for, and begins with a mark only if asked to", () => {
    assert.strictEqual(CsvWriter.stringify([["a"], ["b"]], { newline: "\r\n" }), "a\r\nb\r\n")
    assert.strictEqual(CsvWriter.stringify([["a"]], { bom: true }), "\ufeffa\n")
    assert.strictEqual(CsvWriter.stringify([]), "")
  })

  it("keeps cells from being formulas only where it is asked to, and leaves plain numbers", () => {
    const cells = ["=1+1", "+82-10", "-rm", "@SUM", "\tx", "\rx", "＝1", "-1.5", "+3", "-2e10", "-.5", "--1", "a=1", "-", ""]
    assert.strictEqual(CsvWriter.stringify([cells]), `=1+1,+82-10,-rm,@SUM,"\tx","\rx",＝1,-1.5,+3,-2e10,-.5,--1,a=1,-,\n`)
    assert.strictEqual(
      CsvWriter.stringify([cells], { safeCells: true }),
      `'=1+1,'+82-10,'-rm,'@SUM,'\tx,"'\rx",'＝1,-1.5,+3,-2e10,-.5,'--1,a=1,'-,\n`
    )
  })
})

describe("withFile", () => {
  it.effect("writes what stringify gives, and returns what its use gives", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const result = yield* CsvWriter.withFile(`${folder}/out.csv`, { bom: true, newline: "\r\n" }, (file) =>
          Effect.as(Effect.andThen(file.write(rows), file.write([["x\ny", "2"]])), "done")
        )
        assert.strictEqual(result, "done")
        assert.strictEqual(
          Buffer.from(yield* fs.readFile(`${folder}/out.csv`)).toString(),
          '\ufefftext,n\r\n가,1\r\n"x\ny",2\r\n'
        )
        assert.deepStrictEqual(yield* names, ["out.csv"])
      })
    )
  )

  it.effect("copies records between its rows, in order, also if their bytes change when the next call is through", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const expected: Array<string> = []
        const buffers = [Buffer.alloc(200_000), Buffer.alloc(200_000)]
        yield* CsvWriter.withFile(`${folder}/out.csv`, {}, (file) =>
          Effect.gen(function* () {
            yield* file.write(rows)
            for (let i = 0; i < 20; i++) {
              const buffer = buffers[i % 2] ?? Buffer.alloc(0)
              const line = `${i},${"가".repeat(1 + i * 3000)}\n`
              const length = buffer.write(line)
              expected.push(line)
              yield* file.copy(buffer.subarray(0, length))
              buffers[(i + 1) % 2]?.fill("x")
            }
            yield* file.copy(new Uint8Array(0))
            yield* file.write([["last", "1"]])
          })
        )
        assert.strictEqual(yield* fs.readFileString(`${folder}/out.csv`), `text,n\n가,1\n${expected.join("")}last,1\n`)
      })
    )
  )

  it.effect("takes a tab between the cells of .tsv", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* CsvWriter.withFile(`${folder}/out.tsv`, {}, (file) => file.write(rows))
        assert.strictEqual(yield* fs.readFileString(`${folder}/out.tsv`), "text\tn\n가\t1\n")
      })
    )
  )

  it.effect("has nothing under the file's name before it is whole", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        yield* CsvWriter.withFile(path, {}, (file) =>
          Effect.gen(function* () {
            yield* file.write(rows)
            assert.isFalse(yield* fs.exists(path))
            assert.match((yield* names).join(), /^\.out\.csv\.[0-9a-f]{12}\.tmp$/)
          })
        )
        assert.isTrue(yield* fs.exists(path))
      })
    )
  )

  it.effect("refuses an existing file and leaves it as it is", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        yield* fs.writeFileString(path, "precious")
        const error = yield* Effect.flip(CsvWriter.withFile(path, {}, (file) => file.write(rows)))
        assert.deepStrictEqual(error, new CsvError({ reason: new AlreadyExists({ path }) }))
        assert.strictEqual(yield* fs.readFileString(path), "precious")
        assert.deepStrictEqual(yield* names, ["out.csv"])
      })
    )
  )

  it.effect("refuses a file that appears while it writes", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        const error = yield* Effect.flip(
          CsvWriter.withFile(path, {}, (file) => Effect.andThen(file.write(rows), fs.writeFileString(path, "precious")))
        )
        assert.deepInclude(error, { reason: new AlreadyExists({ path }) })
        assert.strictEqual(yield* fs.readFileString(path), "precious")
        assert.deepStrictEqual(yield* names, ["out.csv"])
      })
    )
  )

  it.effect("replaces an existing file if forced, also where the file system has no links", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        yield* fs.writeFileString(path, "old")
        yield* CsvWriter.withFile(path, { force: true }, (file) => file.write(rows))
        assert.strictEqual(yield* fs.readFileString(path), "text,n\n가,1\n")
        const linkless = FileSystem.make({
          ...fs,
          link: () => Effect.orDie(Effect.flip(fs.stat(`${folder}/none`))).pipe(Effect.flip)
        })
        yield* CsvWriter.withFile(`${folder}/new.csv`, {}, (file) => file.write(rows)).pipe(
          Effect.provideService(FileSystem.FileSystem, linkless)
        )
        assert.deepStrictEqual([...(yield* names)].sort(), ["new.csv", "out.csv"])
      })
    )
  )

  it.effect("writes through a symbolic link if forced, and the link stays", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(`${folder}/real.csv`, "old")
        yield* fs.symlink(`${folder}/real.csv`, `${folder}/link.csv`)
        yield* CsvWriter.withFile(`${folder}/link.csv`, { force: true }, (file) => file.write(rows))
        assert.strictEqual(yield* fs.readFileString(`${folder}/real.csv`), "text,n\n가,1\n")
        assert.strictEqual(yield* fs.readLink(`${folder}/link.csv`), `${folder}/real.csv`)
      })
    )
  )

  it.effect("leaves nothing behind when its use fails, and an existing file as it was", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        yield* fs.writeFileString(path, "precious")
        const error = yield* Effect.flip(
          CsvWriter.withFile(path, { force: true }, (file) => Effect.andThen(file.write(rows), Effect.fail("no")))
        )
        assert.strictEqual(error, "no")
        assert.deepStrictEqual(yield* names, ["out.csv"])
        assert.strictEqual(yield* fs.readFileString(path), "precious")
      })
    )
  )

  it.effect("leaves nothing behind when it is interrupted", () =>
    inFolder((folder, _, names) =>
      Effect.gen(function* () {
        const written = yield* Deferred.make<void>()
        const fiber = yield* Effect.fork(
          CsvWriter.withFile(`${folder}/out.csv`, {}, (file) =>
            Effect.andThen(file.write(rows), Effect.andThen(Deferred.succeed(written, undefined), Effect.never))
          )
        )
        yield* Deferred.await(written)
        assert.strictEqual((yield* names).length, 1)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* names, [])
      })
    )
  )

  it.effect("tells a missing folder, a folder in its place and a full disk apart", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const write = (path: string) => Effect.flip(CsvWriter.withFile(path, { force: true }, (file) => file.write(rows)))
        assert.deepInclude((yield* write(`${folder}/none/out.csv`)).reason, {
          _tag: "FolderMissing",
          path: `${folder}/none/out.csv`
        })
        assert.deepInclude((yield* write(folder)).reason, { _tag: "NotAFile", path: folder })
        // Every write to /dev/full fails as on a full disk.
        const full = FileSystem.make({ ...fs, open: (_, options) => fs.open("/dev/full", { ...options, flag: "w" }) })
        const reason = (yield* Effect.provideService(write(`${folder}/out.csv`), FileSystem.FileSystem, full)).reason
        assert.deepInclude(reason, { _tag: "FileFailed", path: `${folder}/out.csv`, operation: "write" })
      })
    )
  )

  it.effect("tells when the file is whole: the same file then takes its name, and if the caller objects none does", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        const path = `${folder}/out.csv`
        const told: Array<string> = []
        const options: CsvWriter.WriteOptions = {
          force: true,
          onWhole: ({ path, temporary }) =>
            Effect.gen(function* () {
              told.push(path, yield* Effect.orDie(fs.readFileString(temporary)))
            })
        }
        yield* CsvWriter.withFile(path, options, (file) => file.write(rows))
        assert.deepStrictEqual(told, [path, "text,n\n가,1\n"])
        const objection = new CsvError({ reason: new AlreadyExists({ path }) })
        const objecting: CsvWriter.WriteOptions = { force: true, onWhole: () => Effect.fail(objection) }
        assert.strictEqual(yield* Effect.flip(CsvWriter.withFile(path, objecting, (file) => file.write([["other"]]))), objection)
        assert.strictEqual(yield* fs.readFileString(path), "text,n\n가,1\n")
        assert.deepStrictEqual(yield* names, ["out.csv"])
      })
    )
  )

  it.effect("may replace the file that is being read", () =>
    onDisk(
      Effect.gen(function* () {
        const path = yield* fileOf("a\n1\n2\n")
        const before = yield* readFile(path)
        yield* CsvWriter.withFile(path, { force: true }, (file) =>
          Effect.gen(function* () {
            yield* file.write([["b"]])
            yield* file.write((yield* readFile(path)).rows)
          })
        )
        const after = yield* readFile(path)
        assert.deepStrictEqual(after.source.header, ["b"])
        assert.deepStrictEqual(after.rows, before.rows)
      })
    )
  )
})

describe("removeLeftovers", () => {
  it.effect("removes what dead writers of the path have left, beside where a symbolic link points, and nothing else", () =>
    inFolder((folder, fs, names) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(`${folder}/real`)
        yield* fs.writeFileString(`${folder}/real/out.csv`, "")
        yield* fs.symlink(`${folder}/real/out.csv`, `${folder}/link.csv`)
        const others = ["out.csv", ".out.csv.tmp", ".out.csv.bak.tmp", ".out.csv.0123456789AB.tmp", ".other.csv.0123456789ab.tmp"]
        for (const name of [...others, ".out.csv.0123456789ab.tmp", ".out.csv.ba9876543210.tmp"]) {
          yield* fs.writeFileString(`${folder}/real/${name}`, "")
        }
        yield* CsvWriter.removeLeftovers(`${folder}/link.csv`)
        assert.deepStrictEqual([...(yield* fs.readDirectory(`${folder}/real`))].sort(), [...others].sort())
        yield* CsvWriter.removeLeftovers(`${folder}/none/out.csv`)
        assert.deepStrictEqual([...(yield* names)].sort(), ["link.csv", "real"])
      })
    )
  )
})
