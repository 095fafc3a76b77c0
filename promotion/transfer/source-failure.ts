import { StoreError } from "../../stores/store-error";

/** The error of a sink that gets no more bytes, through no fault of its own: it must not try again. */
export class SourceFailure extends StoreError {}
