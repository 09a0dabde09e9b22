import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { isPublic } from "../src/internal/publicAddress.js"

it("addresses that lead inside are not public, however they are written", () => {
  for (const address of [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "0:0:0:0:0:ffff:a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "::127.0.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "",
    "localhost",
    "example.com",
    "1.2.3",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "0177.0.0.1",
    "08.8.8.8",
    "127.1",
    "2130706433",
    "8.8.8.8.",
    "127.0.0.1.",
    " 8.8.8.8",
    "8.8.8.8/32",
    "1.2.3.4.5",
    "256.1.1.1",
    "192.0.0.8",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "::ffff:0:8.8.8.8",
    "::FFFF:7F00:1",
    "0000:0000:0000:0000:0000:ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
    "[::1]",
    "::1%lo",
    "2606:4700::1111%eth0",
    "2002:808:808::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2620:4f:8000::1",
    "100:0:0:1::1",
    "5f00::1",
    "200::1",
    "4000::1",
    "e000::1",
    "fe00::1"
  ]) {
    assert.isFalse(isPublic(address), address)
  }
})

it("addresses of the internet are public", () => {
  for (const address of [
    "1.1.1.1",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.1",
    "100.128.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8"
  ]) {
    assert.isTrue(isPublic(address), address)
  }
})

it("an IPv4 address and the same one inside an IPv6 address are judged alike", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.ipV4(), (address) => {
      assert.strictEqual(isPublic(`::ffff:${address}`), isPublic(address), address)
      assert.strictEqual(isPublic(`64:ff9b::${address}`), isPublic(address), address)
    })
  )
})
