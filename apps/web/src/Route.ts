/** Where in the page one is. The server answers with the page at all of these addresses. */

export type Route =
  | { readonly page: "jobs" }
  | { readonly page: "new" }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "unknown" }

export const parse = (path: string): Route => {
  const [first = "", id = "", ...more] = path.split("/").filter((part) => part !== "")
  if (first === "") return { page: "jobs" }
  if (first === "new" && id === "") return { page: "new" }
  if (first === "jobs" && /^job_[0-9A-Za-z]{1,40}$/.test(id) && more.length === 0) return { page: "job", id }
  return { page: "unknown" }
}

export const jobs = "/"

export const newJob = "/new"

export const job = (id: string): string => `/jobs/${id}`
