/** Does it for each number below `count`, so many at a time. */
export const allOf = async (count: number, clients: number, act: (n: number) => Promise<void>): Promise<void> => {
  let next = 0
  const client = async (): Promise<void> => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: clients }, client))
}
