package dev.millrace.serde.internal;

import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaType;
import java.util.Arrays;
import java.util.Objects;

/**
 * Makes a blob of a {@link BlobDraft}: what lies outside of slots comes in the order of the layout, padded with zeros, as the
 * flat codec would write it. Used by one thread at a time.
 */
final class BlobAssembly {
    private final CopyStep root;
    private final int fixedBytes;
    private final byte[] constants;
    private final long limitBytes;
    private final WireInput in;
    private final BlobDraft value;
    /** The blob; kept, and as large as the largest was. */
    private byte[] bytes;

    private int top;

    BlobAssembly(SchemaType type, byte[] constants, int limitBytes, WireInput in, BlobDraft value) {
        this.root = CopyStep.of(type, type.name(), 0, constants);
        this.fixedBytes = type.sizeBytes();
        this.constants = constants;
        this.limitBytes = Math.min(Integer.MAX_VALUE - 8, (long) fixedBytes + limitBytes);
        this.bytes = new byte[fixedBytes];
        this.in = in;
        this.value = value;
    }

    /** Makes the blob of the draft; the message that it refers to is still open. Returns its size. */
    int assemble() {
        top = fixedBytes;
        if (!root.isPlain) {
            System.arraycopy(value.bytes(), 0, bytes, 0, fixedBytes);
            copy(root, 0, 0);
        }
        return top;
    }

    /** The blob that was made last, as an array of its own. */
    byte[] toBytes() {
        return Arrays.copyOf(made(), top);
    }

    /** Copies the blob that was made last. */
    void copyTo(long address) {
        ShortCopy.toMemory(made(), 0, address, top);
    }

    /** A draft of which nothing lies outside of slots is a blob. */
    private byte[] made() {
        return root.isPlain ? value.bytes() : bytes;
    }

    /** Finds a place for what a slot has outside. The slot itself was copied. */
    private void copy(CopyStep step, int from, int to) {
        switch (step.kind) {
            case TEXT, BYTES -> copyBytes(draftInt(from), draftInt(from + FlatSlots.TEXT_LENGTH_OFFSET), to);
            case DECIMAL -> copyDecimal(from, to);
            case RECORD -> {
                for (CopyStep field : step.parts) {
                    copy(field, from + field.offset, to + field.offset);
                }
            }
            case UNION -> copyUnion(step, from, to);
            case OPTIONAL -> {
                if (value.bytes()[from + step.inner] != 0 && !step.isPlain) {
                    copy(step.parts[0], from, to);
                }
            }
            case ARRAY, LIST -> copyElements(step, from, to);
            case MAP -> copyEntries(step, from, to);
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, DURATION -> {}
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, FIXED_TEXT -> {}
        }
    }

    private int draftInt(int at) {
        return value.getInt(at);
    }

    private void copyBytes(int place, int length, int to) {
        byte[] origin = place < 0 ? constants : in.bytes();
        int start = reserve(length);
        System.arraycopy(origin, place < 0 ? ~place : place, bytes, start, length);
        putSlot(to, start, length);
    }

    private void copyDecimal(int from, int to) {
        int length = draftInt(from + FlatSlots.TEXT_LENGTH_OFFSET);
        if (length > 0) {
            copyBytes(draftInt(from), length, to);
            return;
        }
        // Zero has one byte, which is zero.
        int start = reserve(1);
        bytes[start] = 0;
        putSlot(to, start, 1);
    }

    private void putSlot(int to, int start, int length) {
        BlobDraft.INTS.set(bytes, to, start);
        BlobDraft.INTS.set(bytes, to + FlatSlots.TEXT_LENGTH_OFFSET, length);
    }

    private void copyUnion(CopyStep step, int from, int to) {
        int ordinal = draftInt(from + step.inner);
        if (ordinal < 0 || ordinal >= step.parts.length) {
            throw new MalformedRecordException("component=" + step.name + ": none of the alternatives is there");
        }
        copy(step.parts[ordinal], from, to);
    }

    private void copyElements(CopyStep step, int from, int to) {
        int first = draftInt(from);
        int count = draftInt(from + FlatSlots.TEXT_LENGTH_OFFSET);
        int start = reserve((long) count * step.stride);
        System.arraycopy(value.bytes(), first, bytes, start, count * step.stride);
        putSlot(to, start, count);
        CopyStep element = step.parts[0];
        if (!element.isPlain) {
            for (int i = 0; i < count; i++) {
                copy(element, first + i * step.stride, start + i * step.stride);
            }
        }
    }

    private void copyEntries(CopyStep step, int from, int to) {
        int first = draftInt(from);
        int count = draftInt(from + FlatSlots.TEXT_LENGTH_OFFSET);
        int[] order = Objects.requireNonNull(step.order, "maps have an order")
                .sort(value.bytes(), in.bytes(), first, count, step.stride);
        int kept = order == null ? count : order.length;
        int start = reserve((long) kept * step.stride);
        putSlot(to, start, kept);
        for (int i = 0; i < kept; i++) {
            int entry = order == null ? first + i * step.stride : order[i];
            System.arraycopy(value.bytes(), entry, bytes, start + i * step.stride, step.stride);
        }
        for (int i = 0; i < kept && !step.isEntryPlain(); i++) {
            int entry = order == null ? first + i * step.stride : order[i];
            for (CopyStep part : step.parts) {
                copy(part, entry + part.offset, start + i * step.stride + part.offset);
            }
        }
    }

    /** Takes room behind what is there, and puts zeros where it is padded. */
    private int reserve(long lengthBytes) {
        int start = top;
        long end = (start + lengthBytes + Long.BYTES - 1) & -Long.BYTES;
        if (end > limitBytes) {
            throw new MalformedRecordException(
                    "the value is too large: blobBytes=" + end + "; read it with a larger limit");
        }
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limitBytes, Math.max(end, 2L * bytes.length)));
        }
        if (end > start) {
            BlobDraft.LONGS.set(bytes, (int) end - Long.BYTES, 0L);
        }
        top = (int) end;
        return start;
    }
}
