import * as Either from "effect/Either"
import { CsvError, InvalidDelimiter } from "../CsvError.js"

const byExtension = (path: string): string => (/\.(tsv|tab)$/i.test(path) ? "\t" : ",")

/** The delimiter to use: the given one (`\t` may be written out), else tab for `.tsv`, else a comma. */
export const resolveDelimiter = (path: string, given: string | undefined): Either.Either<string, CsvError> => {
  if (given === undefined) return Either.right(byExtension(path))
  const delimiter = given === "\\t" ? "\t" : given
  return [...delimiter].length === 1 && !/["\r\n\ufeff]|\p{Surrogate}/u.test(delimiter)
    ? Either.right(delimiter)
    : Either.left(new CsvError({ reason: new InvalidDelimiter({ delimiter: given }) }))
}
