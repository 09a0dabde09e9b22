// What is inferred where no callback is given: nothing more than the operation's own.
import * as Collector from "@batchlabel/dataset/Collector"
import * as Splitter from "@batchlabel/dataset/Splitter"
import type * as Effect from "effect/Effect"

type ErrorOf<T> = T extends Effect.Effect<infer _A, infer E, infer _R> ? E : never
type NeedsOf<T> = T extends Effect.Effect<infer _A, infer _E, infer R> ? R : never
/** Fails to compile where `T` is `unknown` or `any`. */
type Tagged<T extends { readonly _tag: string }> = T["_tag"]

declare const source: Parameters<typeof Splitter.split>[0]
declare const options: Omit<Splitter.SplitOptions, "known">
declare const collected: Omit<Collector.CollectOptions, "onResults">

export const split = Splitter.split(source, options)
export const collect = Collector.collect(collected)
export const tags: ReadonlyArray<Tagged<ErrorOf<typeof split>> | Tagged<ErrorOf<typeof collect>>> = ["CsvError", "DatasetError"]
export const needs: [unknown] extends [NeedsOf<typeof split> | NeedsOf<typeof collect>] ? never : true = true
