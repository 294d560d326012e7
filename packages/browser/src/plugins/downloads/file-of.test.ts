import { expect, test } from 'vitest'
import { type DownloadedFile, defaultExtensions, fileOf } from './file-of.ts'

test.each<[what: string, href: string, name: string | null, wanted: DownloadedFile | undefined]>([
  ['a file by its extension', '/files/price-list.pdf', null, { fileName: 'price-list.pdf', extension: 'pdf' }],
  ['in upper case', '/Price.PDF', null, { fileName: 'Price.PDF', extension: 'pdf' }],
  ['with a query', '/a.csv?key=secret', null, { fileName: 'a.csv', extension: 'csv' }],
  ['a page', '/about', null, undefined],
  ['a page with an extension', '/about.html', null, undefined],
  ['a folder whose name looks like a file', '/archive.zip/', null, undefined],
  ['a host that looks like a file', 'https://my.zip', null, undefined],
  ['an extension in the query alone', '/open?file=a.pdf', null, undefined],
  ['a download by attribute', '/report', '', { fileName: 'report', extension: '' }],
  ['a download with a name', '/r/17', 'report.html', { fileName: 'report.html', extension: 'html' }],
  ['a download of data', 'data:text/csv,a', 'list.csv', { fileName: 'list.csv', extension: 'csv' }],
])('%s', (_what, href, name, wanted) => {
  expect(fileOf(new URL(href, 'https://shop.example/x/'), name, defaultExtensions)).toEqual(wanted)
})

test('a download of data that has no name tells none of the data', () => {
  expect(fileOf(new URL('data:text/csv,eve@example.com'), '', defaultExtensions)).toEqual({
    fileName: '',
    extension: '',
  })
})
