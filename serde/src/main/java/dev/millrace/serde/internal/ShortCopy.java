package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;

/**
 * Copies between arrays and memory, of lengths that are short as a rule: up to {@link #MAX_BYTES} a loop over words costs less
 * than the call behind {@link Memory#copyTo}. Any thread may call.
 */
final class ShortCopy {
    private static final int MAX_BYTES = 192;
    private static final int MAX_ARRAY_BYTES = 64;

    private ShortCopy() {}

    static void toMemory(byte[] source, int offset, long address, int lengthBytes) {
        if (lengthBytes > MAX_BYTES) {
            Memory.copyFrom(source, offset, address, lengthBytes);
            return;
        }
        int done = 0;
        for (; done < lengthBytes - Long.BYTES; done += Long.BYTES) {
            Memory.putLong(address + done, (long) BlobDraft.LONGS.get(source, offset + done));
        }
        if (lengthBytes >= Long.BYTES) {
            // The last word overlaps the one before it.
            int last = lengthBytes - Long.BYTES;
            Memory.putLong(address + last, (long) BlobDraft.LONGS.get(source, offset + last));
            return;
        }
        for (; done < lengthBytes; done++) {
            Memory.putByte(address + done, source[offset + done]);
        }
    }

    static void toArray(byte[] source, int offset, byte[] target, int targetOffset, int lengthBytes) {
        if (lengthBytes > MAX_ARRAY_BYTES || lengthBytes < Long.BYTES) {
            System.arraycopy(source, offset, target, targetOffset, lengthBytes);
            return;
        }
        for (int done = 0; done < lengthBytes - Long.BYTES; done += Long.BYTES) {
            BlobDraft.LONGS.set(target, targetOffset + done, (long) BlobDraft.LONGS.get(source, offset + done));
        }
        int last = lengthBytes - Long.BYTES;
        BlobDraft.LONGS.set(target, targetOffset + last, (long) BlobDraft.LONGS.get(source, offset + last));
    }

    static void fromMemory(long address, byte[] target, int offset, int lengthBytes) {
        if (lengthBytes > MAX_BYTES) {
            Memory.copyTo(address, target, offset, lengthBytes);
            return;
        }
        int done = 0;
        for (; done < lengthBytes - Long.BYTES; done += Long.BYTES) {
            BlobDraft.LONGS.set(target, offset + done, Memory.getLong(address + done));
        }
        if (lengthBytes >= Long.BYTES) {
            int last = lengthBytes - Long.BYTES;
            BlobDraft.LONGS.set(target, offset + last, Memory.getLong(address + last));
            return;
        }
        for (; done < lengthBytes; done++) {
            target[offset + done] = Memory.getByte(address + done);
        }
    }
}
