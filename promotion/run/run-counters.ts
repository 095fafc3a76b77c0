/** What was done at one target. */
export interface TargetCounts {
  /** Blobs, manifests and files that were written. */
  objects: number;
  /** Bytes of the objects that were uploaded. */
  bytes: number;
  /** Blobs that were mounted from another repository of the registry. */
  mounted: number;
  tags: number;
}

/** What a run has done so far, for progress, report and metrics. */
export class RunCounters {
  /** Bytes that arrived from sources. */
  read = 0;
  /** Bytes of the distinct blobs and files that some target lacked. */
  distinct = 0;
  /** Bytes of those that are done. */
  done = 0;
  /** Blobs and files that some target lacked. */
  objects = 0;
  objectsDone = 0;
  readonly targets = new Map<string, TargetCounts>();
  /** Called after each change. */
  onChange: () => void = () => {};

  addRead(bytes: number): void {
    this.read += bytes;
    this.onChange();
  }

  addObject(size: number): void {
    this.objects++;
    this.distinct += size;
    this.onChange();
  }

  finishObject(size: number): void {
    this.objectsDone++;
    this.done += size;
    this.onChange();
  }

  /** @param bytes @default none: it was mounted */
  addWritten(target: string, bytes?: number): void {
    const counts = this.#countsOf(target);
    if (bytes === undefined) counts.mounted++;
    else {
      counts.objects++;
      counts.bytes += bytes;
    }
  }

  addTag(target: string): void {
    this.#countsOf(target).tags++;
  }

  #countsOf(target: string): TargetCounts {
    const counts = this.targets.get(target) ?? { objects: 0, bytes: 0, mounted: 0, tags: 0 };
    this.targets.set(target, counts);
    return counts;
  }
}
