/** What a listener asks for as its subprotocol, first; the answer chooses it. */
export const liveProtocol = 'spartito.live'
const tokenPrefix = 'spartito.token.'

export const isWebSocket = ({ headers }: Request): boolean => headers.get('upgrade')?.toLowerCase() === 'websocket'

/**
 * The `Authorization` that a browser's WebSocket stands for: it cannot send headers, so the token comes as a subprotocol, in base64url. Never
 * in the URL, which is logged on the way.
 */
export const authorizationOf = (request: Request): string | undefined => {
  const shown = request.headers.get('authorization')
  if (shown !== null || !isWebSocket(request)) return shown ?? undefined
  const offered = request.headers.get('sec-websocket-protocol')?.split(',') ?? []
  const token = offered.map((name) => name.trim()).find((name) => name.startsWith(tokenPrefix))
  return token && `Bearer ${Buffer.from(token.slice(tokenPrefix.length), 'base64url').toString()}`
}
