package dev.millrace.allocator;

import dev.millrace.numa.ProcessMemory;

/** Who knows how much memory is behind a range of addresses. Any thread may ask; an answer may take milliseconds. */
interface ResidentMemory {
    /** Nobody knows. */
    ResidentMemory UNKNOWN = (address, bytes) -> new Bytes(0, 0);

    /**
     * An answer; 0 where nobody knows.
     *
     * @param rssBytes memory behind the range
     * @param hugeBytes the part of it in huge pages
     */
    record Bytes(long rssBytes, long hugeBytes) {}

    Bytes of(long address, long bytes);

    /** What the kernel says about this process, where it says something. */
    static ResidentMemory ofProcess() {
        return (address, bytes) -> ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, bytes)
                .map(memory -> new Bytes(memory.rssBytes(), memory.anonHugeBytes() + memory.pooledHugeBytes()))
                .orElse(new Bytes(0, 0));
    }
}
