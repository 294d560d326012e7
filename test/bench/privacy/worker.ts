interface Keeper {
  startErasure(ask: object): Promise<void>
  erasureState(erasureId: string): Promise<object | null>
}

interface Env {
  LAKE_KEEPER: { getByName(name: string): Keeper }
  LAKE: { put(key: string, body: ArrayBuffer, options: object): Promise<unknown> }
}

/** Activation's module, unchanged, that stores files which the harness made, and erases when it says so. */
export const benchPrivacy = (activation: object) => ({
  ...activation,
  async fetch(request: Request, env: Env): Promise<Response> {
    const keeper = env.LAKE_KEEPER.getByName('lake')
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/file') {
      const customMetadata = JSON.parse(request.headers.get('metadata') ?? '{}') as Record<string, string>
      await env.LAKE.put(searchParams.get('key') ?? '', await request.arrayBuffer(), { customMetadata })
      return new Response(null, { status: 204 })
    }
    if (request.method === 'GET') return Response.json(await keeper.erasureState(searchParams.get('id') ?? ''))
    for (const ask of (await request.json()) as object[]) await keeper.startErasure(ask)
    return new Response(null, { status: 204 })
  },
})
