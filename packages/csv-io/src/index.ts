/**
 * CSV bytes to batches of rows and back: encodings, dialects, header contract, quarantine of broken records.
 *
 * @since 0.1.0
 */
export * as CsvCut from "./CsvCut.js"
export * as CsvError from "./CsvError.js"
export * as CsvProblem from "./CsvProblem.js"
export * as CsvReader from "./CsvReader.js"
export * as CsvWriter from "./CsvWriter.js"
export * as Folder from "./Folder.js"
export * as OutputFile from "./OutputFile.js"
