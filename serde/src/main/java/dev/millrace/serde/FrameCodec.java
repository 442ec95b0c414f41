package dev.millrace.serde;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.internal.FlatAssembly;
import dev.millrace.serde.internal.FramePayload;

/**
 * Turns rows into frames for another process, and back.
 *
 * <pre>
 *   0         4          5       6        8               16           20              24
 *   +---------+----------+-------+--------+---------------+------------+---------------+ - - - -
 *   | "MLFR"  | version  | mode  |   0    | layout hash   | row count  | payload bytes | payload
 *   | int     | byte: 1  | byte  | short  | long          | int        | int           |
 *   +---------+----------+-------+--------+---------------+------------+---------------+ - - - -
 *
 *   UNSAFE    the rows, as drawn at {@link FlatRows}
 *   RELIABLE  for each row its Protobuf message behind its length as a varint
 * </pre>
 *
 * <p>Header numbers are in the byte order of the sender: a receiver of another one sees it by the first of them and refuses
 * the frame. Everything in a frame is checked before {@link #decode} returns, and nothing is made of a size that only the
 * frame claims.
 *
 * <p>Used by one thread at a time. Frames start at addresses that are multiples of 8 and belong to the caller.
 */
public final class FrameCodec {
    public static final int HEADER_BYTES = 24;

    private static final int MAGIC = 0x4D4C4652;
    private static final byte VERSION = 1;
    private static final int VERSION_OFFSET = 4;
    private static final int MODE_OFFSET = 5;
    private static final int RESERVED_OFFSET = 6;
    private static final int HASH_OFFSET = 8;
    private static final int ROW_COUNT_OFFSET = 16;
    private static final int PAYLOAD_OFFSET = 20;

    private final InFlightMode mode;
    private final RecordLayout layout;
    private final FrameLimits limits;
    private final FlatCodec<?> codec;
    private final FramePayload messages;

    private FrameCodec(InFlightMode mode, RecordLayout layout, FrameLimits limits) {
        this.mode = mode;
        this.layout = layout;
        this.limits = limits;
        this.codec = FlatAssembly.newCodec(layout);
        this.messages = mode == InFlightMode.RELIABLE
                ? FramePayload.messages(ProtobufTranscoder.of(layout))
                : FramePayload.none();
    }

    /**
     * Makes a codec for frames.
     *
     * @throws UnsupportedTypeException if the mode is {@link InFlightMode#RELIABLE} and a component has no form as Protobuf
     */
    public static FrameCodec of(InFlightMode mode, RecordLayout layout, FrameLimits limits) {
        return new FrameCodec(mode, layout, limits);
    }

    public InFlightMode mode() {
        return mode;
    }

    /** The size of the frame of these rows. */
    public int encodedBytes(FlatRows rows) {
        requireSame(rows);
        long payloadBytes = mode == InFlightMode.UNSAFE ? rows.usedBytes() : messages.sizeBytes(rows);
        long frameBytes = HEADER_BYTES + payloadBytes;
        if (frameBytes > limits.maxFrameBytes() || rows.rowCount() > limits.maxRows()) {
            throw new IllegalArgumentException("rows do not fit a frame: frameBytes=" + frameBytes + ", limitBytes="
                    + limits.maxFrameBytes() + ", rowCount=" + rows.rowCount() + ", limitRows=" + limits.maxRows()
                    + "; send fewer rows at a time");
        }
        return (int) frameBytes;
    }

    /**
     * Writes a frame.
     *
     * @return its size, {@link #encodedBytes}
     * @throws IllegalArgumentException if the rows pass a limit or do not fit the target; nothing is written then
     */
    public int encode(FlatRows rows, long target, int targetBytes) {
        int frameBytes = encodedBytes(rows);
        if (frameBytes > targetBytes) {
            throw new IllegalArgumentException("target is too small: neededBytes=" + frameBytes + ", targetBytes="
                    + targetBytes + "; ask encodedBytes first");
        }
        int payloadBytes = frameBytes - HEADER_BYTES;
        Memory.putInt(target, MAGIC);
        Memory.putByte(target + VERSION_OFFSET, VERSION);
        Memory.putByte(target + MODE_OFFSET, (byte) mode.ordinal());
        Memory.putShort(target + RESERVED_OFFSET, (short) 0);
        Memory.putLong(target + HASH_OFFSET, layout.layoutHash());
        Memory.putInt(target + ROW_COUNT_OFFSET, rows.rowCount());
        Memory.putInt(target + PAYLOAD_OFFSET, payloadBytes);
        if (mode == InFlightMode.UNSAFE) {
            Memory.copy(rows.address(), target + HEADER_BYTES, payloadBytes);
        } else {
            messages.write(rows, target + HEADER_BYTES);
        }
        return frameBytes;
    }

    /**
     * Reads a frame.
     *
     * @param target takes the rows, in the place of those it has; its capacity is what a frame's rows may take as flat bytes
     * @throws MalformedRecordException if the bytes are no frame of this mode and layout, or pass a limit; the target is
     *     empty then
     */
    public void decode(long frame, int lengthBytes, FlatRows target) {
        requireSame(target);
        target.clear();
        if (lengthBytes < HEADER_BYTES || lengthBytes > limits.maxFrameBytes()) {
            throw malformed("length out of range: lengthBytes=" + lengthBytes + ", minBytes=" + HEADER_BYTES
                    + ", limitBytes=" + limits.maxFrameBytes());
        }
        int rowCount = checkHeader(frame, lengthBytes);
        int payloadBytes = lengthBytes - HEADER_BYTES;
        if (mode == InFlightMode.UNSAFE) {
            target.takeOver(frame + HEADER_BYTES, payloadBytes, rowCount, codec);
            return;
        }
        try {
            messages.read(frame + HEADER_BYTES, payloadBytes, rowCount, target);
        } catch (RuntimeException e) {
            target.clear();
            throw e;
        }
    }

    /** Checks what the header says. Returns the row count. */
    private int checkHeader(long frame, int lengthBytes) {
        int magic = Memory.getInt(frame);
        if (magic != MAGIC) {
            throw malformed(
                    Integer.reverseBytes(magic) == MAGIC
                            ? "the sender has another byte order; use mode=RELIABLE between different machines"
                            : "no frame: magic=0x" + Integer.toHexString(magic));
        }
        int version = Memory.getByte(frame + VERSION_OFFSET);
        int found = Memory.getByte(frame + MODE_OFFSET);
        if (version != VERSION || found != mode.ordinal() || Memory.getShort(frame + RESERVED_OFFSET) != 0) {
            throw malformed("another version or mode: version=" + version + ", expectedVersion=" + VERSION + ", mode="
                    + found + ", expectedMode=" + mode.ordinal() + " (" + mode + ')');
        }
        long hash = Memory.getLong(frame + HASH_OFFSET);
        if (mode == InFlightMode.UNSAFE && hash != layout.layoutHash()) {
            throw malformed(
                    "the sender has another layout: layoutHash=0x" + Long.toHexString(hash) + ", expectedHash=0x"
                            + Long.toHexString(layout.layoutHash())
                            + "; run the same version on both sides, or use mode=RELIABLE");
        }
        int payloadBytes = Memory.getInt(frame + PAYLOAD_OFFSET);
        if (payloadBytes != lengthBytes - HEADER_BYTES) {
            throw malformed("length does not fit: payloadBytes=" + payloadBytes + ", lengthBytes=" + lengthBytes);
        }
        int rowCount = Memory.getInt(frame + ROW_COUNT_OFFSET);
        if (rowCount < 0 || rowCount > limits.maxRows()) {
            throw malformed("row count out of range: rowCount=" + rowCount + ", limitRows=" + limits.maxRows());
        }
        return rowCount;
    }

    private void requireSame(FlatRows rows) {
        if (rows.layout().layoutHash() != layout.layoutHash()) {
            throw new IllegalArgumentException(
                    "rows of another layout: record=" + rows.layout().typeName() + ", expected=" + layout.typeName());
        }
    }

    private MalformedRecordException malformed(String fault) {
        return new MalformedRecordException("malformed frame: record=" + layout.typeName() + ": " + fault);
    }
}
