import { ok, type Result, refuse } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { type Failed, failed } from './failed.ts'

/**
 * Whether a source may import (SPEC WI1, AU4): an import says when things happened, however long ago, and is believed. The
 * key of a page is public, so it may not.
 */
export const mayImport = (source: Source): Result<Source, Failed> =>
  source.kind === 'server'
    ? ok(source)
    : refuse(
        failed(
          403,
          'unauthorized',
          `the source ${source.id} may not import: use the secret key of a source of kind server, or send to /v1/batch`,
        ),
      )
