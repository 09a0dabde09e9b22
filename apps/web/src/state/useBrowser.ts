/** What the browser tells of itself. */
import { useEffect, useState, useSyncExternalStore } from "react"

const subscribeTo =
  (target: EventTarget, names: ReadonlyArray<string>) =>
  (changed: () => void): (() => void) => {
    for (const name of names) target.addEventListener(name, changed)
    return () => {
      for (const name of names) target.removeEventListener(name, changed)
    }
  }

const onLine = subscribeTo(window, ["online", "offline"])
const onVisible = subscribeTo(document, ["visibilitychange"])

export const useOnline = (): boolean => useSyncExternalStore(onLine, () => navigator.onLine)

export const useVisible = (): boolean => useSyncExternalStore(onVisible, () => document.visibilityState === "visible")

/** The time, anew every `interval` ms while the page is seen. */
export const useNow = (interval: number): number => {
  const visible = useVisible()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!visible) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), interval)
    return () => clearInterval(timer)
  }, [visible, interval])
  return now
}

/** A value that follows another once it has rested for `ms`. */
export const useSettled = <A>(value: A, ms: number): A => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** The width of an element in CSS pixels, 0 before it is known. */
export const useWidth = (): readonly [number, (element: HTMLElement | null) => void] => {
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return [width, setElement]
}
