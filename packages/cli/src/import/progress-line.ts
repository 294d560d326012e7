/** How long something takes, for people: `42 s`, `7 min`, `2 h 5 min`. */
export const formatSeconds = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The line that says how far a sending is. @param since rows that were sent before this start, which its rate leaves out */
export const progressText = (sent: number, rows: number, since: number, seconds: number): string => {
  const rate = (sent - since) / Math.max(seconds, 0.001)
  const left = rate > 0 ? `, ${formatSeconds((rows - sent) / rate)} left` : ''
  const share = rows === 0 ? 100 : Math.floor((sent / rows) * 100)
  return `${sent.toLocaleString('en')} of ${rows.toLocaleString('en')} rows (${share} %), ${Math.round(rate).toLocaleString('en')} rows/s${left}`
}

const everyMs = 500

/** One line of a terminal that is written over and over; says nothing where it is not shown. */
export const createProgressLine = (isShown: boolean) => {
  let lastAt = 0
  let isOpen = false
  return {
    show(text: () => string): void {
      if (!isShown || Date.now() - lastAt < everyMs) return
      lastAt = Date.now()
      isOpen = true
      process.stderr.write(`\r\u001b[2K${text()}`)
    },
    /** a line that stays */
    say(text: string): void {
      if (!isShown) return
      process.stderr.write(`${isOpen ? '\r\u001b[2K' : ''}${text}\n`)
      isOpen = false
    },
    end(): void {
      if (isOpen) process.stderr.write('\r\u001b[2K')
      isOpen = false
    },
  }
}
