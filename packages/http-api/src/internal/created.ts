import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"

/** The schema as the body of a 201; the identifier, which annotating drops, is given again. */
export const created = <A, I, R>(schema: Schema.Schema<A, I, R>, identifier: string): Schema.Schema<A, I, R> =>
  Schema.annotations(schema, { ...HttpApiSchema.annotations<A>({ status: 201 }), identifier })
