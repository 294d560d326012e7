import { defineWorkspace } from '@spartito/workspace'

/**
 * The workspace that is built into the Workers and runs until another is published. Its sources are switched off: publish
 * yours with `PUT /admin/workspace`, or write it here and deploy.
 */
export default defineWorkspace({
  sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_replace_me', disabled: true }],
})
