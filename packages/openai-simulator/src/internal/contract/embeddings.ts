/**
 * The body of `POST /v1/embeddings`. Source: OpenAI's public OpenAPI description, CreateEmbeddingRequest, and the models' sizes.
 */
import { ApiError } from "../apiError.js"
import { type Fields, integer, oneOf, type Shape, string } from "./shape.js"

// The endpoint says no more than this about an input that it does not take.
const badInput = (path: string): ApiError =>
  new ApiError(
    400,
    `'$.${path}' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.`,
    null,
    null
  )

const mostInputs = 2048

const isText = (value: unknown): boolean => typeof value === "string"
const isToken = (value: unknown): boolean => Number.isInteger(value)
const isTokens = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isToken)

/** Texts, or tokens of one text, or of several. */
const isInput = (value: unknown): boolean =>
  typeof value === "string" ||
  (Array.isArray(value) &&
    value.length > 0 &&
    value.length <= mostInputs &&
    (value.every(isText) || value.every(isToken) || value.every(isTokens)))

const input: Shape = (value, path) => {
  if (!isInput(value)) return badInput(path)
  const texts = Array.isArray(value) ? value : [value]
  return texts.includes("") ? new ApiError(400, `'$.${path}' cannot be an empty string.`, null, null) : undefined
}

export const embeddingsRequired: Fields = { model: string(), input }

export const embeddingsOptional: Fields = {
  encoding_format: oneOf("float", "base64"),
  dimensions: integer(1),
  user: string()
}

const sizes: Readonly<Record<string, number>> = { "text-embedding-3-small": 1536, "text-embedding-3-large": 3072 }

const usualSize = 1536

/** How long a model's vectors are. */
export const dimensionsOf = (model: string, asked: unknown): number =>
  typeof asked === "number" ? asked : (sizes[model] ?? usualSize)

/** The models' own rule: only the third generation cuts its vectors, and none makes them longer. */
export const dimensionsFault = (model: string, asked: unknown): ApiError | undefined => {
  if (typeof asked !== "number") return undefined
  if (model === "text-embedding-ada-002") return new ApiError(400, "This model does not support specifying dimensions.")
  const most = sizes[model]
  return most === undefined || asked <= most
    ? undefined
    : new ApiError(400, `Invalid value for 'dimensions' = ${asked}. Must be less than or equal to ${most}.`, null, null)
}
