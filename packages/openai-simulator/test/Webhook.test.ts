import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { assert, describe, it } from "@effect/vitest"
import OpenAI from "openai"
import { requestLines, withSimulator } from "./plainClient.js"

describe("webhooks", () => {
  it("the end of a batch is told to a URL, signed so that the openai SDK accepts it, and again when it is not taken", async () => {
    const secret = `whsec_${Buffer.from("a secret of the test").toString("base64")}`
    const client = new OpenAI({ apiKey: "sk-any", webhookSecret: secret })
    const told: Array<string> = []
    let tries = 0
    const receiver = createServer((request, response) => {
      text(request)
        .then((body) =>
          client.webhooks.unwrap(body, new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])))
        )
        .then((event) => {
          tries++
          response.writeHead(tries === 1 ? 500 : 200).end()
          if (tries > 1) told.push(`${event.type} ${Object(event.data).id}`)
          if (told.length === 2) receiver.emit("both")
        })
    }).listen(0, "127.0.0.1")
    await once(receiver, "listening")
    const { port } = receiver.address() as AddressInfo
    await withSimulator({ webhook: { url: `http://127.0.0.1:${port}/`, secret } }, async (client) => {
      const both = once(receiver, "both")
      const completed = await client.submit(requestLines(2))
      const failed = await client.submit(["{"])
      await both
      assert.sameMembers(told, [`batch.completed ${completed}`, `batch.failed ${failed}`])
      assert.strictEqual(tries, 3)
    })
    receiver.close()
  })
})
