/** The `Content-Disposition` of a download: a name out of what the client called its file. Source: RFC 6266 and RFC 8187. */
export const attachment = (name: string, suffix: string): string => {
  const stem = name.replace(/\.[^.]{0,5}$/, "").slice(0, 100)
  const file = `${stem === "" ? "data" : stem}${suffix}`
  const ascii = file.replace(/[^A-Za-z0-9 ._-]/g, "_")
  const encoded = encodeURIComponent(Buffer.from(file).toString()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
