package dev.millrace.serde.fuzz;

import java.util.Arrays;

/**
 * One input of a fuzzer, read as what to decode.
 *
 * <pre>
 *   0        1        2
 *   +--------+--------+------------------------------------------+
 *   | shape  | valid  | changes: {kind, where (2), value (1)}... |
 *   +--------+--------+------------------------------------------+
 *   valid 255: what follows is the frame itself
 * </pre>
 *
 * <p>Reused for many inputs by one thread. A frame has at most {@link #MAX_FRAME_BYTES}.
 */
final class Program {
    static final int MAX_FRAME_BYTES = 2048;
    static final int RAW = 255;

    private static final int HEAD_BYTES = 2;
    private static final int CHANGE_BYTES = 4;

    /** What offsets, lengths, counts and tags go wrong at. */
    private static final int[] EDGES = {
        0,
        1,
        -1,
        2,
        7,
        8,
        9,
        15,
        16,
        24,
        64,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        -8,
        -16,
        1 << 28,
        1 << 29,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE - 7,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 8,
        0x0FFFFFFF,
        999_999_999,
        1_000_000_000,
        0x80E0
    };

    private final byte[] frame = new byte[MAX_FRAME_BYTES];
    private int lengthBytes;

    static int shape(byte[] input, int shapeCount) {
        return input.length == 0 ? 0 : (input[0] & 0xFF) % shapeCount;
    }

    static int valid(byte[] input) {
        return input.length < HEAD_BYTES ? 0 : input[1] & 0xFF;
    }

    byte[] frame() {
        return frame;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /**
     * Makes the frame of an input.
     *
     * @param valid the encodings to start from
     */
    void run(byte[] input, byte[][] valid) {
        int choice = valid(input);
        if (choice == RAW) {
            lengthBytes = Math.min(input.length - HEAD_BYTES, MAX_FRAME_BYTES);
            System.arraycopy(input, HEAD_BYTES, frame, 0, lengthBytes);
            return;
        }
        byte[] start = valid[choice % valid.length];
        lengthBytes = start.length;
        System.arraycopy(start, 0, frame, 0, lengthBytes);
        for (int at = HEAD_BYTES; at + CHANGE_BYTES <= input.length; at += CHANGE_BYTES) {
            int where = ((input[at + 1] & 0xFF) << 8) | (input[at + 2] & 0xFF);
            change(input[at] & 0x0F, where, input[at + 3]);
        }
    }

    private void change(int kind, int where, byte value) {
        int at = lengthBytes == 0 ? 0 : where % lengthBytes;
        int edge = EDGES[(value & 0xFF) % EDGES.length];
        switch (kind) {
            case 0 -> setByte(at, value);
            case 1 -> setByte(at, (byte) (frame[at] ^ (1 << (value & 7))));
            case 2 -> setInt(at & -4, edge);
            case 3 -> setInt(at & -4, intAt(at & -4) + value);
            case 4 -> setInt(at & -4, edge + lengthBytes);
            case 5 -> lengthBytes = where % (MAX_FRAME_BYTES + 1);
            case 6 -> lengthBytes = Math.max(0, Math.min(MAX_FRAME_BYTES, lengthBytes + value));
            case 7 -> copy(at, (value & 0xFF) * 8 % Math.max(1, lengthBytes), 8);
            case 8 -> copy(at, (value & 0xFF) % Math.max(1, lengthBytes), 4);
            case 9 -> insert(at, value & 0x3F);
            case 10 -> delete(at, value & 0x3F);
            case 11 -> setVarint(at, edge);
            case 12 -> insertVarint(at, edge & 0xFFFFFFFFL);
            case 13 -> insertVarint(at, edge);
            case 14 -> setByte(at, (byte) (frame[at] + value));
            default -> fill(at, value & 7, value);
        }
    }

    private void setByte(int at, byte value) {
        if (at < lengthBytes) {
            frame[at] = value;
        }
    }

    private int intAt(int at) {
        return at + 4 > lengthBytes
                ? 0
                : (frame[at] & 0xFF)
                        | ((frame[at + 1] & 0xFF) << 8)
                        | ((frame[at + 2] & 0xFF) << 16)
                        | (frame[at + 3] << 24);
    }

    private void setInt(int at, int value) {
        for (int i = 0; i < 4; i++) {
            setByte(at + i, (byte) (value >>> (Byte.SIZE * i)));
        }
    }

    private void copy(int to, int from, int count) {
        int most = Math.min(count, lengthBytes - Math.max(to, from));
        if (most > 0) {
            System.arraycopy(frame, from, frame, to, most);
        }
    }

    /** Repeats what is there, so that a part comes twice. */
    private void insert(int at, int count) {
        int most = Math.min(Math.min(count, lengthBytes - at), MAX_FRAME_BYTES - lengthBytes);
        System.arraycopy(frame, at, frame, at + most, lengthBytes - at);
        lengthBytes += most;
    }

    private void delete(int at, int count) {
        int most = Math.min(count, lengthBytes - at);
        System.arraycopy(frame, at + most, frame, at, lengthBytes - at - most);
        lengthBytes -= most;
    }

    private void setVarint(int at, long value) {
        long left = value;
        int to = at;
        while ((left & ~0x7FL) != 0 && to < lengthBytes) {
            setByte(to++, (byte) (left | 0x80));
            left >>>= 7;
        }
        setByte(to, (byte) left);
    }

    private void insertVarint(int at, long value) {
        int size = 1;
        for (long left = value >>> 7; left != 0; left >>>= 7) {
            size++;
        }
        if (lengthBytes + size <= MAX_FRAME_BYTES) {
            System.arraycopy(frame, at, frame, at + size, lengthBytes - at);
            lengthBytes += size;
            setVarint(at, value);
        }
    }

    private void fill(int at, int count, byte value) {
        Arrays.fill(frame, at, Math.min(lengthBytes, at + count), value);
    }
}
