/** Sending a file with a progress that can be shown, which `fetch` does not tell. */
import { unreachable } from "./Failure.js"
import { address, failureOf, headersFor } from "./Http.js"
import type { Upload } from "./Wire.js"

/** How the file is to be read, where that cannot be found out from it. */
export interface ReadAs {
  readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "cp949" | undefined
  readonly delimiter?: string | undefined
}

/** `onProgress` is told the share that was sent, from 0 to 1; after that the server still reads the file through. */
export const sendFile = (file: File, readAs: ReadAs, onProgress: (share: number) => void, signal: AbortSignal): Promise<Upload> =>
  new Promise((resolve, reject) => {
    const path = "/v1/uploads"
    const call = new XMLHttpRequest()
    call.open("POST", address(path, { encoding: readAs.encoding, delimiter: readAs.delimiter }))
    for (const [name, value] of Object.entries(headersFor("POST"))) call.setRequestHeader(name, value)
    call.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total)
    })
    call.addEventListener("load", () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText))
      else reject(failureOf(call.status, call.responseText, path))
    })
    call.addEventListener("error", () => reject(unreachable()))
    call.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")))
    signal.addEventListener("abort", () => call.abort(), { once: true })
    const form = new FormData()
    form.set("file", file, file.name)
    call.send(form)
  })
