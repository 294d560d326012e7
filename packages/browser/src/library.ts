/** How events introduce their sender (`context.library`). The version follows package.json; a test holds it there. */
export const library = { name: '@spartito/browser', version: '0.1.0' }
