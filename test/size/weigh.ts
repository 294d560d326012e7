import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface Weight {
  rawBytes: number
  gzipBytes: number
  brotliBytes: number
}

/** What a file weighs as it is and on the wire: gzip 9 and brotli 11, in bytes. */
export const weigh = (bytes: Buffer): Weight => ({
  rawBytes: bytes.length,
  gzipBytes: gzipSync(bytes, { level: 9 }).length,
  brotliBytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } })
    .length,
})
