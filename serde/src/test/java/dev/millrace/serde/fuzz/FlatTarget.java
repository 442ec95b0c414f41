package dev.millrace.serde.fuzz;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;

/**
 * Decodes flat frames: validated first, read only if they passed, and then written again to the very same bytes. Anything
 * but the typed error fails. Used by one thread.
 */
final class FlatTarget implements AutoCloseable {
    private static final long SEED = 11L;
    private static final int VALID_PER_SHAPE = 32;

    private final Class<?>[] shapes = FuzzShapes.all();
    private final Frames frames = new Frames();
    private final Program program = new Program();
    private final FlatCodec<?>[] codecs = new FlatCodec<?>[shapes.length];
    private final byte[][][] valid = new byte[shapes.length][VALID_PER_SHAPE][];
    private long accepted;

    FlatTarget() {
        FuzzValues values = new FuzzValues(SEED);
        for (int i = 0; i < shapes.length; i++) {
            codecs[i] = FlatCodec.of(shapes[i]);
            for (int j = 0; j < VALID_PER_SHAPE; j++) {
                valid[i][j] = blob(codecs[i], values.next(shapes[i]));
            }
        }
    }

    /** Runs one input. */
    void run(byte[] input) {
        int shape = Program.shape(input, shapes.length);
        program.run(input, valid[shape]);
        AllocationLimit.check(program.lengthBytes(), AllocationLimit.PER_FLAT_BYTE, () -> decode(codecs[shape]));
    }

    /** How many frames were taken for values. */
    long accepted() {
        return accepted;
    }

    int shapeCount() {
        return shapes.length;
    }

    @Override
    public void close() {
        frames.close();
    }

    private <T> void decode(FlatCodec<T> codec) {
        int length = program.lengthBytes();
        boolean isAccepted = isValid(codec, frames.put(program.frame(), length, 0), length);
        long frame = frames.put(program.frame(), length, 0xFF);
        if (isValid(codec, frame, length) != isAccepted) {
            throw new AssertionError("the validator looks at bytes outside of the frame: lengthBytes=" + length);
        }
        if (isAccepted) {
            accepted++;
            T value = codec.readBlob(frame);
            if (codec.blobBytes(value) != length) {
                throw new AssertionError("another size when written again: value=" + value + ", lengthBytes=" + length
                        + ", againBytes=" + codec.blobBytes(value));
            }
            codec.writeBlob(value, frames.room());
            if (!Memory.equal(frame, frames.room(), length)) {
                throw new AssertionError("other bytes when written again: value=" + value + ", lengthBytes=" + length);
            }
        }
    }

    private static boolean isValid(FlatCodec<?> codec, long address, int lengthBytes) {
        try {
            codec.validate(address, lengthBytes);
            return true;
        } catch (MalformedRecordException e) {
            return false;
        }
    }

    @SuppressWarnings("unchecked") // The value is of the codec's type.
    private <T> byte[] blob(FlatCodec<T> codec, Object value) {
        int length = codec.blobBytes((T) value);
        codec.writeBlob((T) value, frames.room());
        byte[] blob = new byte[length];
        Memory.copyTo(frames.room(), blob, 0, length);
        return blob;
    }
}
