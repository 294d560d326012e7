/** A package of the registry in one version, by the hash of its archive: another archive under that version is refused. */
export interface Package {
  name: string
  version: string
  /** as `npm view NAME@VERSION dist.integrity` prints it */
  integrity: string
}

/**
 * What the peers' builds are made of, the newest of November 2026. Fetched by the commands that measure them, and no dependency
 * of anything: `npm install` knows nothing of them. To renew one: `npm view NAME version dist.integrity`.
 */
export const packages: readonly Package[] = [
  {
    name: '@segment/analytics-next',
    version: '1.84.3',
    integrity: 'sha512-5l7cPBzScxhfJ0zdcKQI4daDvMIWWUk7hClT1xGRelnHUltIEoQ9w8+ZpFPoWJMpX8D7IA1nVAfJbpiKi3XaKw==',
  },
  {
    name: '@rudderstack/analytics-js',
    version: '3.34.1',
    integrity: 'sha512-cci768CvaM64Wr/MDDtLF8K49aPy7TwwfwL9G1a2SSfgwL4XfVfGNVT//Mv8yph0a14pPc/Nf5HDWhVjAD5vQg==',
  },
  {
    name: 'posthog-js',
    version: '1.449.2',
    integrity: 'sha512-vji+h92IHaLlFSEnRH1hwe8uLWGOdDUImmPXexj/+V7Xm7HTxIQisYE/Kom7Aaw4DRpzfdhQxiyAN1YVYR4G8Q==',
  },
  {
    name: '@snowplow/browser-tracker',
    version: '4.10.1',
    integrity: 'sha512-1Kmi6Mtyxwn5BN7BPD63CCb8diNr/cD/ihxHVbnTVc9UQRK9xJALpkpOu90PomVH/GJN2VxVKyeNmPJhGnv9og==',
  },
  {
    name: '@amplitude/analytics-browser',
    version: '2.48.1',
    integrity: 'sha512-KEavyfKaPze3nXxtnOwAh4PCm5saJelzST3vatccs3GuE65uhS9ev/YEFR2r6szi6byZBUKWB0cHjlZ0fMqv2A==',
  },
  {
    name: 'mixpanel-browser',
    version: '2.83.0',
    integrity: 'sha512-TuAh1+6iLv5BB4v9D9qS/QAGeDVOv2r78vFNi36Uy/RAYanOXw2ncXDmvq1BKHdV0vtw3K3YgJJ1i03V3U3qkg==',
  },
  {
    name: '@walkeros/collector',
    version: '4.2.1',
    integrity: 'sha512-pJJWwL01iH/zmsUJNpdg3EKKtxKGt4yODXYe2B//xrRzr07z/Rc14gkAT0pvtYsUnDHEsJENtK4AAM7hc7iw6A==',
  },
  {
    name: '@walkeros/core',
    version: '4.2.1',
    integrity: 'sha512-r8zEdCfh+VYiA7SjQtp9VutG5hSPe3qT1FhcrPp3b5FyYZwD0LzejchGOGUzzepTsVPV0U0UsrshlsEhLZG9jQ==',
  },
  {
    name: '@walkeros/web-core',
    version: '4.2.1',
    integrity: 'sha512-wAHoKzavcRKxoom+uzypx7oYIW/tvCZI5wajvuxFGTeV5ZTtJ8FvLGLemytJLnjUz6JW6Sp9Jhs72li266pqfw==',
  },
  {
    name: '@walkeros/web-source-browser',
    version: '4.2.1',
    integrity: 'sha512-BGHLnoRI0SgTuzKC5AuGvdCgQ2kkwM5cSg57rCnuDAgUQv4F0SR8z0A+7nbZPQln73vlHcubpeQa2iMD5Y/hXQ==',
  },
  {
    name: '@plausible-analytics/tracker',
    version: '0.4.6',
    integrity: 'sha512-nbu6xGgSP6jeYuoVklZBzucUnIpo75tVu3Kr+R0EDycVKaMC/jF5Q/YCaM/8gR4fPZ1IDcXt6FdBJFZ1uZwEPA==',
  },
  {
    name: '@openpanel/web',
    version: '1.4.1',
    integrity: 'sha512-DgUWeocZw+b57YiJjefZPg+6sceR7TdOF8x7Ut75lu3CwcwqGi5jZNPXjikNemGL37aNWXCB4buhcoNan2j7RA==',
  },
]
