import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import type { RulesInput } from "../src/Rules.js"
import { SimulatorError, start } from "../src/Simulator.js"
import { type PlainClient, requestLine, withSimulator } from "./plainClient.js"

const folder = mkdtempSync(join(tmpdir(), "rules-"))
afterAll(() => rmSync(folder, { recursive: true }))
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

interface Completion {
  readonly choices: ReadonlyArray<{
    readonly message: { readonly content: string | null; readonly refusal: string | null }
    readonly finish_reason: string
  }>
  readonly usage: { readonly completion_tokens: number }
}

const ask = (client: PlainClient, user: string, system = "judge") =>
  client.call<Completion>("POST", "/chat/completions", {
    model: "gpt-4o-mini",
    messages: [
      { role: "system", content: system },
      { role: "user", content: user }
    ]
  })

const answer = async (client: PlainClient, user: string, system?: string) =>
  (await ask(client, user, system)).json.choices[0]?.message.content

describe("answers by rules", () => {
  it("the first keyword rule that speaks of a request answers it, in the part of it that the rule names", () =>
    withSimulator(
      {
        rules: {
          rules: [
            { contains: ["expert", "judge of wine"], in: "system", answer: "S" },
            { regex: "^정부.*환영", answer: 0 },
            { contains: "우려", in: { after: "본문:", before: "끝" }, answer: 2 },
            { contains: "JUDGE", in: "all", answer: "A" },
            { regex: "loud", flags: "i", answer: "L" }
          ],
          default: 1
        }
      },
      async (client) => {
        assert.strictEqual(await answer(client, "정부 발표를 환영"), "0")
        assert.strictEqual(await answer(client, "anything", "you are an expert"), "S")
        assert.strictEqual(await answer(client, "제목: 우려 본문: 조용 끝"), "1")
        assert.strictEqual(await answer(client, "본문: 깊은 우려 끝"), "2")
        assert.strictEqual(await answer(client, "JUDGE this"), "A")
        assert.strictEqual(await answer(client, "LOUD"), "L")
        assert.strictEqual(await answer(client, "nothing"), "1")
      }
    ))

  it("gold labels come out of a CSV or a JSONL beside the rule file, and the longest text that the prompt holds wins", async () => {
    written("gold.csv", 'text,label\n"a, quoted\ntext",x\na,y\nnews of today,z\n')
    written("gold.jsonl", '{"headline":"alpha","gold":7}\n\n{"headline":"alpha beta","gold":8}\n')
    const csv = written("csv.yaml", "gold: { file: gold.csv, labelColumn: label }\ndefault: none\n")
    const jsonl = written("jsonl.json", JSON.stringify({ gold: { file: "gold.jsonl", textColumn: "headline" } }))
    await withSimulator({ rules: csv }, async (client) => {
      assert.strictEqual(await answer(client, "Read: a, quoted\r\ntext."), "x")
      assert.strictEqual(await answer(client, "the news of today"), "z")
      assert.strictEqual(await answer(client, "that"), "y")
      assert.strictEqual(await answer(client, "xxx"), "none")
    })
    await withSimulator({ rules: jsonl }, async (client) => {
      assert.strictEqual(await answer(client, "see alpha beta!"), "8")
      assert.strictEqual(await answer(client, "see alpha!"), "7")
    })
  })

  it("gold labels can stand in the rule file, and keyword rules come before them", () =>
    withSimulator(
      { rules: { gold: { labels: { cat: "feline" } }, rules: [{ contains: "dog", answer: "canine" }] } },
      async (client) => {
        assert.strictEqual(await answer(client, "a cat"), "feline")
        assert.strictEqual(await answer(client, "a cat and a dog"), "canine")
      }
    ))

  it("bad answers are bad in their own way", async () => {
    const bad = (
      kind: NonNullable<NonNullable<RulesInput["rules"]>[number]["bad"]>,
      test: (client: PlainClient) => Promise<void>
    ) => withSimulator({ rules: { rules: [{ bad: kind }] } }, test)
    await bad("prose", async (client) => assert.isAbove((await answer(client, "x"))?.length ?? 0, 10))
    await bad("ten", async (client) => assert.strictEqual(await answer(client, "x"), "10"))
    await bad("empty", async (client) => assert.strictEqual(await answer(client, "x"), ""))
    await bad("refusal", async (client) => {
      const [choice] = (await ask(client, "x")).json.choices
      assert.isNull(choice?.message.content)
      assert.isString(choice?.message.refusal)
    })
    await bad("length", async (client) => assert.strictEqual((await ask(client, "x")).json.choices[0]?.finish_reason, "length"))
    await bad("bad_request", async (client) => assert.strictEqual((await ask(client, "x")).status, 400))
    await bad("rate_limited", async (client) => assert.strictEqual((await ask(client, "x")).status, 429))
    await bad("server_error", async (client) => assert.strictEqual((await ask(client, "x")).status, 500))
  })

  it("a seeded share of the requests is answered badly, anew for another attempt unless it is sticky", async () => {
    const failed = async (rules: RulesInput, attempt: string) => {
      let ids: ReadonlyArray<string | null> = []
      await withSimulator({ rules, seed: 3 }, async (client) => {
        const lines = Array.from({ length: 200 }, (_, i) => requestLine(`row-${i}`))
        const batch = await client.batch(await client.submit(lines, { attempt }))
        ids = (await client.lines(batch.error_file_id)).map((line) => line.custom_id).sort()
      })
      return ids
    }
    const fresh: RulesInput = { bad: { rate: 0.2, kinds: ["server_error"] } }
    const first = await failed(fresh, "1")
    assert.isTrue(first.length > 20 && first.length < 60, `${first.length} of 200`)
    assert.deepStrictEqual(await failed(fresh, "1"), first)
    assert.notDeepEqual(await failed(fresh, "2"), first)
    const sticky: RulesInput = { bad: { rate: 0.2, kinds: ["server_error"], sticky: true } }
    assert.deepStrictEqual(await failed(sticky, "1"), await failed(sticky, "2"))
  })

  it("a file that can't be used says where and why", async () => {
    const failureOf = async (rules: RulesInput | string): Promise<string> => {
      try {
        await (await start({ rules })).close()
        return "started"
      } catch (error) {
        assert.instanceOf(error, SimulatorError)
        return error.message
      }
    }
    assert.include(await failureOf(join(folder, "none.yaml")), "none.yaml")
    const misspelt = await failureOf(written("misspelt.yaml", "rules:\n  - contians: x\n    answer: 1\n"))
    assert.include(misspelt, "misspelt.yaml")
    assert.include(misspelt, "contians")
    assert.include(
      await failureOf(written("both.yaml", "rules: [{ answer: 1, bad: ten }]")),
      "either an answer, a bad kind or a body"
    )
    assert.include(await failureOf(written("broken.yaml", "rules: [")), "broken.yaml")
    assert.include(await failureOf(written("nogold.yaml", "gold: { file: missing.csv }")), "missing.csv")
    assert.include(await failureOf(written("badgold.yaml", "gold: { file: gold.csv }")), 'no label column "gold"')
    assert.include(await failureOf({ rules: [{ regex: "(", answer: 1 }] }), "(")
  })
})
