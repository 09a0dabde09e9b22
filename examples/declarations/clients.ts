// A client of one's own, of any major of `openai` from 5 to 7.
import * as OpenAiBatch from "@batchlabel/openai-batch/OpenAiBatch"
import { OpenAI as OpenAI5 } from "openai5"
import { OpenAI as OpenAI6 } from "openai6"
import { OpenAI as OpenAI7 } from "openai7"

const options = { apiKey: "sk-any" }

export const layers = [
  OpenAiBatch.layerFrom(new OpenAI5(options)),
  OpenAiBatch.layerFrom(new OpenAI6(options)),
  OpenAiBatch.layerFrom(new OpenAI7(options))
]
