/**
 * A refusal in OpenAI's error shape: `{"error": {"message", "type", "param", "code"}}` under an HTTP status.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string | null = null,
    readonly param: string | null = null,
    readonly type: string = "invalid_request_error",
    readonly headers: Readonly<Record<string, string>> = {}
  ) {
    super(message)
  }

  get body() {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } }
  }
}

export const missingParameter = (param: string) =>
  new ApiError(400, `Missing required parameter: '${param}'.`, "missing_required_parameter", param)

export const invalidValue = (param: string, message: string) => new ApiError(400, message, "invalid_value", param)

export const noSuchFile = (id: string) => new ApiError(404, `No such File object: ${id}`, null, "id")

export const noSuchBatch = (id: string) => new ApiError(404, `No batch found with id '${id}'.`, null, null)
