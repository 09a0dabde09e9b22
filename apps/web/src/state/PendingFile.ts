/** A file that was dropped on one page and belongs to the next. */

let pending: File | undefined

export const leave = (file: File): void => {
  pending = file
}

export const take = (): File | undefined => {
  const file = pending
  pending = undefined
  return file
}
