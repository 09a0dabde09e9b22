/** Codes that say that the server's certificate is not trusted: nothing was sent, and no repetition changes that. */
export const isTrustCode = (code: string | undefined): boolean =>
  code !== undefined && /^(CERT_|ERR_TLS_|SELF_SIGNED_CERT|DEPTH_ZERO|UNABLE_TO_)/.test(code)
