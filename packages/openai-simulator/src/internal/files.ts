/**
 * The files: uploads, listings, downloads, deletions; everything within the project of the caller's key.
 */
import { renameSync, rmSync } from "node:fs"
import { invalidValue, noSuchFile } from "./apiError.js"
import type { Clock } from "./clock.js"
import type { FileRecord, Store } from "./store.js"

export interface FileObject {
  readonly object: "file"
  readonly id: string
  readonly purpose: string
  readonly filename: string
  readonly bytes: number
  readonly created_at: number
  readonly expires_at: number | null
  readonly status: "processed"
  readonly status_details: null
}

export const day = 24 * 60 * 60 * 1000

export const seconds = (ms: number): number => Math.floor(ms / 1000)

export const fileObject = (record: FileRecord): FileObject => ({
  object: "file",
  id: record.id,
  purpose: record.purpose,
  filename: record.filename,
  bytes: record.bytes,
  created_at: seconds(record.createdAt),
  expires_at: record.expiresAt === null ? null : seconds(record.expiresAt),
  status: "processed",
  status_details: null
})

export interface NewFile {
  readonly path: string
  readonly bytes: number
  readonly filename: string
  readonly purpose: string
  /** In ms; null is never, undefined the default of the purpose. */
  readonly lifetime: number | null | undefined
  readonly hidden: { readonly refusals: number; readonly ms: number; readonly as: "batch" | "create" } | undefined
}

export interface Page {
  readonly after: string | undefined
  readonly limit: number
}

export interface Files {
  readonly add: (project: string, file: NewFile) => FileRecord
  readonly get: (project: string, id: string) => FileRecord
  /** The newest other file of the same purpose, if there is one. */
  readonly another: (project: string, id: string) => FileRecord | undefined
  readonly list: (
    project: string,
    page: Page & { readonly purpose: string | undefined; readonly order: "asc" | "desc" }
  ) => { readonly data: ReadonlyArray<FileRecord>; readonly hasMore: boolean }
  readonly remove: (project: string, id: string) => void
  /** The file as a batch's input, or undefined when it cannot be found. A file that a scenario hides is refused and counts that. */
  readonly use: (project: string, id: string) => { readonly file: FileRecord | undefined; readonly as: "batch" | "create" }
}

export const makeFiles = (store: Store, clock: Clock): Files => {
  const visible = (record: FileRecord | undefined, project: string): record is FileRecord => {
    const now = clock.now()
    return (
      record !== undefined &&
      record.project === project &&
      !record.deleted &&
      record.hiddenUntil <= now &&
      (record.expiresAt === null || now < record.expiresAt)
    )
  }
  const get = (project: string, id: string): FileRecord => {
    const record = store.files.get(id)
    if (!visible(record, project)) throw noSuchFile(id)
    return record
  }
  return {
    add: (project, file) => {
      const createdAt = clock.now()
      const { id, seq } = store.nextId("file")
      renameSync(file.path, store.contentPath(id))
      const lifetime = file.lifetime === undefined ? (file.purpose === "batch" ? 30 * day : null) : file.lifetime
      return store.putFile({
        id,
        seq,
        project,
        bytes: file.bytes,
        createdAt,
        expiresAt: lifetime === null ? null : createdAt + lifetime,
        filename: file.filename,
        purpose: file.purpose,
        deleted: false,
        refusals: file.hidden?.refusals ?? 0,
        hiddenUntil: createdAt + (file.hidden?.ms ?? 0),
        refusedAs: file.hidden?.as ?? "batch"
      })
    },
    get,
    another: (project, id) => {
      const { purpose } = get(project, id)
      return [...store.files.values()].findLast(
        (record) => record.id !== id && record.purpose === purpose && visible(record, project)
      )
    },
    list: (project, { after, limit, order, purpose }) => {
      const all = [...store.files.values()].filter(
        (record) => visible(record, project) && (purpose === undefined || record.purpose === purpose)
      )
      return pageOf(store.files, order === "asc" ? all : all.reverse(), { after, limit }, order)
    },
    remove: (project, id) => {
      store.putFile({ ...get(project, id), deleted: true })
      rmSync(store.contentPath(id), { force: true })
    },
    use: (project, id) => {
      const record = store.files.get(id)
      const as = record?.refusedAs ?? "batch"
      if (!visible(record, project)) return { file: undefined, as }
      if (record.refusals === 0) return { file: record, as }
      store.putFile({ ...record, refusals: record.refusals - 1 })
      return { file: undefined, as }
    }
  }
}

/** The page after the item named `after`, which may itself be gone by now. */
export const pageOf = <A extends { readonly id: string; readonly seq: number }>(
  known: ReadonlyMap<string, A>,
  sorted: ReadonlyArray<A>,
  { after, limit }: Page,
  order: "asc" | "desc"
): { readonly data: ReadonlyArray<A>; readonly hasMore: boolean } => {
  const anchor = after === undefined ? undefined : known.get(after)?.seq
  if (after !== undefined && anchor === undefined) throw invalidValue("after", `Invalid cursor: no item has the id '${after}'.`)
  const rest = anchor === undefined ? sorted : sorted.filter((item) => (order === "asc" ? item.seq > anchor : item.seq < anchor))
  return { data: rest.slice(0, limit), hasMore: limit < rest.length }
}
