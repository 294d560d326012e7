import { html } from 'hono/html'
import type { Page } from '../layout.ts'

export const account: Page = {
  title: 'Sign in · Bottega Spartito',
  body: html`
    <section class="sheet" aria-labelledby="account-title">
      <h1 id="account-title">Your account</h1>
      <form id="sign-in">
        <p>No password: this shop believes everybody. Sign in with the same user id in another browser, and both become
          one profile.</p>
        <p class="field">
          <label for="user-id">User id</label>
          <input id="user-id" name="userId" required maxlength="255" autocomplete="username" placeholder="ada">
        </p>
        <p class="field">
          <label for="plan">Plan</label>
          <select id="plan" name="plan">
            <option value="free">Free</option>
            <option value="pro">Pro: for those who play every day</option>
          </select>
        </p>
        <p class="actions"><button class="main">Sign in</button></p>
      </form>
      <p id="signed-in" role="status" hidden></p>
    </section>`,
}
