import type { RequestTemplate } from './request-template.ts'
import type { HttpSettings } from './settings.ts'

/*
 * Read in the vendors' documentation on 2026-11-22:
 * Slack    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * Braze    https://www.braze.com/docs/api/endpoints/user_data/post_user_track and …/post_user_delete
 * HubSpot  https://developers.hubspot.com/docs/api-reference/2026-03/crm/objects/contacts/batch/upsert-contacts; of its deletion the page of the version
 *          before, …/legacy/crm/objects/contacts/gdpr/gdpr-delete-contact, with the dated path of HubSpot's own clients
 * Klaviyo  https://developers.klaviyo.com/en/reference/create_event, …/events_api_overview and …/request_profile_deletion
 * Slack's incoming webhooks delete nothing.
 */

const slackPost = (text: string): RequestTemplate => ({
  url: 'https://hooks.slack.com/services/{{secret}}',
  body: { text },
})

/**
 * A message in a Slack channel. The secret is what follows `/services/` in the URL of the incoming webhook, `T…/B…/…`. The text names
 * no trait: in Slack's markup a visitor could call the whole channel by one.
 */
const slack: HttpSettings = {
  secret: { env: 'SLACK_WEBHOOK' },
  entered: slackPost('A profile has entered {{audience}}: {{profileId}}'),
  exited: slackPost('A profile has left {{audience}}: {{profileId}}'),
}

const brazeTrack = (body: RequestTemplate['body']): RequestTemplate => ({
  url: 'https://rest.iad-01.braze.com/users/track',
  headers: { authorization: 'Bearer {{secret}}' },
  needs: ['identifiers.user_id'],
  body,
})

/**
 * A custom attribute `in_<audience>` of a Braze user, and custom events. The host is that of your own cluster; the key needs
 * `users.track`, and `users.delete` for who is erased. Braze takes 50 ids of one kind for deletion, and refuses more.
 */
const braze: HttpSettings = {
  secret: { env: 'BRAZE_KEY' },
  batch: 75,
  entered: brazeTrack({ attributes: [{ external_id: '{{identifiers.user_id}}', 'in_{{audience}}': true }] }),
  exited: brazeTrack({ attributes: [{ external_id: '{{identifiers.user_id}}', 'in_{{audience}}': false }] }),
  event: {
    ...brazeTrack({
      events: [
        {
          external_id: '{{identifiers.user_id}}',
          name: '{{event.event}}',
          time: '{{at}}',
          properties: '{{event.properties}}',
        },
      ],
    }),
    needs: ['identifiers.user_id', 'event.event'],
  },
  erased: {
    url: 'https://rest.iad-01.braze.com/users/delete',
    headers: { authorization: 'Bearer {{secret}}' },
    body: { external_ids: '{{all.user_id}}' },
  },
}

const hubspotUpsert = (value: string): RequestTemplate => ({
  url: 'https://api.hubapi.com/crm/objects/2026-03/contacts/batch/upsert',
  headers: { authorization: 'Bearer {{secret}}' },
  needs: ['identifiers.email'],
  body: {
    inputs: [{ idProperty: 'email', id: '{{identifiers.email}}', properties: { 'in_{{audience}}': value } }],
  },
})

/**
 * A property `in_<audience>` of a HubSpot contact, found or made by its e-mail. Make the property first (a single checkbox): HubSpot
 * refuses those that it does not know. Its names hold a–z, 0–9 and `_`, so give such an audience an id without `-`. The token needs
 * `crm.objects.contacts.write`. Who is erased is deleted for good, by each e-mail address; one that HubSpot does not know it takes too, and blocks from then on.
 */
const hubspot: HttpSettings = {
  secret: { env: 'HUBSPOT_TOKEN' },
  batch: 100,
  entered: hubspotUpsert('true'),
  exited: hubspotUpsert('false'),
  erased: {
    url: 'https://api.hubapi.com/crm/objects/2026-03/contacts/gdpr-delete',
    headers: { authorization: 'Bearer {{secret}}' },
    each: 'email',
    body: { objectId: '{{identifiers.email}}', idProperty: 'email' },
  },
}

const klaviyoHeaders = {
  authorization: 'Klaviyo-API-Key {{secret}}',
  revision: '2026-04-15',
  accept: 'application/vnd.api+json',
  'content-type': 'application/vnd.api+json',
}

const klaviyoEvent = (metric: string, properties: RequestTemplate['body']): RequestTemplate => ({
  url: 'https://a.klaviyo.com/api/events',
  headers: klaviyoHeaders,
  needs: ['identifiers.email'],
  body: {
    data: {
      type: 'event',
      attributes: {
        unique_id: '{{id}}',
        time: '{{at}}',
        metric: { data: { type: 'metric', attributes: { name: metric } } },
        profile: {
          data: {
            type: 'profile',
            attributes: { email: '{{identifiers.email}}', external_id: '{{identifiers.user_id}}' },
          },
        },
        properties: properties!,
      },
    },
  },
})

/**
 * Events of a Klaviyo profile, which flows and segments can begin with; `unique_id` makes a repeated one count once. The key needs
 * `data-privacy:write` for who is erased: one job an e-mail address, 3 a second and 60 a minute.
 */
const klaviyo: HttpSettings = {
  secret: { env: 'KLAVIYO_KEY' },
  entered: klaviyoEvent('Audience Entered', { audience: '{{audience}}' }),
  exited: klaviyoEvent('Audience Exited', { audience: '{{audience}}' }),
  event: {
    ...klaviyoEvent('{{event.event}}', '{{event.properties}}'),
    needs: ['identifiers.email', 'event.event', 'event.properties'],
  },
  erased: {
    url: 'https://a.klaviyo.com/api/data-privacy-deletion-jobs',
    headers: klaviyoHeaders,
    each: 'email',
    body: {
      data: {
        type: 'data-privacy-deletion-job',
        attributes: { profile: { data: { type: 'profile', attributes: { email: '{{identifiers.email}}' } } } },
      },
    },
  },
}

/** Settings of the kind `http` that are ready for a tool: copy one, and set its secret. */
export const readyHttp = { slack, braze, hubspot, klaviyo } as const satisfies Record<string, HttpSettings>
