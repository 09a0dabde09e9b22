/**
 * The server is on its way out: what would last is ended, what is asked anew is sent elsewhere.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Layer from "effect/Layer"

/**
 * Done as soon as a stop begins.
 *
 * @since 0.1.0
 * @category tags
 */
export class Stopping extends Context.Tag("@batchlabel/http/Stopping")<Stopping, Deferred.Deferred<void>>() {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Stopping> = Layer.effect(Stopping, Deferred.make<void>())
