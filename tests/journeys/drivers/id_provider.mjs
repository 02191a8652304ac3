// A provider of identities for the journeys: oidc-provider as it comes, with its own pages for development.
// Whoever types a login is somebody, unless the harness has disabled them by a line on standard input.
import { createInterface } from 'node:readline'
import { asked, loadModule } from './wire.mjs'

const { default: Provider } = await loadModule('oidc-provider')
const [own, server] = [`http://127.0.0.1:${asked.port}`, asked.host]
const disabled = new Set()

const named = sub => ({
  sub,
  given_name: sub[0].toUpperCase() + sub.slice(1),
  family_name: 'Byron',
  groups: [sub === 'mallory' ? 'guests' : 'staff'],
  email: `${sub}@engines.example`,
  email_verified: true,
})

const provider = new Provider(own, {
  clients: [
    {
      client_id: 'chappe',
      client_secret: 'between these two',
      redirect_uris: [`${server}/sign-in/back`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      backchannel_logout_uri: `${server}/sign-in/logout`,
      backchannel_logout_session_required: true,
    },
  ],
  pkce: { required: () => true },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['given_name', 'family_name', 'groups'], email: ['email', 'email_verified'] },
  cookies: { keys: ['of a journey'] },
  rotateRefreshToken: true, // as strict as any is: each serves once
  fetch: (url, { dispatcher, ...options }) => fetch(url, options), // to this machine too, which it refuses by default
  findAccount: (_, sub) => (disabled.has(sub) ? undefined : { accountId: sub, claims: () => named(sub) }),
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 3600, IdToken: 60, Interaction: 600, RefreshToken: 3600, Session: 3600 },
})
for (const event of ['backchannel.error', 'server_error']) provider.on(event, (_, error) => console.error(error))
provider.listen(asked.port, '127.0.0.1', () => console.log('listens'))

createInterface({ input: process.stdin }).on('line', who => {
  disabled.add(who)
  console.log('done')
})
