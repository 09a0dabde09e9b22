/** The endpoints that the page uses, a function each. */
import { address, request } from "./Http.js"
import type * as Wire from "./Wire.js"

type Signal = AbortSignal | undefined

const job = (id: string): string => `/v1/jobs/${encodeURIComponent(id)}`

export const session = (signal?: Signal): Promise<Wire.Session> => request("GET", "/v1/session", { signal })

export const login = (token: string): Promise<Wire.Session> => request("POST", "/v1/session", { body: { token } })

export const logout = (): Promise<void> => request("DELETE", "/v1/session")

export const upload = (id: string, signal?: Signal): Promise<Wire.Upload> =>
  request("GET", `/v1/uploads/${encodeURIComponent(id)}`, { signal })

export const tasks = (signal?: Signal): Promise<{ readonly items: ReadonlyArray<Wire.SavedTask> }> =>
  request("GET", "/v1/tasks", { signal })

export const saveTask = (name: string, task: Wire.Task): Promise<Wire.SavedTask> =>
  request("PUT", `/v1/tasks/${encodeURIComponent(name)}`, { body: task })

export const removeTask = (name: string): Promise<void> => request("DELETE", `/v1/tasks/${encodeURIComponent(name)}`)

export const preview = (input: Wire.PreviewInput, signal?: Signal): Promise<Wire.Preview> =>
  request("POST", "/v1/previews", { body: input, signal })

export const estimate = (input: Wire.JobInput, signal?: Signal): Promise<Wire.Estimate> =>
  request("POST", "/v1/estimates", { body: input, signal })

/** The same key finds the same job, however often it is sent. */
export const createJob = (input: Wire.JobInput, idempotencyKey: string): Promise<Wire.JobDetail> =>
  request("POST", "/v1/jobs", { body: input, headers: { "idempotency-key": idempotencyKey } })

export interface JobQuery {
  readonly state?: Wire.JobState | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export const jobs = ({ cursor, limit, state }: JobQuery, signal?: Signal): Promise<Wire.JobPage> =>
  request("GET", "/v1/jobs", { query: { state, cursor, limit }, signal })

export const getJob = (id: string, signal?: Signal): Promise<Wire.JobDetail> => request("GET", job(id), { signal })

/** What starting the job, or going on with it, would send and cost. */
export const startPlan = (id: string, signal?: Signal): Promise<Wire.SpendPlan> => request("GET", `${job(id)}/start`, { signal })

export const startJob = (id: string, input: Wire.StartInput): Promise<Wire.JobDetail> =>
  request("POST", `${job(id)}/start`, { body: input })

/** What asking the failed rows again would send and cost. */
export const retryPlan = (id: string, input: Wire.RetryInput, signal?: Signal): Promise<Wire.SpendPlan> =>
  request("POST", `${job(id)}/retry/plan`, { body: input, signal })

export const spending = (signal?: Signal): Promise<Wire.Spending> => request("GET", "/v1/spending", { signal })

export const cancelJob = (id: string): Promise<Wire.JobDetail> => request("POST", `${job(id)}/cancel`)

export const retryJob = (id: string, input: Wire.RetryInput): Promise<Wire.JobDetail> =>
  request("POST", `${job(id)}/retry`, { body: input })

export const removeJob = (id: string): Promise<void> => request("DELETE", job(id))

export interface RowQuery {
  readonly outcome?: Wire.Outcome | undefined
  readonly reason?: Wire.FailureReason | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export const rows = (id: string, { cursor, limit, outcome, reason }: RowQuery, signal?: Signal): Promise<Wire.RowPage> =>
  request("GET", `${job(id)}/rows`, { query: { outcome, reason, cursor, limit }, signal })

/** `null` takes a person's label back. */
export const labelRow = (id: string, row: number, label: Wire.LabelValue | null): Promise<Wire.JobRow> =>
  request("PATCH", `${job(id)}/rows/${row}`, { body: { label } })

export const distribution = (id: string, signal?: Signal): Promise<Wire.Distribution> =>
  request("GET", `${job(id)}/distribution`, { signal })

export const labeledCsv = (id: string, form: Wire.CsvForm & { readonly manual: Wire.ManualMode }): string =>
  address(`${job(id)}/labeled.csv`, form)

export const failedCsv = (id: string, form: Wire.CsvForm): string => address(`${job(id)}/failed.csv`, form)

export const eventsOf = (id: string): string => `${job(id)}/events`
