package dev.millrace.allocator;

import dev.millrace.numa.RangeSource;
import dev.millrace.numa.ReservationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ranges from the JVM's native heap, for machines where no address range can be reserved. Nothing can be advised or given
 * back; contents are undefined.
 */
final class NativeRanges implements RangeSource {
    /** The native heap's own address, by that of the aligned range inside. */
    private final Map<Long, Long> origins = new ConcurrentHashMap<>();

    @Override
    public long reserve(long bytes) {
        try {
            long origin = Memory.allocateNative(Math.addExact(bytes, ALIGNMENT_BYTES));
            long address = (origin + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
            origins.put(address, origin);
            return address;
        } catch (OutOfMemoryError e) {
            throw new ReservationException(bytes, "native heap: " + e.getMessage());
        }
    }

    @Override
    public void release(long address, long bytes) {
        Long origin = origins.remove(address);
        if (origin == null) {
            throw new IllegalArgumentException("no range of this source: address=0x" + Long.toHexString(address));
        }
        Memory.freeNative(origin);
    }

    @Override
    public boolean adviseHugePages(long address, long bytes) {
        return false;
    }

    @Override
    public boolean touch(long address, long bytes, long pageBytes) {
        for (long offset = 0; offset < bytes; offset += pageBytes) {
            Memory.putByte(address + offset, Memory.getByte(address + offset));
        }
        return true;
    }

    @Override
    public boolean giveBack(long address, long bytes) {
        return false;
    }
}
