/**
 * Makes an element. Data only ever becomes a text node or an attribute's value, never markup.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined>} attributes those that are undefined or false are left out
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElement}
 */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value))
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/**
 * @param {string} id
 * @returns {HTMLElement} the page's own element, which is always there
 */
export const byId = (id) => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}
