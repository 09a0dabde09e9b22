import * as Duration from "effect/Duration"
import { describe, expect, it } from "vitest"
import * as Values from "../src/Values.js"

describe("values of flags", () => {
  it("reads counts with separators and units, and nothing below one", () => {
    expect(["500", "50_000", "50,000", "2M", "1.5k"].map(Values.count)).toEqual([500, 50_000, 50_000, 2_000_000, 1_500])
    expect(["0", "-1", "1.5", "x", "", "1e9", "99999999999999999"].map(Values.count)).toEqual(Array(7).fill(undefined))
  })

  it("reads sizes in decimal and binary units", () => {
    expect(["190000000", "100MB", "64MiB", "1.5 kB"].map(Values.bytes)).toEqual([190_000_000, 100_000_000, 67_108_864, 1_500])
    expect(["0", "MB", "10 apples"].map(Values.bytes)).toEqual([undefined, undefined, undefined])
  })

  it("reads times; a bare number is seconds", () => {
    const millis = (text: string) => {
      const duration = Values.duration(text)
      return duration === undefined ? undefined : Duration.toMillis(duration)
    }
    expect(["500ms", "30s", "30", "5m", "2h", "0.5s", "0"].map(millis)).toEqual([500, 30_000, 30_000, 300_000, 7_200_000, 500, 0])
    expect(["", "-1s", "soon", "5 weeks"].map(millis)).toEqual(Array(4).fill(undefined))
  })

  it("reads samples as rows or as a share", () => {
    expect(["100", "1%", "0.5 %", "100%"].map(Values.sample)).toEqual([
      { rows: 100 },
      { share: 0.01 },
      { share: 0.005 },
      { share: 1 }
    ])
    expect(["0", "0%", "101%", "some"].map(Values.sample)).toEqual(Array(4).fill(undefined))
  })

  it("reads temperatures from 0 to 2 and prices with at most six decimals", () => {
    expect(["0", "0.3", "2"].map(Values.temperature)).toEqual([0, 0.3, 2])
    expect(["3", "-0.1", "hot"].map(Values.temperature)).toEqual(Array(3).fill(undefined))
    expect(["0.075", "1", "0.0000001"].map(Values.price)).toEqual([0.075, 1, undefined])
  })
})
