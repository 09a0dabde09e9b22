/**
 * The body of `POST /v1/responses`. Source: OpenAI's public OpenAPI description, CreateResponse. Of items and tools that the simulator
 * does not play, only the type and the keys that must be there are looked at.
 */
import { cacheBreakpoint, effort, modelRequest, schemaFields, schemaName, topLogprobs, verbosity } from "./common.js"
import {
  anything,
  array,
  boolean,
  type Fields,
  integer,
  nullable,
  object,
  objectWith,
  oneOf,
  record,
  type Shape,
  string,
  tagged,
  textOr
} from "./shape.js"

const inputParts: Fields = {
  input_text: object({ type: oneOf("input_text"), text: string() }, { prompt_cache_breakpoint: cacheBreakpoint }),
  input_image: object(
    { type: oneOf("input_image"), detail: oneOf("low", "high", "auto", "original") },
    { image_url: nullable(string()), file_id: nullable(string()), prompt_cache_breakpoint: cacheBreakpoint }
  ),
  input_file: object(
    { type: oneOf("input_file") },
    {
      file_id: nullable(string()),
      filename: string(),
      file_data: string(),
      file_url: string(),
      detail: oneOf("auto", "low", "high"),
      prompt_cache_breakpoint: cacheBreakpoint
    }
  )
}

/** What a tool gave back: the same parts, with more left to their defaults. */
const outputParts: Fields = {
  input_text: object({ type: oneOf("input_text"), text: string() }, { prompt_cache_breakpoint: nullable(cacheBreakpoint) }),
  input_image: object(
    { type: oneOf("input_image") },
    {
      detail: nullable(oneOf("low", "high", "auto", "original")),
      image_url: nullable(string()),
      file_id: nullable(string()),
      prompt_cache_breakpoint: nullable(cacheBreakpoint)
    }
  ),
  input_file: object(
    { type: oneOf("input_file") },
    {
      file_id: nullable(string()),
      filename: nullable(string()),
      file_data: nullable(string()),
      file_url: nullable(string()),
      detail: oneOf("auto", "low", "high"),
      prompt_cache_breakpoint: nullable(cacheBreakpoint)
    }
  )
}

const phase = nullable(oneOf("commentary", "final_answer"))
const itemStatus = oneOf("in_progress", "completed", "incomplete")

const inputMessage = object(
  {
    role: oneOf("user", "assistant", "system", "developer"),
    content: textOr(string(), array(tagged("type", inputParts)))
  },
  { type: oneOf("message"), phase, status: itemStatus }
)

const outputMessage = object(
  {
    id: string(),
    type: oneOf("message"),
    role: oneOf("assistant"),
    content: array(
      tagged("type", {
        output_text: object({
          type: oneOf("output_text"),
          text: string(),
          annotations: array(anything),
          logprobs: array(anything)
        }),
        refusal: object({ type: oneOf("refusal"), refusal: string() })
      })
    ),
    status: itemStatus
  },
  { phase }
)

// A message with an id is one that a model has given.
const message: Shape = (value, path) =>
  objectWith("id")(value, path) === undefined ? outputMessage(value, path) : inputMessage(value, path)

const reference = object({ id: string() }, { type: nullable(oneOf("item_reference")) })

const functionCall = object(
  { type: oneOf("function_call"), call_id: string(), name: string(), arguments: string() },
  { id: string(), caller: anything, namespace: string(), status: itemStatus }
)

const functionOutput = object(
  { type: oneOf("function_call_output"), output: textOr(string(), array(tagged("type", outputParts))) },
  {
    id: nullable(string()),
    call_id: nullable(string({ min: 1, max: 64 })),
    name: nullable(string({ min: 1, max: 128 })),
    namespace: nullable(string({ min: 1, max: 64 })),
    caller: anything,
    status: nullable(itemStatus)
  }
)

/** Items that are passed on from earlier answers: their type, and the keys that must be there. */
const otherItems: Readonly<Record<string, ReadonlyArray<string>>> = {
  file_search_call: ["id", "status", "queries"],
  computer_call: ["id", "call_id", "pending_safety_checks", "status"],
  computer_call_output: ["call_id", "output"],
  web_search_call: ["id", "status", "action"],
  tool_search_call: ["arguments"],
  tool_search_output: ["tools"],
  additional_tools: ["role", "tools"],
  reasoning: ["id", "summary"],
  compaction: ["encrypted_content"],
  compaction_trigger: [],
  image_generation_call: ["id", "status", "result"],
  code_interpreter_call: ["id", "status", "container_id", "code", "outputs"],
  local_shell_call: ["id", "call_id", "action", "status"],
  local_shell_call_output: ["id", "call_id", "output"],
  shell_call: ["call_id", "action"],
  shell_call_output: ["call_id", "output"],
  apply_patch_call: ["call_id", "status", "operation"],
  apply_patch_call_output: ["call_id", "status"],
  mcp_list_tools: ["id", "server_label", "tools"],
  mcp_approval_request: ["id", "server_label", "name", "arguments"],
  mcp_approval_response: ["request_id", "approve", "approval_request_id"],
  mcp_call: ["id", "server_label", "name", "arguments"],
  custom_tool_call: ["call_id", "name", "input"],
  custom_tool_call_output: ["call_id", "output"],
  program: ["id", "call_id", "code", "fingerprint"],
  program_output: ["id", "call_id", "result", "status"]
}

/** Tools that the simulator does not play. */
const otherTools: Readonly<Record<string, ReadonlyArray<string>>> = {
  file_search: ["vector_store_ids"],
  computer: [],
  computer_use_preview: ["environment", "display_width", "display_height"],
  web_search: [],
  web_search_2025_08_26: [],
  web_search_preview: [],
  web_search_preview_2025_03_11: [],
  mcp: ["server_label"],
  code_interpreter: ["container"],
  programmatic_tool_calling: [],
  image_generation: [],
  local_shell: [],
  shell: [],
  custom: ["name"],
  namespace: ["name", "description", "tools"],
  tool_search: [],
  apply_patch: []
}

const withKeys = (needed: Readonly<Record<string, ReadonlyArray<string>>>): Fields =>
  Object.fromEntries(Object.entries(needed).map(([type, names]) => [type, objectWith(...names)]))

// Without a type it is a message if it has a role, and else a reference.
const untyped: Shape = (value, path) =>
  objectWith("role")(value, path) === undefined ? message(value, path) : reference(value, path)

const typedItem = tagged(
  "type",
  {
    message,
    item_reference: reference,
    function_call: functionCall,
    function_call_output: functionOutput,
    ...withKeys(otherItems)
  },
  untyped
)

// A reference may write its type as null.
const item: Shape = (value, path) =>
  typeof value === "object" && value !== null && "type" in value && value.type === null
    ? reference(value, path)
    : typedItem(value, path)

const format = tagged("type", {
  text: object({ type: oneOf("text") }),
  json_schema: object({ type: oneOf("json_schema"), name: schemaName, schema: record(anything) }, schemaFields),
  json_object: object({ type: oneOf("json_object") })
})

const tool = tagged("type", {
  function: object(
    { type: oneOf("function"), name: string(), parameters: nullable(record(anything)), strict: nullable(boolean) },
    {
      description: nullable(string()),
      output_schema: nullable(record(anything)),
      defer_loading: boolean,
      allowed_callers: nullable(array(anything))
    }
  ),
  ...withKeys(otherTools)
})

const typeOnly = (type: string): Shape => object({ type: oneOf(type) })

const hostedChoices = [
  "file_search",
  "web_search_preview",
  "computer",
  "computer_use_preview",
  "computer_use",
  "web_search_preview_2025_03_11",
  "image_generation",
  "code_interpreter",
  "programmatic_tool_calling",
  "apply_patch",
  "shell"
]

const toolChoice = textOr(
  oneOf("none", "auto", "required"),
  tagged("type", {
    ...Object.fromEntries(hostedChoices.map((type) => [type, typeOnly(type)])),
    function: object({ type: oneOf("function"), name: string() }),
    custom: object({ type: oneOf("custom"), name: string() }),
    mcp: object({ type: oneOf("mcp"), server_label: string() }, { name: nullable(string()) }),
    allowed_tools: object({
      type: oneOf("allowed_tools"),
      mode: oneOf("auto", "required"),
      tools: array(record(anything))
    })
  }),
  "one of a string or an object"
)

const summary = nullable(oneOf("auto", "concise", "detailed"))

export const responsesRequired: Fields = { model: string() }

export const responsesOptional: Fields = {
  ...modelRequest,
  input: textOr(string(), array(item)),
  instructions: nullable(string()),
  service_tier: nullable(oneOf("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")),
  truncation: nullable(oneOf("auto", "disabled")),
  reasoning: nullable(
    object(
      {},
      {
        mode: string(),
        effort,
        summary,
        context: nullable(oneOf("auto", "current_turn", "all_turns")),
        generate_summary: summary
      }
    )
  ),
  include: nullable(
    array(
      oneOf(
        "file_search_call.results",
        "web_search_call.results",
        "web_search_call.action.sources",
        "message.input_image.image_url",
        "computer_call_output.output.image_url",
        "code_interpreter_call.outputs",
        "reasoning.encrypted_content",
        "message.output_text.logprobs"
      )
    )
  ),
  parallel_tool_calls: nullable(boolean),
  stream_options: nullable(object({}, { include_obfuscation: boolean })),
  conversation: nullable(textOr(string(), object({ id: string() }), "one of a string or an object")),
  context_management: nullable(array(object({ type: string() }, { compact_threshold: nullable(integer(1000)) }), 1)),
  max_output_tokens: nullable(integer(16)),
  max_tool_calls: nullable(integer()),
  top_logprobs: topLogprobs,
  previous_response_id: nullable(string()),
  background: nullable(boolean),
  // Newer than the description: discounted background windows.
  background_options: record(anything),
  text: object({}, { format, verbosity }),
  tools: array(tool),
  tool_choice: toolChoice,
  prompt: nullable(
    object(
      { id: string() },
      {
        version: nullable(string()),
        variables: nullable(record(textOr(string(), tagged("type", inputParts), "one of a string or an object")))
      }
    )
  )
}
