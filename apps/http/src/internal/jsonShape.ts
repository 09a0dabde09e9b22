/** The shape of a JSON text, looked at before it is read: what is nested deeply, or has very many values, costs more than its bytes. */

/** A task nests a handful of levels, and a request names ten thousand rows at the most. */
export const most = { depth: 64, values: 20_000 }

/** What is wrong with the shape of a text, if anything is. */
export const faultOf = (text: string): string | undefined => {
  let depth = 0
  let values = 1
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (inString) {
      if (unit === 0x5c) at++
      else if (unit === 0x22) inString = false
    } else if (unit === 0x22) inString = true
    else if (unit === 0x5b || unit === 0x7b) {
      depth++
      values++
      if (depth > most.depth) return `it is nested more than ${most.depth} levels deep`
    } else if (unit === 0x5d || unit === 0x7d) depth--
    else if (unit === 0x2c) values++
    if (values > most.values) return `it has more than ${most.values} values`
  }
  return undefined
}
