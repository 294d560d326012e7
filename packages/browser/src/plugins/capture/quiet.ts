/** The same function, but nothing that goes wrong in it reaches the page (QU4): what a page breaks is left out. */
export const quiet =
  <Input extends unknown[]>(work: (...input: Input) => void): ((...input: Input) => void) =>
  (...input) => {
    try {
      work(...input)
    } catch {
      // a page may break anything that is used here
    }
  }
