import { dropsKey, type Row, type Store } from '@spartito/sdk'

const isJson = ([, text]: Row): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * A store of JSON without what is none, such as what a phone that ran out of power has written half: the collector would refuse the whole
 * batch that such a row is in. It is deleted and counted when the store is first read (SPEC QU3).
 */
export const dropUnreadable = (store: Store): Store => {
  let isChecked = false

  const read = async (): Promise<Row[]> => {
    const rows = await store.read()
    if (isChecked) return rows
    const broken = rows.filter((row) => !isJson(row)).map(([key]) => key)
    isChecked = true
    if (broken.length === 0) return rows
    await store.remove(broken)
    const drops = JSON.parse(new Map(await store.read()).get(dropsKey) ?? '{}') as Record<string, number>
    await store.put([[dropsKey, JSON.stringify({ ...drops, unreadable: (drops.unreadable ?? 0) + broken.length })]])
    return store.read()
  }

  return { ...store, read }
}
