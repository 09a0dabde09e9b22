import { useEffect, useRef, useState } from "react"

/** A value that follows another at most every `ms`: at once after a rest, else when the time is up. */
export const useThrottled = <A>(value: A, ms: number): A => {
  const [shown, setShown] = useState(value)
  const last = useRef(0)
  useEffect(() => {
    const wait = Math.max(0, last.current + ms - Date.now())
    const timer = setTimeout(() => {
      last.current = Date.now()
      setShown(value)
    }, wait)
    return () => clearTimeout(timer)
  }, [value, ms])
  return shown
}
