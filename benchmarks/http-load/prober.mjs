// Asks for the health of a server every 20 ms from a process of its own. On a line of its input it writes the times since the last line.
import { get } from "node:http"
import { createInterface } from "node:readline"

const [url] = process.argv.slice(2)
let times = []
let failed = 0

const ask = () =>
  new Promise((resolve) => {
    const began = performance.now()
    const request = get(`${url}/healthz`, { agent: false }, (response) => {
      response.resume()
      response.once("end", () => {
        if (response.statusCode === 200) times.push(performance.now() - began)
        else failed++
        resolve()
      })
    })
    request.once("error", () => {
      failed++
      resolve()
    })
  })

createInterface({ input: process.stdin }).on("line", () => {
  console.log(JSON.stringify({ times, failed }))
  times = []
  failed = 0
})
process.stdin.once("end", () => process.exit())
for (;;) {
  await ask()
  await new Promise((resolve) => setTimeout(resolve, 20))
}
