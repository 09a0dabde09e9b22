/**
 * Prices in US dollars per million tokens, and the dates on which models are shut.
 *
 * Read from OpenAI's pricing page between 2026-09-22 and 2026-09-29 unless an entry says otherwise; retirement dates from the model list
 * of `openai` 7.57.0 (2026-11-13). An entry without prices is a model whose price was not on the page: it costs "no price", not a guess.
 * A missing batch `cached` means that the page lists no discount for cached tokens in a batch: they cost what input costs.
 *
 * @since 0.1.0
 */
import type { PriceFile } from "../PriceBook.js"

const longContext = { above: 272_000, input: 2, output: 1.5 }

/**
 * @since 0.1.0
 * @category data
 */
export const prices: PriceFile = {
  date: "2026-09-22",
  source: "https://developers.openai.com/api/docs/pricing",
  models: [
    {
      model: "gpt-6-astra",
      standard: { input: 10, cached: 1, output: 50 },
      batch: { input: 5, cached: 0.5, cacheWrite: 6.25, output: 25 },
      longContext
    },
    {
      model: "gpt-6.1-sol",
      standard: { input: 2, cached: 0.1, cacheWrite: 2.5, output: 10 },
      longContext,
      date: "2026-10-09"
    },
    {
      model: "gpt-6-sol",
      standard: { input: 2, cached: 0.2, output: 10 },
      batch: { input: 1, cached: 0.1, cacheWrite: 1.25, output: 5 },
      longContext
    },
    {
      model: "gpt-6-luna",
      standard: { input: 0.1, cached: 0.01, output: 0.5 },
      batch: { input: 0.05, cached: 0.005, cacheWrite: 0.0625, output: 0.25 },
      longContext,
      date: "2026-10-05"
    },
    {
      model: "gpt-5.6-sol",
      standard: { input: 4, cached: 0.4, output: 20 },
      batch: { input: 2, cached: 0.2, cacheWrite: 2.5, output: 10 },
      longContext,
      note: "promotional price until at least 2026-11-21; afterwards it may be 5 / 0.5 / 30 again"
    },
    {
      model: "gpt-5.6-terra",
      standard: { input: 2, cached: 0.2, output: 12 },
      batch: { input: 1, cached: 0.1, cacheWrite: 1.25, output: 6 },
      longContext
    },
    {
      model: "gpt-5.6-luna",
      standard: { input: 0.2, cached: 0.02, output: 1.2 },
      batch: { input: 0.1, cached: 0.01, cacheWrite: 0.125, output: 0.6 },
      longContext
    },
    {
      model: "gpt-5.5",
      standard: { input: 5, cached: 0.5, output: 30 },
      batch: { input: 2.5, cached: 0.25, output: 15 },
      longContext
    },
    { model: "gpt-5.5-pro", standard: { input: 30, output: 180 }, batch: { input: 15, output: 90 }, longContext },
    { model: "gpt-5.4-pro", standard: { input: 30, output: 180 }, batch: { input: 15, output: 90 }, longContext },
    {
      model: "gpt-5.4",
      standard: { input: 2.5, cached: 0.25, output: 15 },
      batch: { input: 1.25, cached: 0.13, output: 7.5 },
      longContext
    },
    {
      model: "gpt-5.4-mini",
      standard: { input: 0.75, cached: 0.075, output: 4.5 },
      batch: { input: 0.375, cached: 0.0375, output: 2.25 },
      longContext
    },
    {
      model: "gpt-5.4-nano",
      standard: { input: 0.2, cached: 0.02, output: 1.25 },
      batch: { input: 0.1, cached: 0.01, output: 0.625 },
      longContext,
      retires: "2027-04-01"
    },
    {
      model: "gpt-5.2",
      standard: { input: 1.75, cached: 0.175, output: 14 },
      batch: { input: 0.875, cached: 0.0875, output: 7 }
    },
    {
      model: "gpt-5.1",
      standard: { input: 1.25, cached: 0.125, output: 10 },
      batch: { input: 0.625, cached: 0.0625, output: 5 },
      retires: "2027-04-01"
    },
    {
      model: "gpt-5",
      standard: { input: 1.25, cached: 0.125, output: 10 },
      batch: { input: 0.625, cached: 0.0625, output: 5 },
      retires: "2026-12-11"
    },
    {
      model: "gpt-5-mini",
      standard: { input: 0.25, cached: 0.025, output: 2 },
      batch: { input: 0.125, cached: 0.0125, output: 1 },
      retires: "2026-12-11"
    },
    {
      model: "gpt-5-nano",
      standard: { input: 0.05, cached: 0.005, output: 0.4 },
      batch: { input: 0.025, cached: 0.0025, output: 0.2 },
      retires: "2026-12-11"
    },
    {
      model: "gpt-4.1",
      standard: { input: 2, cached: 0.5, output: 8 },
      batch: { input: 1, output: 4 },
      retires: "2027-01-14"
    },
    {
      model: "gpt-4.1-mini",
      standard: { input: 0.4, cached: 0.1, output: 1.6 },
      batch: { input: 0.2, output: 0.8 },
      retires: "2027-01-14"
    },
    {
      model: "gpt-4.1-nano",
      standard: { input: 0.1, cached: 0.025, output: 0.4 },
      batch: { input: 0.05, output: 0.2 },
      retires: "2026-10-23"
    },
    {
      model: "gpt-4o",
      standard: { input: 2.5, cached: 1.25, output: 10 },
      batch: { input: 1.25, output: 5 },
      retires: "2027-01-14"
    },
    { model: "gpt-4o-2024-05-13", match: "exact", retires: "2026-10-23" },
    {
      model: "gpt-4o-mini",
      standard: { input: 0.15, cached: 0.075, output: 0.6 },
      batch: { input: 0.075, output: 0.3 },
      retires: "2027-01-14"
    },
    {
      model: "o3",
      standard: { input: 2, cached: 0.5, output: 8 },
      batch: { input: 1, output: 4 },
      retires: "2026-12-11"
    },
    { model: "o3-pro", standard: { input: 20, output: 80 }, batch: { input: 10, output: 40 } },
    {
      model: "o4-mini",
      standard: { input: 1.1, cached: 0.275, output: 4.4 },
      batch: { input: 0.55, output: 2.2 },
      retires: "2026-10-23"
    },
    {
      model: "o3-mini",
      standard: { input: 1.1, cached: 0.55, output: 4.4 },
      batch: { input: 0.55, output: 2.2 },
      retires: "2026-10-23"
    },
    {
      model: "o1",
      standard: { input: 15, cached: 7.5, output: 60 },
      batch: { input: 7.5, output: 30 },
      retires: "2026-10-23"
    },
    { model: "o1-pro", standard: { input: 150, output: 600 }, batch: { input: 75, output: 300 } },
    { model: "gpt-4-turbo", retires: "2026-10-23" },
    { model: "gpt-4", retires: "2026-10-23" },
    { model: "gpt-3.5-turbo", retires: "2026-10-23" },
    {
      model: "text-embedding-3-small",
      standard: { input: 0.02, output: 0 },
      source: "@pydantic/genai-prices 0.1.8",
      date: "2026-09-23"
    },
    {
      model: "text-embedding-3-large",
      standard: { input: 0.13, output: 0 },
      source: "@pydantic/genai-prices 0.1.8",
      date: "2026-09-23"
    },
    {
      model: "text-embedding-ada-002",
      standard: { input: 0.1, output: 0 },
      source: "@pydantic/genai-prices 0.1.8",
      date: "2026-09-23"
    }
  ]
}
