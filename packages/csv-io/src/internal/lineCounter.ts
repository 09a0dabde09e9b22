/** Counts physical lines up to offsets that rise: nobody asks for the line of a good record, so that lines are counted in great strides. */
export class LineCounter {
  /** The line of offset 0. */
  private firstLine = 1
  private offset = 0
  private line = 1

  /** The line of an offset in the bytes, one a character; from 1. Lone CRs end lines only where the file's first line ends with one. */
  at(offset: number, text: string, loneCr: boolean): number {
    if (offset < this.offset) {
      this.offset = 0
      this.line = this.firstLine
    }
    for (let p = text.indexOf("\n", this.offset); p !== -1 && p < offset; p = text.indexOf("\n", p + 1)) this.line++
    if (loneCr) {
      for (let p = text.indexOf("\r", this.offset); p !== -1 && p < offset; p = text.indexOf("\r", p + 1)) {
        if (text[p + 1] !== "\n") this.line++
      }
    }
    this.offset = offset
    return this.line
  }

  /** What is before an offset is about to be discarded. */
  discard(offset: number, text: string, loneCr: boolean): void {
    this.firstLine = this.at(offset, text, loneCr)
    this.offset = 0
  }
}
