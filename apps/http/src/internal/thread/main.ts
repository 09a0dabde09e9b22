/** A work thread: does one thing at a time of those that `works` knows, and can be stopped in the middle of it. */
import { setPriority } from "node:os"
import { parentPort, workerData } from "node:worker_threads"
import * as TemplateLimits from "@batchlabel/core/TemplateLimits"
import type { ApiProblem } from "@batchlabel/http-api/ApiProblem"
import { JobStore } from "@batchlabel/job-store/JobStore"
import * as LabelingConfig from "@batchlabel/labeling/LabelingConfig"
import * as Prices from "@batchlabel/labeling/Prices"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { Done, FromThread, StoreAnswer, ThreadData, ToThread } from "./protocol.js"
import { remote } from "./remoteStore.js"
import { works } from "./works.js"

/** On Linux a thread has a niceness of its own, so that the one that answers comes first; elsewhere it is the process's. */
const belowTheServer = 10

const doneOf = (exit: Exit.Exit<unknown, ApiProblem>): Done =>
  Exit.match(exit, {
    onSuccess: (value) => ({ _tag: "Value", value }),
    onFailure: (cause) => {
      const failure = Cause.failureOption(cause)
      return failure._tag === "Some"
        ? { _tag: "Problem", document: failure.value.document }
        : { _tag: "Defect", detail: Cause.pretty(cause) }
    }
  })

const port = parentPort
if (port !== null) {
  const { labeling, prices, templateLimits }: ThreadData = workerData
  if (process.platform === "linux") setPriority(belowTheServer)
  TemplateLimits.set(templateLimits)
  const waiting = new Map<number, (answer: StoreAnswer) => void>()
  let asked = 0
  const say = (message: FromThread): void => port.postMessage(message)
  const store = remote(
    (method, args) =>
      new Promise((resolve) => {
        const id = asked++
        waiting.set(id, resolve)
        say({ _tag: "Ask", id, method, args })
      })
  )
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(NodeFileSystem.layer, LabelingConfig.layer(labeling), Prices.layer(prices), Layer.succeed(JobStore, store))
  )
  port.on("message", (message: ToThread) => {
    if (message._tag === "Answer") {
      waiting.get(message.id)?.(message.answer)
      waiting.delete(message.id)
      return
    }
    const work = works(message.name, message.input)
    void runtime.runPromiseExit(work).then((exit) => say({ _tag: "Done", done: doneOf(exit) }))
  })
  say({ _tag: "Ready" })
}
