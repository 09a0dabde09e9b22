/** Going from page to page without loading anew. */
import { useSyncExternalStore } from "react"
import * as Route from "../Route.js"

const moved = "batchlabel:moved"

export const goTo = (path: string): void => {
  if (path === location.pathname) return
  history.pushState(null, "", path)
  dispatchEvent(new Event(moved))
  scrollTo(0, 0)
}

const subscribe = (changed: () => void): (() => void) => {
  addEventListener("popstate", changed)
  addEventListener(moved, changed)
  return () => {
    removeEventListener("popstate", changed)
    removeEventListener(moved, changed)
  }
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname)

/** Links within the page, unless the person wants them elsewhere (a new tab, a download). */
export const catchLinks = (event: MouseEvent): void => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest("a") : null
  if (link === null || link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return
  if (Route.parse(link.pathname).page === "unknown") return
  event.preventDefault()
  goTo(link.pathname)
}
