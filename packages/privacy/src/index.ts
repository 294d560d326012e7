export {
  type ExportDocument,
  type ExportedDelivery,
  type ExportedRetention,
  type ExportHead,
  exportFormat,
  type HeldEvent,
  type LakeOfPerson,
  writeExport,
} from './export/document.ts'
export { exportHtml, shownEventsMost } from './export/export-html.ts'
export { type LakeSubject, lakeQueries } from './export/lake-queries.ts'
export { type Overwriting, openOverwriting } from './overwrite/overwriting.ts'
export { receiptLines } from './receipt/receipt-text.ts'
export { type Verified, type VerifiedReceipt, verifyReceipt } from './receipt/verify-receipt.ts'
