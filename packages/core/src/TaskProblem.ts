/**
 * The codes `BL2xxx`: tasks, templates and parameters.
 *
 * @example
 * ```ts
 * import * as TaskProblem from "@batchlabel/core/TaskProblem"
 *
 * console.log(Object.keys(TaskProblem.sentences)) // every code of the family
 * ```
 *
 * @since 0.1.0
 */
import * as Problem from "./Problem.js"

/**
 * What a key of a task may hold.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind =
  | "text"
  | "name"
  | "labels"
  | "label"
  | "label_value"
  | "text_list"
  | "examples"
  | "example"
  | "example_input"
  | "temperature"
  | "fraction"
  | "count"
  | "integer"
  | "json"
  | "keys"
  | "answer"
  | "endpoint"

/**
 * What helps where a model refuses a parameter: remove it, turn reasoning off, use the newer name, or another answer form.
 *
 * @since 0.1.0
 * @category models
 */
export type Remedy = "remove" | "effort_none" | "max_completion_tokens" | "answer"

type Place = { readonly path: string; readonly line: number | undefined }

type Part = { readonly task: string; readonly part: string; readonly line: number | undefined }

const at = ({ line, path }: Place): string => (line === undefined ? path : `${path}:${line}`)

const partOf = ({ line, part, task }: Part): string => `${part} of task '${task}'${line === undefined ? "" : `, line ${line}`}`

/**
 * One plain sentence for each code.
 *
 * @since 0.1.0
 * @category problems
 */
export const sentences = {
  BL2001: (p: Place & { detail: string }) => `The task file is neither YAML nor JSON: ${at(p)}: ${p.detail}`,
  BL2002: (p: Place & { key: string }) => `The task has no '${p.key}': ${at(p)}`,
  BL2003: (p: Place & { key: string; nearest: string | undefined; known: ReadonlyArray<string> }) =>
    `The task has an unknown key '${p.key}': ${at(p)}`,
  BL2004: (p: Place & { key: string; expected: Kind; actual: string }) => `'${p.key}' cannot be ${p.actual}: ${at(p)}`,
  BL2005: (p: Place & { key: string; value: string }) => `Two labels have the value '${p.value}': ${at(p)} (${p.key})`,
  BL2006: (p: Place & { key: string; value: string }) =>
    `Answers are numbers, but the label value '${p.value}' is not one: ${at(p)} (${p.key})`,
  BL2007: (p: Place & { key: string; value: string; labels: ReadonlyArray<string> }) =>
    `The example's label '${p.value}' is not one of ${p.labels.join(", ")}: ${at(p)} (${p.key})`,
  BL2008: (p: Place & { parameter: string; instead: string | undefined }) =>
    `'${p.parameter}' is not allowed in parameters: ${at(p)}`,
  BL2009: (p: Place & { parameter: string; endpoint: string }) => `${p.endpoint} has no parameter '${p.parameter}': ${at(p)}`,
  BL2010: (p: { task: string; part: string; line: number | undefined; column: number | undefined; detail: string }) =>
    `${partOf(p)} is not a valid template: ${p.detail}`,
  BL2011: (p: Part & { variable: string; columns: ReadonlyArray<string>; nearest: string | undefined }) =>
    `${partOf(p)} uses '${p.variable}', which is not a column. Columns: ${Problem.quoted(p.columns)}`,
  BL2012: (p: Part & { variable: string }) => `${partOf(p)} uses '${p.variable}' as text, which it is not`,
  BL2013: (p: { task: string; variable: string; line: number | undefined }) =>
    `${partOf({ task: p.task, part: "system", line: p.line })} uses the column '${p.variable}', but system is the same for every row`,
  BL2014: (p: { task: string; columns: ReadonlyArray<string> }) => `The template of task '${p.task}' uses no column`,
  BL2015: (p: { task: string; part: string; detail: string }) => `${p.part} of task '${p.task}' cannot be rendered: ${p.detail}`,
  BL2016: (p: { name: string; names: ReadonlyArray<string>; nearest: string | undefined }) =>
    `There is no preset '${p.name}'. Presets: ${p.names.join(", ")}`,
  BL2017: (p: Place & { key: string; column: string }) => `Two output columns are named '${p.column}': ${at(p)} (${p.key})`,
  BL2018: (p: { path: string; actual: string }) => `Not a task: ${p.path} holds ${p.actual}`,
  BL2019: (p: Place & { count: number }) => `A JSON Schema cannot list ${p.count} labels: ${at(p)}`,
  BL2020: (p: { path: string; detail: string }) => `Cannot open the task file ${p.path}: ${p.detail}`,
  BL2073: (p: Place & { parameter: string; endpoint: string; nearest: string | undefined }) =>
    `${p.endpoint} has no parameter '${p.parameter}': ${at(p)}`,
  BL2080: (p: { task: string; model: string; parameter: string; value: string; remedy: Remedy }) =>
    `Model '${p.model}' does not accept ${p.parameter}: ${p.value} (task '${p.task}')`,
  BL2081: (p: { task: string; model: string; value: string; supported: ReadonlyArray<string> }) =>
    `Model '${p.model}' does not accept reasoning_effort '${p.value}', only ${p.supported.join(", ")} (task '${p.task}')`,
  BL2082: (p: { task: string; endpoint: string; parameter: string; value: string; expected: string }) =>
    `${p.endpoint} does not accept ${p.parameter}: ${p.value}, only ${p.expected} (task '${p.task}')`,
  BL2083: (p: { task: string; parameter: string; needed: string }) => `${p.parameter} requires ${p.needed} (task '${p.task}')`,
  BL2084: (p: { task: string; parameter: string; other: string }) =>
    `${p.parameter} and ${p.other} cannot be combined (task '${p.task}')`
}

/**
 * Makes a problem of a task: a code of this family with its data.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Problem.family(sentences)
