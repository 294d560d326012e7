import { clearDiary, note, tell } from './diary.client.js'
import { byId } from './dom.client.js'
import { recall, remember } from './memory.client.js'

/** @returns {{ userId: string, plan: string } | undefined} who is signed in, as the shop's own session knows it */
export const readUser = () => recall('user')

const showAccount = () => {
  const user = readUser()
  byId('account').textContent = user ? user.userId : 'Sign in'
  byId('sign-out').hidden = !user
  const form = document.getElementById('sign-in')
  if (!form) return // another page
  form.hidden = Boolean(user)
  byId('signed-in').hidden = !user
  byId('signed-in').textContent = user ? `Signed in as ${user.userId}, plan ${user.plan}.` : ''
}

/** @param {SubmitEvent} event */
const signIn = (event) => {
  event.preventDefault()
  const fields = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget))
  const userId = String(fields.get('userId')).trim()
  const plan = String(fields.get('plan'))
  if (userId === '') return
  remember('user', { userId, plan })
  window.spartito.identify(userId, { plan })
  note('identify', `${userId}, plan ${plan}`)
  showAccount()
}

/** The event first, while the tag still knows who signs out; then `reset`, so that the next visitor is nobody yet. */
const signOut = () => {
  remember('user', undefined)
  clearDiary()
  tell('Signed Out')
  window.spartito.reset()
  showAccount()
}

export const startAccount = () => {
  document.getElementById('sign-in')?.addEventListener('submit', signIn)
  byId('sign-out').addEventListener('click', signOut)
  showAccount()
}
