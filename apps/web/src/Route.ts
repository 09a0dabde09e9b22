/** Where in the page one is. It lives in the address's fragment, so that any server of static files can serve the page. */

export type Route =
  | { readonly page: "jobs" }
  | { readonly page: "new" }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "unknown" }

export const parse = (fragment: string): Route => {
  const parts = fragment.replace(/^#?\/?/, "").split("/")
  const [first = "", id = ""] = parts
  if (first === "" && parts.length === 1) return { page: "jobs" }
  if (first === "new" && parts.length === 1) return { page: "new" }
  if (first === "jobs" && /^job_[0-9A-Za-z]{1,40}$/.test(id) && parts.length === 2) return { page: "job", id }
  return { page: "unknown" }
}

export const jobs = "#/"

export const newJob = "#/new"

export const job = (id: string): string => `#/jobs/${id}`
