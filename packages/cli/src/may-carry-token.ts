/** Whether an administrator's token may be sent to an address: nowhere unencrypted but to this machine. */
export const mayCarryToken = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
