/**
 * Whether a call that failed may be made again at once: where the platform says so, and never to an object that has more calls than it
 * can do, since that would be one more.
 */
export const mayRepeat = (error: unknown): boolean => {
  const { retryable, overloaded } = (error ?? {}) as { retryable?: unknown; overloaded?: unknown }
  return retryable === true && overloaded !== true
}

/**
 * Makes a call, and once more where the platform may have lost it on the way, as when an object moves. For calls that may be made twice: an
 * object knows events that it has by their messageIds.
 *
 * @param call takes a new stub each time: a broken one stays broken
 */
export const onceMore = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call()
  } catch (error) {
    if (!mayRepeat(error)) throw error
    return call()
  }
}
