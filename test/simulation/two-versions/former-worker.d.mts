/** What former-worker.mjs gives: the same functions as of the present version, as they were before the table `pushes`. */
export declare const createInvoices: typeof import("../../../src/actions/create-invoices.ts").createInvoices;
export declare const disconnectCompany: typeof import("../../../src/actions/disconnect-company.ts").disconnectCompany;
export declare const removeInstance: typeof import("../../../src/actions/retire-instance.ts").retireInstance;
export declare const saveInstance: typeof import("../../../src/actions/change-instance.ts").changeInstance;
export declare const receiveIntuitWebhook: typeof import("../../../src/inbox/intuit-webhook.ts").receiveIntuitWebhook;
export declare const receiveDelivery: typeof import("../../../src/inbox/receive.ts").receiveDelivery;
export declare const consumePushes: typeof import("../../../src/pushes/queue/consumer.ts").consumePushes;
export declare const consumeDeadLetters: typeof import("../../../src/pushes/queue/dead-letters.ts").consumeDeadLetters;
export declare const settleWaiting: typeof import("../../../src/pushes/hold-or-resume.ts").holdOrResume;
export declare const linkInvoice: typeof import("../../../src/invoicing/by-hand/fix.ts").linkInvoice;
export declare const makeActiveAgain: typeof import("../../../src/invoicing/by-hand/fix.ts").makeActiveAgain;
export declare const useAnotherNumber: typeof import("../../../src/invoicing/by-hand/fix.ts").useAnotherNumber;
export declare const sendInvoices: typeof import("../../../src/invoicing/by-hand/send-invoices.ts").sendInvoices;
export declare const sweep: typeof import("../../../src/pushes/queue/sweep.ts").sweep;
export declare const voidInvoice: typeof import("../../../src/invoicing/by-hand/void-invoice.ts").voidInvoice;
